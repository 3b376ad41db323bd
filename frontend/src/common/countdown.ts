/**
 * Keeps what a page says of time true while it stays open, by attributes that the server's templates
 * give (parts/countdown.html):
 *
 * - `data-countdown` holds the moment up to which its text counts, `data-short` for narrow columns;
 * - `data-shown-from`, `data-shown-until`: only between these moments the element is shown;
 * - `data-class-when`: class names, each with the time in which it holds, as `name from/until`.
 *
 * Nothing is fetched, and the focus stays where it is. What `data-told` elements come to say is read
 * out once, when it changes; a countdown never is. A page without scripts says all of it as it was
 * when the page was made, with the times themselves.
 */
import { el, say } from "./dom";
import { duration, shortDuration } from "./times";
import { measuredSkew } from "./true-time";

const SECOND = 1000;
const MINUTE = 60_000;
const PATIENCE = 5000;
const TIMED = "[data-shown-from], [data-shown-until], [data-countdown], [data-class-when]";

export function startCountdowns(root: Document): void {
  if (!root.querySelector(TIMED) && !root.querySelector("[data-timed]")) return;
  const said = el("div", { class: "govuk-visually-hidden", role: "status" });
  root.body.append(said);
  let ahead = 0;
  let running = false;
  const tick = (): void => {
    const told = showTimes(root, Date.now() + ahead);
    if (told) say(said, told);
  };
  const again = (): void => {
    if (!root.hidden) tick();
    window.setTimeout(again, SECOND - ((Date.now() + ahead) % SECOND));
  };
  const run = (): void => {
    if (running) return;
    running = true;
    again();
    // After a machine slept, or another tab was in front, at once and not at the next second.
    root.addEventListener("visibilitychange", tick);
    for (const come of ["pageshow", "focus"]) window.addEventListener(come, tick);
  };
  // By the server's clock: a phone's may be wrong, and a deadline is not. Until the server has
  // answered, the page says what the server wrote.
  void measuredSkew("/time", 1).then((found) => {
    ahead = found ?? 0;
    run();
  });
  window.setTimeout(run, PATIENCE);
}

/** Brings every timed part of the page to `now`; what is to be read out, "" for nothing. */
export function showTimes(root: ParentNode, now: number): string {
  const told: string[] = [];
  for (const part of root.querySelectorAll<HTMLElement>("[data-countdown]")) {
    const words = countdownWords(Date.parse(part.dataset["countdown"] ?? "") - now, part.dataset["short"] !== undefined);
    if (part.textContent !== words) part.textContent = words;
  }
  for (const part of root.querySelectorAll<HTMLElement>("[data-shown-from], [data-shown-until]")) {
    const hidden = !isWithin(part.dataset["shownFrom"] ?? "", part.dataset["shownUntil"] ?? "", now);
    if (part.hidden === hidden) continue;
    part.hidden = hidden;
    if (!hidden && part.dataset["told"] !== undefined) told.push(part.textContent.replace(/\s+/g, " ").trim());
  }
  for (const part of root.querySelectorAll<HTMLElement>("[data-class-when]")) {
    for (const [name, holds] of classesAt(part.dataset["classWhen"] ?? "", now)) {
      if (part.classList.contains(name) !== holds) part.classList.toggle(name, holds);
    }
  }
  return told.join(" ");
}

/** What is left, in words: cut off and never rounded up. */
export function countdownWords(left: number, short: boolean): string {
  const minutes = left / MINUTE;
  if (minutes < 1) return short ? "Under 1 min" : "Less than a minute";
  return short ? shortDuration(minutes) : duration(minutes);
}

function isWithin(from: string, until: string, now: number): boolean {
  return !(from && now < Date.parse(from)) && !(until && now >= Date.parse(until));
}

/** "urgent 2026-…Z/2026-…Z urgent 2026-…Z/": each class, and whether one of its times is now. */
function classesAt(said: string, now: number): Map<string, boolean> {
  const found = new Map<string, boolean>();
  const words = said.split(" ").filter(Boolean);
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [name, [from = "", until = ""]] = [words[at] ?? "", (words[at + 1] ?? "").split("/")];
    found.set(name, found.get(name) === true || isWithin(from, until, now));
  }
  return found;
}
