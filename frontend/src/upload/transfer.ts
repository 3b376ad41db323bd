/**
 * Sends one file: creates or finds its upload, sends what S3 does not hold, completes.
 *
 * Every part is hashed before it leaves and its hash is in the signature, so S3 refuses one that
 * was damaged on the way; it is then read, hashed, signed and sent again. Hashes of the parts
 * that S3 already holds are compared with the file too: a file with the same name, size and date
 * need not be the same file.
 */
import { Problem } from "../common/problem";
import { type PutAnswer, putPart, type Receipt, type SignedPart, type UploadApi } from "./api";
import { Ahead } from "./ahead";
import { Unreadable, hashFile, hashPart } from "./hashing";
import type { Memory } from "./memory";
import { type DonePart, type HeldPart, type Part, backoff, heldByNumber, hexToBase64, judge, planParts } from "./plan";

const AT_ONCE = 3;
/** Parts that are hashed and signed in one call, while others are on their way. */
const SIGNED_AHEAD = 6;
const MOST_TRIES = 8;

export type Phase = "waiting" | "checking" | "sending" | "finishing" | "paused" | "done" | "failed";

export interface Watcher {
  phase(phase: Phase): void;
  /** Bytes that S3 holds or is being sent. */
  progress(sent: number): void;
  /** A sentence while something is tried again; "" when it goes on. */
  trouble(sentence: string): void;
}

/** Ends a transfer with a sentence for the person. `again`: trying again may help. */
export class Failed extends Error {
  constructor(
    readonly sentence: string,
    readonly again = true,
  ) {
    super(sentence);
  }
}

interface Prepared {
  part: Part;
  sha256: string;
  signed: SignedPart;
}

export class Transfer {
  private stop = new AbortController();
  private id = "";
  private parts: Part[] = [];
  private readonly done = new Map<number, DonePart>();
  private readonly flying = new Map<number, number>();
  private whole: Promise<string> | null = null;

  constructor(
    readonly file: File,
    private readonly api: UploadApi,
    private readonly memory: Memory,
    private readonly watcher: Watcher,
  ) {}

  /** Runs to the receipt. Throws Failed, or AbortError after `pause`. May be called again. */
  async run(): Promise<{ receipt: Receipt; hex: string }> {
    this.stop = new AbortController();
    const { signal } = this.stop;
    try {
      this.watcher.phase("checking");
      const finished = await this.begin();
      this.whole ??= hashFile(this.file, new AbortController().signal);
      // A failure is told where it is awaited, below.
      this.whole.catch(() => undefined);
      if (!finished) {
        this.watcher.phase("sending");
        await this.sendAll(signal);
      }
      this.watcher.phase("finishing");
      const hex = await this.whole;
      signal.throwIfAborted();
      const receipt = finished ?? (await this.complete(hex, signal));
      this.memory.forget(this.file);
      this.watcher.phase("done");
      return { receipt, hex };
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** Stops sending; `run` goes on from there. */
  pause(): void {
    this.stop.abort();
    this.flying.clear();
  }

  /** Bytes that S3 holds or is being sent. */
  private sent(): number {
    let bytes = 0;
    for (const part of this.parts) if (this.done.has(part.number)) bytes += part.end - part.start;
    for (const flying of this.flying.values()) bytes += flying;
    return Math.min(bytes, this.file.size);
  }

  private told(): void {
    this.watcher.progress(this.sent());
  }

  /** Finds the upload or makes one. Its receipt, when it was completed before. */
  private async begin(): Promise<Receipt | null> {
    const kept = this.memory.get(this.file) ?? (await this.elsewhere());
    if (kept) {
      try {
        return await this.adopt(kept.id, kept.partSize);
      } catch (error) {
        if (!(error instanceof Problem && [404, 410].includes(error.status))) throw error;
        this.memory.forget(this.file);
        this.done.clear();
      }
    }
    const created = await this.patiently(() => this.api.create(this.file));
    this.memory.keep(this.file, created.upload_id, created.part_size);
    return this.adopt(created.upload_id, created.part_size);
  }

  /** An upload that another device began with this link: its parts are compared before they
   * count, so the name and size of the file are enough to look. */
  private async elsewhere(): Promise<{ id: string; partSize: number } | null> {
    try {
      const same = (await this.api.list()).find(
        (one) =>
          one.state === "receiving" &&
          one.size === this.file.size &&
          one.filename === this.file.name &&
          (one.kind ?? "footage") === (this.api.kind || "footage"),
      );
      return same?.upload_id && same.part_size ? { id: same.upload_id, partSize: same.part_size } : null;
    } catch {
      return null; // it is only a shortcut
    }
  }

  private async adopt(id: string, partSize: number): Promise<Receipt | null> {
    const status = await this.patiently(() => this.api.status(id));
    this.id = id;
    this.parts = planParts(this.file.size, status.part_size ?? partSize);
    if (status.state !== "receiving") return status.receipt ?? {};
    await this.compare(status.parts);
    this.told();
    return null;
  }

  /** Takes over the parts that S3 holds and that are the same as in the file. */
  private async compare(list: HeldPart[]): Promise<void> {
    const held = heldByNumber(this.parts, list);
    for (const part of this.parts) {
      const there = held.get(part.number);
      if (!there?.etag) {
        this.done.delete(part.number);
        continue;
      }
      const mine = this.done.get(part.number)?.sha256 ?? (await hashPart(this.slice(part)));
      if (there.sha256 && there.sha256 !== mine) this.done.delete(part.number);
      else this.done.set(part.number, { number: part.number, sha256: mine, etag: there.etag });
      this.told();
    }
  }

  private slice(part: Part): Blob {
    return this.file.slice(part.start, part.end);
  }

  /** A few workers take prepared parts until there are none. The first failure ends all. */
  private async sendAll(signal: AbortSignal): Promise<void> {
    const ending = new AbortController();
    signal.addEventListener("abort", () => ending.abort());
    const missing = this.parts.filter((part) => !this.done.has(part.number));
    const ready = new Ahead(missing, SIGNED_AHEAD, (batch) => this.prepare(batch, ending.signal));
    const worker = async (): Promise<void> => {
      for (let part = await ready.next(); part; part = await ready.next()) await this.send(part, ending.signal);
    };
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    } finally {
      ending.abort();
      this.flying.clear();
    }
  }

  /** Hashes parts and has them signed in one call. */
  private async prepare(parts: Part[], signal: AbortSignal): Promise<Prepared[]> {
    const hashed: { number: number; sha256: string }[] = [];
    for (const part of parts) {
      signal.throwIfAborted();
      hashed.push({ number: part.number, sha256: await hashPart(this.slice(part)) });
    }
    const signed = await this.patiently(() => this.api.sign(this.id, hashed), signal);
    return parts.map((part, i) => {
      const its = signed.find(({ number }) => number === part.number);
      if (!its) throw new Failed("The server did not say where to send a part. Try again.");
      return { part, sha256: hashed[i]?.sha256 ?? "", signed: its };
    });
  }

  private async send(first: Prepared, signal: AbortSignal): Promise<void> {
    const { part } = first;
    let prepared = first;
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      const answer = await this.put(prepared, signal);
      signal.throwIfAborted();
      const verdict = judge(answer.status, answer.body);
      if (verdict === "done") {
        this.done.set(part.number, { number: part.number, sha256: prepared.sha256, etag: answer.etag });
        this.watcher.trouble("");
        this.told();
        return;
      }
      this.told();
      if (verdict === "gone") {
        this.memory.forget(this.file);
        throw new Failed("This upload was closed before it was complete. Try again to send the file anew.");
      }
      if (verdict === "refused" || attempt >= MOST_TRIES) {
        throw new Failed("A part of the file could not be sent. What arrived is kept: try again to go on from there.");
      }
      if (verdict === "damaged") this.watcher.trouble("A part was damaged on the way and is being sent again.");
      if (verdict === "again") await this.waitBefore(attempt, signal);
      // Read, hashed and signed anew: the file or the address may be what was wrong.
      [prepared = first] = await this.prepare([part], signal);
    }
  }

  private async put({ part, signed }: Prepared, signal: AbortSignal): Promise<PutAnswer> {
    const progress = (sent: number): void => {
      this.flying.set(part.number, sent);
      this.told();
    };
    const answer = await putPart(signed, this.slice(part), progress, signal);
    this.flying.delete(part.number);
    return answer;
  }

  private async complete(hex: string, signal: AbortSignal): Promise<Receipt> {
    if ([...this.done.values()].some((part) => !part.etag)) await this.fillEtags();
    for (let again = true; ; again = false) {
      try {
        const parts = [...this.done.values()].sort((a, b) => a.number - b.number);
        return await this.patiently(() => this.api.complete(this.id, parts, hexToBase64(hex)), signal);
      } catch (error) {
        // The server may miss a part that we think it has: look once, send it, try once more.
        if (!again || !(error instanceof Problem) || ![400, 409, 422].includes(error.status)) throw error;
        const status = await this.patiently(() => this.api.status(this.id), signal);
        if (status.state !== "receiving") return status.receipt ?? {};
        await this.compare(status.parts);
        if (this.done.size === this.parts.length) throw error;
        await this.sendAll(signal);
      }
    }
  }

  /** Browsers hide the ETag unless the bucket exposes it; our server knows it. */
  private async fillEtags(): Promise<void> {
    const { parts } = await this.patiently(() => this.api.status(this.id));
    for (const held of parts) {
      const mine = this.done.get(held.number);
      if (mine && !mine.etag) this.done.set(held.number, { ...mine, etag: held.etag ?? "" });
    }
  }

  /** Tries a call to our server again while the reason is a passing one. */
  private async patiently<T>(action: () => Promise<T>, signal: AbortSignal = this.stop.signal): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        return await action();
      } catch (error) {
        if (!(error instanceof Problem && error.passing) || attempt >= MOST_TRIES) throw error;
        await this.waitBefore(attempt, signal);
      }
    }
  }

  private async waitBefore(attempt: number, signal: AbortSignal): Promise<void> {
    this.watcher.trouble(
      navigator.onLine ? "The connection is unsteady. Trying again…" : "You are offline. Sending goes on when the connection is back.",
    );
    await sleep(backoff(attempt), signal);
    while (!navigator.onLine) await sleep(2000, signal);
    this.watcher.trouble("");
  }

  private explain(error: unknown): unknown {
    if (error instanceof Failed || (error instanceof DOMException && error.name === "AbortError")) return error;
    if (error instanceof Unreadable) {
      return new Failed("The file cannot be read any more. It may have been moved or changed: choose it again.", false);
    }
    if (error instanceof RangeError) return new Failed("This file is too large to send here. Call us instead.", false);
    if (error instanceof Problem) {
      const words = error.fields.map((field) => field.message).join(" ");
      return new Failed(words || error.sentence, error.passing || error.status === 409);
    }
    console.error(error);
    return new Failed("Something went wrong in this browser. Try again, or use another browser.");
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      window.clearTimeout(timer);
      reject(new DOMException("stopped", "AbortError"));
    };
    const timer = window.setTimeout(() => {
      signal.removeEventListener("abort", end);
      resolve();
    }, milliseconds);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}
