/**
 * How a site's footage stands and how much time is left, as parts that stay true while the page is
 * open (common/countdown.ts).
 *
 * When a deadline passes, that of the next camera takes its place; a site is lost with its last.
 */
import { countdownWords } from "../common/countdown";
import { el } from "../common/dom";
import { shape } from "./shapes";
import { STATE_WORDS, type Site, type SiteState } from "./types";

const CLOSING_MS = 24 * 3_600_000;

interface Phase {
  state: SiteState;
  /** What stands under "Time left" instead of a countdown; "" for a countdown. */
  words: string;
  /** Up to which the countdown counts; NaN without one. */
  deadline: number;
  certain: boolean;
  from: number;
  until: number;
}

/** What holds when, in order; the first holds from the search on. */
export function phasesOf(site: Site): Phase[] {
  const [always, never] = [-Infinity, Infinity];
  const whole = { deadline: NaN, certain: site.certain, from: always, until: never };
  if (site.deadline === null) return [{ ...whole, state: site.state, words: "No recording" }];
  if (site.state === "lost") return [{ ...whole, state: "lost", words: "Passed" }];
  const phases: Phase[] = [];
  let [from, certain, closed] = [always, site.certain, site.state === "closing"];
  for (const one of [{ at: site.deadline, certain }, ...site.later]) {
    const deadline = Date.parse(one.at);
    certain = one.certain;
    const closing = closed ? from : Math.max(from, deadline - CLOSING_MS);
    phases.push({ state: "live", words: "", deadline, certain, from, until: closing });
    phases.push({ state: "closing", words: "", deadline, certain, from: closing, until: deadline });
    [from, closed] = [deadline, false];
  }
  phases.push({ ...whole, certain, state: "lost", words: "Passed", from });
  return phases.filter((phase) => phase.from < phase.until);
}

/** The cell "Time left". */
export function leftParts(site: Site, now: number): HTMLElement[] {
  return phasesOf(site).map((phase) => {
    const assumed = site.deadline !== null && !phase.certain && el("span", { class: "assumed" }, "assumed");
    if (phase.words) return el("span", when(phase, now), phase.words, assumed);
    const until = new Date(phase.deadline).toISOString();
    const left = el("span", { "data-countdown": until, "data-short": true }, countdownWords(phase.deadline - now, true));
    return el("span", when(phase, now), left, assumed);
  });
}

/** The cell "State". */
export function stateParts(site: Site, now: number): HTMLElement[] {
  return phasesOf(site).map((phase) => el("span", { ...when(phase, now), class: `tag tag--${phase.state}` }, shape(phase.state), STATE_WORDS[phase.state]));
}

function when({ from, until }: Phase, now: number): Record<string, string | boolean | null> {
  const iso = (at: number): string | null => (Number.isFinite(at) ? new Date(at).toISOString() : null);
  return { "data-shown-from": iso(from), "data-shown-until": iso(until), hidden: now < from || now >= until };
}
