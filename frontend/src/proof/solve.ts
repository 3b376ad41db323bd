/** Solves a challenge of ALTCHA in workers of our own origin, and writes the proof as a form sends it. */
import { solveChallengeWorkers } from "altcha/lib";

export type Challenge = Parameters<typeof solveChallengeWorkers>[0]["challenge"];

/** More would make a telephone hot for little. */
const MOST_WORKERS = 4;

/** Gives the value of the form's field. Rejects when no solution was found. */
export async function solve(challenge: Challenge): Promise<string> {
  const solution = await solveChallengeWorkers({
    challenge,
    concurrency: Math.min(MOST_WORKERS, navigator.hardwareConcurrency || 2),
    createWorker: () => new Worker(new URL("./proof.worker.ts", import.meta.url), { type: "module" }),
  });
  if (!solution) throw new Error("no solution");
  return btoa(JSON.stringify({ challenge, solution }));
}
