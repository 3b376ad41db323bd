/** When a session that nobody uses is warned of, and when it is over. */
import { count } from "../common/words";

const WARNED_MS = 3 * 60_000;
/** The server notes use to the half minute, so it may end a session this much before its limit. */
const EARLY_MS = 30_000;
const TELL_MS = 60_000;

export interface Clock {
  phase: "used" | "warn" | "over";
  leftMs: number;
  /** Whether it is long enough since the server was told of use. */
  mayTell: boolean;
}

/** told: when the server was last told of use. Times in milliseconds. */
export function clockOf(told: number, now: number, idleMs: number): Clock {
  const leftMs = told + idleMs - EARLY_MS - now;
  const phase = leftMs <= 0 ? "over" : leftMs <= WARNED_MS ? "warn" : "used";
  return { phase, leftMs, mayTell: now - told >= TELL_MS };
}

/** What is left, rounded up: "3 minutes", "1 minute". */
export function minutesWords(leftMs: number): string {
  return count(Math.max(1, Math.ceil(leftMs / 60_000)), "minute");
}
