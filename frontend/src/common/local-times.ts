/**
 * Local times as people write them and the moments that they mean, as core/local_times.py of the
 * server has it: a time that the clocks skipped means none, one that they showed twice means two.
 */
import { MONTHS, type TimeStyle, inWords, offsetMinutes } from "./times";

const MINUTE = 60_000;
const DAY = 86_400_000;
const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** What clocks show, as if it were UTC; null when the text is no local time. */
export function wallOf(text: string): number | null {
  const wall = LOCAL.test(text) ? Date.parse(`${text}Z`) : NaN;
  return Number.isNaN(wall) ? null : wall;
}

/** The moments at which clocks in `zone` showed what a datetime-local field holds, in order. */
export function momentsOf(text: string, zone: string): Date[] {
  const wall = wallOf(text);
  if (wall === null) return [];
  const offsets = new Set([wall - DAY, wall + DAY].map((at) => offsetMinutes(new Date(at), zone)));
  return [...offsets]
    .map((offset) => new Date(wall - offset * MINUTE))
    .filter((moment) => moment.getTime() + offsetMinutes(moment, zone) * MINUTE === wall)
    .sort((a, b) => a.getTime() - b.getTime());
}

/** The value of a datetime-local field, "2026-11-20T14:05", for a moment as seen in `zone`. */
export function toLocalInput(moment: Date, zone: string): string {
  return wallClock(moment, zone).toISOString().slice(0, 16);
}

function wallClock(moment: Date, zone: string): Date {
  return new Date(moment.getTime() + offsetMinutes(moment, zone) * MINUTE);
}

/** True when clocks in `zone` show the time of this moment twice. */
export function cameTwice(moment: Date, zone: string): boolean {
  return momentsOf(wallClock(moment, zone).toISOString().slice(0, 19), zone).length > 1;
}

/**
 * "BST"; where a zone has no short name, "UTC+10:30". The names come with the page, by minutes ahead of
 * UTC (zone_labels of the server): those of browsers are others in Jersey, in Dublin and on islands.
 */
export function zoneLabel(moment: Date, zone: string): string {
  const ahead = offsetMinutes(moment, zone);
  const names = JSON.parse(document.body.dataset["zoneLabels"] ?? "{}") as Record<string, string>;
  const name = names[ahead];
  if (name) return name;
  const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
  return `UTC${ahead < 0 ? "-" : "+"}${hours}${minutes ? `:${String(minutes).padStart(2, "0")}` : ""}`;
}

/** A moment in words in `zone`, with the zone's name where clocks showed the time twice. */
export function momentWords(moment: Date, style: TimeStyle, zone: string): string {
  return inWords(moment, style, zone, cameTwice(moment, zone) ? zoneLabel(moment, zone) : "");
}

export interface LocalChoice {
  moment: Date;
  /** As forms send it. */
  value: string;
  words: string;
}

/** The choice between the two moments of a time that came twice; empty when there is none to make. */
export function localChoices(text: string, zone: string): LocalChoice[] {
  const [moments, wall] = [momentsOf(text, zone), wallOf(text)];
  if (moments.length < 2 || wall === null) return [];
  return moments.map((moment, index) => ({
    moment,
    value: `${text.length > 16 ? text : `${text}:00`}${offsetText(offsetMinutes(moment, zone))}`,
    words: `${hourWords(wall)} ${zoneLabel(moment, zone)} (the ${index === 0 ? "first" : "second"})`,
  }));
}

function offsetText(ahead: number): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${ahead < 0 ? "-" : "+"}${two(Math.floor(Math.abs(ahead) / 60))}:${two(Math.abs(ahead) % 60)}`;
}

/** What to say of a typed time that is no moment, or that nobody chose between; "" when it is right. */
export function localProblem(text: string, zone: string, chosen: string): string {
  const wall = wallOf(text);
  if (wall === null) return "";
  const moments = momentsOf(text, zone);
  if (moments.length === 0) return skippedWords(wall, zone);
  if (moments.length < 2 || localChoices(text, zone).some(({ value }) => value === chosen)) return "";
  return `${hourWords(wall)} came twice on ${dayWords(wall)}, because the clocks went back. Select which one you mean`;
}

function skippedWords(wall: number, zone: string): string {
  const [before, after] = gapAround(wall, zone);
  const last = before - MINUTE;
  const said = (at: number): string => (dayWords(at) === dayWords(wall) ? hourWords(at) : `${hourWords(at)} on ${dayWords(at)}`);
  return (
    `There was no ${hourWords(wall)} on ${dayWords(wall)}: the clocks went forward from ${said(before)} to ` +
    `${said(after)}. Enter ${said(last)} or earlier, or ${said(after)} or later`
  );
}

/** The wall times between which the clocks skipped `wall`. */
function gapAround(wall: number, zone: string): [number, number] {
  const [before, after] = [wall - DAY, wall + DAY].map((at) => offsetMinutes(new Date(at), zone) * MINUTE) as [number, number];
  let [low, high] = [wall - DAY, wall + DAY];
  while (high - low > MINUTE) {
    const middle = low + Math.floor((high - low) / 2 / MINUTE) * MINUTE;
    if (offsetMinutes(new Date(middle), zone) * MINUTE === before) low = middle;
    else high = middle;
  }
  return [high + before, high + after];
}

/** "1am", "1:30am". */
function hourWords(wall: number): string {
  const at = new Date(wall);
  const [hour, minute] = [at.getUTCHours(), at.getUTCMinutes()];
  return `${hour % 12 || 12}${minute ? `:${String(minute).padStart(2, "0")}` : ""}${hour < 12 ? "am" : "pm"}`;
}

function dayWords(wall: number): string {
  const at = new Date(wall);
  return `${DAYS[at.getUTCDay()]} ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}
