/**
 * The true time by our own server's clock: a telephone's is not relied on for evidence.
 *
 * Each sample is right to half of the time that its answer took; the quickest of a few counts.
 */
import { call } from "./problem";

const SAMPLES = 4;

export interface Sample {
  /** Server's clock, milliseconds since 1970. */
  server: number;
  /** Our own clock when we asked and when the answer came, milliseconds. */
  asked: number;
  answered: number;
}

/** Milliseconds that the server's clock is ahead of ours, by the quickest sample; null for none. */
export function skew(samples: readonly Sample[]): number | null {
  const quickest = [...samples].sort((a, b) => a.answered - a.asked - (b.answered - b.asked))[0];
  return quickest ? quickest.server - (quickest.asked + quickest.answered) / 2 : null;
}

/** Asks our server a few times. Null when it does not answer. */
export async function measuredSkew(url = "/time", times = SAMPLES): Promise<number | null> {
  const samples: Sample[] = [];
  for (let n = 0; n < times; n += 1) {
    const asked = Date.now();
    try {
      const { now } = await call<{ now: string }>(url);
      const server = Date.parse(now);
      if (!Number.isNaN(server)) samples.push({ server, asked, answered: Date.now() });
    } catch {
      // The next one may come through; without any the page says what the server wrote.
    }
  }
  return skew(samples);
}

/** "14:03:27" in `zone`. */
export function clockTime(moment: Date, zone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).format(moment);
}
