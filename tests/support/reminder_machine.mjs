// What AWS's rules and the reference implementation of JSONata make of the reminder's state machine.
//
// Reads a line of JSON and writes one, again and again:
//   {"definition": …}                            → {"isValid": …, "errors": [texts]}
//   {"expressions": [texts], "states": {…}}      → [values]
//
// Packages are found in frontend/node_modules, pinned by its lock file.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const require = createRequire(new URL('../../frontend/package.json', import.meta.url))
const validate = require('asl-validator')
const jsonata = require('jsonata')

for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line)
  let told
  if (given.definition) {
    const { isValid, errors } = await validate(given.definition)
    told = { isValid, errors: errors.map((one) => one.Message ?? one.message ?? String(one)) }
  } else {
    // Step Functions binds the state's data to $states, and gives an expression no other input.
    const bound = { states: given.states }
    told = []
    for (const one of given.expressions) {
      told.push((await jsonata(one).evaluate(undefined, bound)) ?? null)
    }
  }
  console.log(JSON.stringify(told))
}
