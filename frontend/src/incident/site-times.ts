/**
 * How a site's footage stands and how much time is left, as parts that stay true while the page is
 * open (common/countdown.ts).
 *
 * When the deadline passes, a site of one camera has lost it. Of several cameras another may still
 * hold it, which a new search tells.
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
  from: number;
  until: number;
}

/** What holds when, in order; the first holds from the search on. */
export function phasesOf(site: Site): Phase[] {
  const [always, never] = [-Infinity, Infinity];
  const deadline = Date.parse(site.deadline ?? "");
  if (Number.isNaN(deadline)) return [{ state: site.state, words: "No recording", from: always, until: never }];
  if (site.state === "lost") return [{ state: "lost", words: "Passed", from: always, until: never }];
  const closing = site.state === "closing" ? always : deadline - CLOSING_MS;
  const after: SiteState = site.cameras > 1 ? "closing" : "lost";
  const phases: Phase[] = [
    { state: "live", words: "", from: always, until: closing },
    { state: "closing", words: "", from: closing, until: deadline },
    { state: after, words: after === "lost" ? "Passed" : "One camera passed", from: deadline, until: never },
  ];
  return phases.filter(({ from, until }) => from < until);
}

/** The cell "Time left". */
export function leftParts(site: Site, now: number): HTMLElement[] {
  return phasesOf(site).map((phase) => {
    if (phase.words) return el("span", when(phase, now), phase.words);
    const left = Date.parse(site.deadline ?? "") - now;
    return el("span", { ...when(phase, now), "data-countdown": site.deadline ?? "", "data-short": true }, countdownWords(left, true));
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
