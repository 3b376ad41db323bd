/** The minutes in which somebody can have passed a site, in words and together. */
import { inWords } from "../common/times";
import type { Site, Window } from "./types";

/** "22:11 to 22:27"; with the day of what is not on the same day as `day`. */
export function windowWords(window: Window, zone: string, day = ""): string {
  const [from, to] = [new Date(window.from), new Date(window.to)];
  const begins = dayOf(from, zone);
  const start = begins === (day || begins) ? clock(from, zone) : `${begins} ${clock(from, zone)}`;
  return `${start} to ${dayOf(to, zone) === begins ? "" : `${dayOf(to, zone)} `}${clock(to, zone)}`;
}

/** As windowWords, never without its day. */
export function fullWindow(window: Window, zone: string): string {
  return `${inWords(new Date(window.from), "dense", zone)} to ${inWords(new Date(window.to), "dense", zone)}`;
}

/** The earliest day of these sites' windows, as windowWords takes it. */
export function firstDay(sites: readonly Site[], zone: string): string {
  const whole = together(sites);
  return whole ? dayOf(new Date(whole.from), zone) : "";
}

/** From the first to the last; null when none has a window. */
export function together(sites: readonly Site[]): Window | null {
  const windows = sites.flatMap((site) => (site.window ? [site.window] : []));
  if (windows.length === 0) return null;
  const moments = (key: keyof Window): number[] => windows.map((window) => Date.parse(window[key]));
  const iso = (moment: number): string => new Date(moment).toISOString().replace(".000Z", "Z");
  return { from: iso(Math.min(...moments("from"))), to: iso(Math.max(...moments("to"))) };
}

/** When something happened, as briefly as is clear: "01:28" of today, "29 Nov 01:28". */
export function clockShort(at: string, zone: string, now = new Date()): string {
  const moment = new Date(at);
  if (dayOf(moment, zone) === dayOf(now, zone)) return clock(moment, zone);
  return `${dayOf(moment, zone)} ${clock(moment, zone)}`;
}

function clock(moment: Date, zone: string): string {
  return inWords(moment, "dense", zone).slice(-5);
}

function dayOf(moment: Date, zone: string): string {
  return inWords(moment, "dense", zone).split(" ").slice(0, 2).join(" ");
}
