/**
 * Sends one file: creates or finds its upload, sends what S3 does not hold, completes.
 *
 * Every part is hashed before it leaves and its hash is in the signature, so S3 refuses one that
 * was damaged on the way; it is then read, hashed, signed and sent again. Hashes of the parts
 * that S3 already holds are compared with the file too: a file with the same name, size and date
 * need not be the same file.
 */
import { Problem } from "../common/problem";
import { type PutAnswer, putPart, type Receipt, type SignedPart, type Status, type UploadApi } from "./api";
import { Ahead } from "./ahead";
import { Unreadable, hashFile, hashPart } from "./hashing";
import type { Memory } from "./memory";
import {
  type DonePart,
  type HeldPart,
  HASHED_FIRST,
  type Part,
  backoff,
  candidates,
  heldByNumber,
  hexToBase64,
  judge,
  planParts,
} from "./plan";

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
  /** An upload that broke off goes on with this file. */
  goesOn?(id: string): void;
  /** Something broke off, and this is not that file. */
  otherFile?(): void;
}

/** What is known of a file once all of it has arrived. before: it was not sent again, because this
 * link had sent it before. */
export interface Sent {
  id: string;
  receipt: Receipt;
  hex: string;
  before: boolean;
}

interface Before {
  receipt: Receipt;
  elsewhere: boolean;
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
  async run(): Promise<Sent> {
    this.stop = new AbortController();
    const { signal } = this.stop;
    try {
      this.watcher.phase("checking");
      const before = await this.begin();
      const whole = this.wholeHash();
      if (!before) {
        this.watcher.phase("sending");
        await this.sendAll(signal);
      }
      this.watcher.phase("finishing");
      const hex = await whole;
      signal.throwIfAborted();
      const receipt = before?.receipt ?? (await this.complete(hex, signal));
      this.memory.forget(this.file);
      this.watcher.phase("done");
      return { receipt, hex, id: this.id, before: before?.elsewhere ?? false };
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

  /** SHA-256 of the whole file, made once. A failure is told to whoever awaits it. */
  private wholeHash(): Promise<string> {
    if (!this.whole) {
      this.whole = hashFile(this.file, new AbortController().signal);
      this.whole.catch(() => undefined);
    }
    return this.whole;
  }

  /**
   * Finds the upload or makes one. Its receipt when the server has the file already: `elsewhere`
   * when it was sent before, and not in this run.
   */
  private async begin(): Promise<Before | null> {
    if (this.id) {
      try {
        return await this.adopt(this.id); // after a pause, or when it is tried again
      } catch (error) {
        if (!(error instanceof Problem && [404, 410].includes(error.status))) throw error;
        this.startAnew();
      }
    }
    const kept = this.memory.get(this.file);
    const listed = await this.listed();
    const { arrived, begun } = candidates(listed, this.file.size, this.api.kind, kept?.id);
    // What has the same size may be the same file, and is worth reading it before it is sent.
    const first = this.file.size <= HASHED_FIRST || arrived.length > 0;
    const hex = first ? await this.wholeHash() : "";
    const same = arrived.find((one) => hex && one.receipt?.sha256_hex === hex);
    if (same) return this.known(same.upload_id, same.receipt);
    for (const one of begun) {
      if (one.upload_id && (await this.isThisFile(one))) {
        this.watcher.goesOn?.(one.upload_id);
        return this.adopt(one.upload_id);
      }
    }
    if (listed.some((one) => one.state === "receiving" && one.parts.length > 0)) {
      this.watcher.otherFile?.();
    }
    const created = await this.patiently(() => this.api.create(this.file, hex));
    if (created.receipt) return this.known(created.upload_id, created.receipt);
    this.memory.keep(this.file, created.upload_id, created.part_size);
    return this.adopt(created.upload_id);
  }

  private startAnew(): void {
    this.memory.forget(this.file);
    this.id = "";
    this.done.clear();
  }

  private known(id = "", receipt: Receipt = {}): Before {
    this.id = id;
    return { receipt, elsewhere: true };
  }

  /** What this link has begun or sent, also on another device; none when the server cannot say. */
  private async listed(): Promise<Status[]> {
    try {
      return await this.api.list();
    } catch {
      return []; // then the file is sent anew
    }
  }

  /** Compares the first and the last part that S3 holds with the file: a file of the same size and
   * name need not be the same file, and must not be mixed with it. */
  private async isThisFile(begun: Status): Promise<boolean> {
    const parts = planParts(this.file.size, begun.part_size ?? 0);
    const held = [...heldByNumber(parts, begun.parts).values()];
    for (const there of new Set([held[0], held.at(-1)])) {
      const part = parts[(there?.number ?? 0) - 1];
      if (!part || there?.sha256 !== (await hashPart(this.slice(part)))) return false;
    }
    return held.length > 0;
  }

  private async adopt(id: string): Promise<Before | null> {
    const status = await this.patiently(() => this.api.status(id));
    this.id = id;
    this.parts = planParts(this.file.size, status.part_size ?? 0);
    if (status.state !== "receiving") return { receipt: status.receipt ?? {}, elsewhere: false };
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
        this.startAnew();
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
