/** The minutes in which somebody can have passed a site, in words and together. */
import { cameTwice, momentWords, zoneLabel } from "../common/local-times";
import { inWords, offsetMinutes } from "../common/times";
import type { Site, Window } from "./types";

const MINUTE = 60_000;

/**
 * "22:11 to 22:27" in whole minutes that hold the window, as the server writes spans; with the day of
 * what is not on the same day as `day`, and with the zone where the clocks change.
 */
export function windowWords(window: Window, zone: string, day = ""): string {
  const { from, to, begins, ends } = minutesOf(window, zone);
  const [first, last] = [dayOf(from, zone), dayOf(to, zone)];
  return `${first === (day || first) ? "" : `${first} `}${begins} to ${last === first ? "" : `${last} `}${ends}`;
}

/** As windowWords, never without its day. */
export function fullWindow(window: Window, zone: string): string {
  const { from, to, label } = minutesOf(window, zone);
  return `${inWords(from, "dense", zone, label(from))} to ${inWords(to, "dense", zone, label(to))}`;
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

function minutesOf(window: Window, zone: string): Minutes {
  const from = new Date(Math.floor(Date.parse(window.from) / MINUTE) * MINUTE);
  const to = new Date(Math.ceil(Date.parse(window.to) / MINUTE) * MINUTE);
  const named = offsetMinutes(from, zone) !== offsetMinutes(to, zone) || cameTwice(from, zone) || cameTwice(to, zone);
  const label = (moment: Date): string => (named ? zoneLabel(moment, zone) : "");
  const said = (moment: Date): string => inWords(moment, "clock", zone, label(moment));
  return { from, to, begins: said(from), ends: said(to), label };
}

interface Minutes {
  from: Date;
  to: Date;
  begins: string;
  ends: string;
  label(moment: Date): string;
}

/** When something happened, as briefly as is clear: "01:28" of today, "29 Nov 01:28", "29 Nov 2025 01:28". */
export function clockShort(at: string, zone: string, now = new Date()): string {
  const moment = new Date(at);
  const [then, today] = [moment, now].map((one) => inWords(one, "dense", zone).split(" ")) as [string[], string[]];
  const clock = momentWords(moment, "clock", zone);
  if (then[2] !== today[2]) return `${then.slice(0, 3).join(" ")} ${clock}`;
  return then[0] === today[0] && then[1] === today[1] ? clock : `${then.slice(0, 2).join(" ")} ${clock}`;
}

function dayOf(moment: Date, zone: string): string {
  return inWords(moment, "dense", zone).split(" ").slice(0, 2).join(" ");
}
