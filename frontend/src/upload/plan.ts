/** The arithmetic of an upload: parts, waiting times, speed, what to remember. No browser here. */

export interface Part {
  number: number;
  start: number;
  /** One past the last byte. */
  end: number;
}

export interface HeldPart {
  number: number;
  size: number;
  sha256?: string | null;
  etag?: string | null;
}

export interface DonePart {
  number: number;
  sha256: string;
  etag: string;
}

/** S3's own limit: parts are numbered 1 to 10,000. */
export const MOST_PARTS = 10_000;

/** The parts of a file of `size` bytes. The last one may be shorter; an empty file has none. */
export function planParts(size: number, partSize: number): Part[] {
  if (!(partSize > 0)) throw new RangeError("part size must be positive");
  const number = Math.ceil(size / partSize);
  if (number > MOST_PARTS) throw new RangeError(`a file may have at most ${MOST_PARTS} parts`);
  return Array.from({ length: number }, (_, i) => ({
    number: i + 1,
    start: i * partSize,
    end: Math.min(size, (i + 1) * partSize),
  }));
}

/** What S3 holds that has the right size: it need not be sent again if its bytes agree too. */
export function heldByNumber(parts: Part[], held: HeldPart[]): Map<number, HeldPart> {
  const sizes = new Map(parts.map((part) => [part.number, part.end - part.start]));
  return new Map(held.filter((part) => sizes.get(part.number) === part.size).map((part) => [part.number, part]));
}

export type Verdict = "done" | "damaged" | "renew" | "gone" | "again" | "refused";

/**
 * What S3's answer to a part means. status 0: no answer.
 * damaged: the bytes did not arrive as they were hashed; read and send them anew.
 * renew: the signed address has expired. gone: this upload does not exist any more.
 */
export function judge(status: number, body: string): Verdict {
  if (status >= 200 && status < 300) return "done";
  if (/BadDigest|XAmzContentChecksumMismatch|XAmzContentSHA256Mismatch|InvalidDigest/.test(body)) return "damaged";
  if (/NoSuchUpload/.test(body) || status === 404) return "gone";
  if (status === 403 || /ExpiredToken|RequestTimeTooSkewed/.test(body)) return "renew";
  if (status === 0 || status === 408 || status === 429 || status >= 500) return "again";
  if (/RequestTimeout|IncompleteBody/.test(body)) return "again";
  return "refused";
}

/** Milliseconds to wait before try `attempt` (1, 2, …): doubling from one second to half a
 * minute, with a random part so that many browsers do not come back at the same moment. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const most = Math.min(30_000, 1000 * 2 ** (attempt - 1));
  return most / 2 + (most / 2) * random();
}

/** Bytes per second over the last moments, steady enough to read. */
export class Speed {
  private readonly seen: { at: number; bytes: number }[] = [];

  constructor(private readonly window = 12_000) {}

  /** bytes: sent so far in all. at: milliseconds. */
  note(bytes: number, at: number): void {
    this.seen.push({ at, bytes });
    while (this.seen.length > 2 && (this.seen[0]?.at ?? at) < at - this.window) this.seen.shift();
  }

  /** Null until there is enough to tell. */
  perSecond(): number | null {
    const first = this.seen[0];
    const last = this.seen.at(-1);
    if (!first || !last || last.at - first.at < 1000) return null;
    const rate = ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
    return rate > 0 ? rate : null;
  }

  reset(): void {
    this.seen.length = 0;
  }
}

/** "less than a minute left", "about 12 minutes left", "about 2 hours left". */
export function timeLeft(seconds: number): string {
  if (seconds < 50) return "less than a minute left";
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `about ${minutes} minute${minutes === 1 ? "" : "s"} left`;
  const hours = Math.round(minutes / 60);
  return `about ${hours} hours left`;
}

/** Files up to this many bytes are hashed before they are sent, which takes a phone a second or two:
 * then the server can tell that it has the file already. */
export const HASHED_FIRST = 64 * 1024 * 1024;

/** One file of those that a link has begun or sent. */
export interface Listed {
  upload_id?: string;
  size?: number;
  kind?: string;
  state: string;
  stage?: string;
  parts: HeldPart[];
}

/** Of all files of a link those that may be this one, by size and kind. `arrived`: what the server
 * has and did not refuse. `begun`: what it has parts of, the one with the id `first` first. */
export function candidates<One extends Listed>(
  listed: readonly One[],
  size: number,
  kind: string,
  first = "",
): { arrived: One[]; begun: One[] } {
  const alike = listed.filter((one) => one.size === size && (one.kind ?? "footage") === (kind || "footage"));
  const begun = alike.filter((one) => one.state === "receiving" && one.parts.length > 0);
  begun.sort((a, b) => Number(b.upload_id === first) - Number(a.upload_id === first));
  return { arrived: alike.filter((one) => one.state !== "receiving" && one.state !== "rejected"), begun };
}

/** Under which name an unfinished upload is remembered: the file as far as a browser tells. */
export function memoryKey(file: { name: string; size: number; lastModified: number }): string {
  return `sightline-upload:${file.size}:${file.lastModified}:${file.name}`;
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

export function hexToBase64(hex: string): string {
  return toBase64(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}
