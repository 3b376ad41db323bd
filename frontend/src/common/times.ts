/** Times in a named zone, and lengths of time in words (the same words as the server's pages). */

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Kept, because making one takes longer than a hundred uses, and a list may hold thousands of times. */
function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  const made = formatters.get(key) ?? new Intl.DateTimeFormat("en-GB", options);
  formatters.set(key, made);
  return made;
}

/** Minutes that `zone` is ahead of UTC at `moment`. */
export function offsetMinutes(moment: Date, zone: string): number {
  const parts = formatter({
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(moment);
  const get = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(
    get("year"),
    get("month") - 1,
    get("day"),
    get("hour"),
    get("minute"),
    get("second"),
  );
  return Math.round((wall - Math.floor(moment.getTime() / 1000) * 1000) / 60_000);
}

/** ISO 8601 in UTC without fractions, as the API takes it. */
export function iso(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, "Z");
}

export const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

export type TimeStyle = "full" | "short" | "time" | "dense" | "clock";

/**
 * A moment in words in `zone` (the browser's own when left out), as the server writes it. label: the
 * short name of the zone, where the time alone does not say which moment is meant.
 */
export function inWords(moment: Date, style: TimeStyle, zone?: string, label = ""): string {
  const format = (options: Intl.DateTimeFormatOptions): string =>
    formatter(zone ? { ...options, timeZone: zone } : options).format(moment);
  // Not the browser's short names of months, which are "Sept" in some and "Sep" in others.
  const day = (): string => {
    const [number, month] = format({ day: "numeric", month: "numeric" }).split("/").map(Number);
    return `${number} ${MONTHS[(month ?? 1) - 1]?.slice(0, 3)}`;
  };
  const named = (words: string): string => (label ? `${words} ${label}` : words);
  if (style === "clock") return named(format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }));
  // hourCycle and not hour12: with that British midnight would be 0:04am.
  const clock = named(format({ hour: "numeric", minute: "2-digit", hourCycle: "h12" }).replace(/\s/g, "").toLowerCase());
  switch (style) {
    case "time":
      return clock;
    case "short":
      return `${day()}, ${clock}`;
    case "dense":
      return `${day()} ${format({ year: "numeric" })} ${inWords(moment, "clock", zone, label)}`;
    case "full":
      return `${format({ weekday: "long", day: "numeric", month: "long", year: "numeric" }).replace(",", "")}, ${clock}`;
  }
}

/** "2 days 22 hours", "1 hour 35 minutes", "none": the two largest parts, cut off, never up. */
export function duration(minutes: number | null | undefined): string {
  if (minutes === null || minutes === undefined || Number.isNaN(minutes)) return "not known";
  const whole = Math.floor(minutes);
  if (whole < 1) return "none";
  const days = Math.floor(whole / 1440);
  const parts: [number, string][] = [
    [days, "day"],
    [Math.floor((whole % 1440) / 60), "hour"],
    [whole % 60, "minute"],
  ];
  const said = (days >= 7 ? parts.slice(0, 1) : parts)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}${count === 1 ? "" : "s"}`);
  return said.slice(0, 2).join(" ");
}

/** As `duration`, for narrow columns: "2 d 22 h", "1 h 35 min", "12 min". */
export function shortDuration(minutes: number): string {
  return duration(minutes).replace(/ (day|hour|minute)s?/g, (_, word: string) => ` ${{ day: "d", hour: "h", minute: "min" }[word]}`);
}

/**
 * Adds the reader's own zone to `<time>` elements where it differs from the force's.
 * how "replace" (residents): the text becomes their own time, the force's goes to the tooltip.
 * how "hint" (officers): the force's time stands, as in every record; their own is the tooltip.
 */
export function enhanceTimes(root: ParentNode, zone: string, how: "replace" | "hint"): void {
  for (const element of root.querySelectorAll<HTMLTimeElement>("time[datetime]")) {
    const moment = new Date(element.dateTime);
    if (!zone || Number.isNaN(moment.getTime())) continue;
    if (-moment.getTimezoneOffset() === offsetMinutes(moment, zone)) continue;
    const style = (element.dataset["style"] ?? "full") as TimeStyle;
    const own = `${inWords(moment, style)} (${ownZoneName(moment)})`;
    if (how === "hint") {
      element.title = own;
    } else {
      element.title = `${element.textContent} (${zone.replace("_", " ")})`;
      element.textContent = own;
    }
  }
}

function ownZoneName(moment: Date): string {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" }).formatToParts(moment);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "your time";
}
