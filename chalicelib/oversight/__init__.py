"""What an officer's looks at the register add up to: the budget of a day, and use that is unusual.

`look_budgets` counts searches, sites found and contact details seen against what a day allows;
`look_hints` is what officers are told of it. `use_review` reads the record and notes what is
unusual by the rules of `unusual_use`; `record_scope` says who reads which part of the record.
"""
