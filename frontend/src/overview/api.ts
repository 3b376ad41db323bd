/** Parts of the map from the API; what is held is not sent again (entity tags). */
import { Bearer } from "../common/bearer";
import { OFFLINE, Problem, problemOf } from "../common/problem";
import type { Frame } from "./frame";
import { type Part, readPart } from "./types";

const MOST_HELD = 40;

interface Held {
  tag: string;
  part: Part;
}

export class MapApi {
  private readonly bearer: Bearer;
  /** In this memory alone: single sites must not stay in the browser's cache. */
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly base: string,
    tokenUrl: string,
  ) {
    this.bearer = new Bearer(tokenUrl);
  }

  /** What the map shows in a frame. Throws Problem, or an AbortError when no longer wanted. */
  async part(frame: Frame, signal: AbortSignal): Promise<Part> {
    return this.bearer.with(async (authorization) => {
      const before = this.held.get(frame.key);
      const headers: Record<string, string> = { accept: "application/json", authorization };
      if (before) headers["if-none-match"] = before.tag;
      const response = await this.fetch(`${this.base}/map?bbox=${frame.key}`, headers, signal);
      if (before && response.status === 304) return before.part;
      if (!response.ok) throw await problemOf(response);
      const part = readPart(await response.json());
      this.hold(frame.key, { tag: response.headers.get("etag") ?? "", part });
      return part;
    });
  }

  private async fetch(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    try {
      return await fetch(url, { headers, signal, credentials: "same-origin", cache: "no-store" });
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw new Problem(0, OFFLINE);
    }
  }

  private hold(key: string, held: Held): void {
    this.held.delete(key);
    if (held.tag !== "") this.held.set(key, held);
    for (const oldest of this.held.keys()) {
      if (this.held.size <= MOST_HELD) break;
      this.held.delete(oldest);
    }
  }
}
