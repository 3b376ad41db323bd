/** The reply page's upload calls (JSON to our server) and one part to S3. */
import { call } from "../common/problem";
import { measuredSkew } from "../common/true-time";
import type { DonePart, HeldPart } from "./plan";

export interface Created {
  upload_id: string;
  part_size: number;
  state?: string;
  receipt?: Receipt;
}

export interface Status {
  upload_id?: string;
  filename?: string;
  size?: number;
  parts: HeldPart[];
  state: string;
  /** receiving, checking, received or refused; `message` says it in a sentence. */
  stage?: string;
  message?: string;
  /** True when the file is refused or seems cut short. */
  send_again?: boolean;
  kind?: string;
  part_size?: number;
  receipt?: Receipt;
}

export interface SignedPart {
  number: number;
  url: string;
  headers: Record<string, string>;
}

export interface Receipt {
  reference?: string;
  evidence_id?: string;
  filename?: string;
  size?: number;
  sha256?: string;
  sha256_hex?: string;
  received_at?: string;
  stage?: string;
}

export class UploadApi {
  /** kind: what files are sent as, "" for footage. */
  constructor(
    private readonly url: string,
    readonly kind = "",
  ) {}

  /** hex: the file's SHA-256 when it is known, so that the server can tell that it has the file. */
  async create(file: File, hex = ""): Promise<Created> {
    const body: Record<string, unknown> = {
      filename: file.name,
      size: file.size,
      content_type: file.type || "application/octet-stream",
    };
    if (hex) body["sha256"] = hex;
    if (this.kind) {
      body["kind"] = this.kind;
      const taken = takenAt(file.lastModified, Date.now(), await measuredSkew());
      if (taken) body["taken_at"] = taken;
    }
    return call(this.url, { method: "POST", body });
  }

  /** What this link has begun or sent, from any device; none when the server cannot say. */
  async list(): Promise<Status[]> {
    const answer = await call<{ uploads?: Status[] }>(this.url);
    return Array.isArray(answer.uploads) ? answer.uploads : [];
  }

  status(id: string): Promise<Status> {
    return call(`${this.url}/${encodeURIComponent(id)}`);
  }

  async sign(id: string, parts: { number: number; sha256: string }[]): Promise<SignedPart[]> {
    const url = `${this.url}/${encodeURIComponent(id)}/parts`;
    return (await call<{ parts: SignedPart[] }>(url, { method: "POST", body: { parts } })).parts;
  }

  complete(id: string, parts: DonePart[], sha256: string): Promise<Receipt> {
    const url = `${this.url}/${encodeURIComponent(id)}/complete`;
    return call(url, { method: "POST", body: { parts, sha256 } });
  }
}

/** For how long after it was taken the date of a picture's file is believed: that of an older one
 * may be when it was copied. Milliseconds. */
const FRESH = 3_600_000;

/**
 * When a picture was taken, by the server's clock: its file's date and by how much our own clock,
 * which dated it, is wrong. Undefined when that is not known.
 */
export function takenAt(modified: number, now: number, ahead: number | null): string | undefined {
  if (ahead === null || modified > now || now - modified > FRESH) return undefined;
  return new Date(modified + ahead).toISOString();
}

export interface PutAnswer {
  status: number;
  body: string;
  etag: string;
}

/**
 * Sends one part straight to S3. XMLHttpRequest and not fetch: only it tells how far it is.
 * Never rejects: no answer is status 0; an aborted one too.
 */
export function putPart(
  part: SignedPart,
  bytes: Blob,
  progress: (sent: number) => void,
  signal: AbortSignal,
): Promise<PutAnswer> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const finish = (): void => {
      signal.removeEventListener("abort", stop);
      resolve({
        status: request.status,
        body: request.responseText,
        // Null when the bucket's CORS rule does not expose it; then the server is asked later.
        etag: request.getResponseHeader("etag") ?? "",
      });
    };
    const stop = (): void => request.abort();
    signal.addEventListener("abort", stop);
    request.open("PUT", part.url);
    for (const [name, value] of Object.entries(part.headers)) {
      // The browser sets these two itself and refuses to be told.
      if (!/^(host|content-length)$/i.test(name)) request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => progress(event.loaded);
    request.onloadend = finish;
    // Ten minutes without an end for 8 to 64 MB is a dead line, not a slow one.
    request.timeout = 600_000;
    if (signal.aborted) return finish();
    request.send(bytes);
  });
}
