/** The officers' API with the console's short-lived token, which never leaves this memory. */
import type { Circle, SearchResult } from "./types";
import { readSearch } from "./types";
import { Problem, call } from "../common/problem";

interface Token {
  token: string;
  expires_at: string;
}

export interface Sent {
  id: string;
  recipients: number;
}

export class Api {
  private token: Promise<Token> | null = null;

  constructor(
    private readonly base: string,
    private readonly tokenUrl: string,
    private readonly incident: string,
  ) {}

  async search(circle: Circle, reason: string): Promise<SearchResult> {
    // A list longer than this helps nobody; the answer says how many there are in all.
    const limit = 1000;
    const area = { type: "circle", centre: circle.centre, radius_m: circle.radius };
    return readSearch(await this.post(`incidents/${this.incident}/searches`, { area, reason, limit }));
  }

  async send(request: { site_ids: string[]; message: string; from: string; to: string }): Promise<Sent> {
    const answer = (await this.post(`incidents/${this.incident}/requests`, request)) as Sent;
    const recipients: unknown = answer.recipients;
    // The count, or the list of them.
    return { id: answer.id, recipients: Array.isArray(recipients) ? recipients.length : Number(recipients) };
  }

  private async post(path: string, body: unknown, again = true): Promise<unknown> {
    const token = await this.current();
    try {
      const url = `${this.base}/${path}`;
      return await call(url, { method: "POST", body, headers: { authorization: `Bearer ${token}` } });
    } catch (error) {
      // The token may have ended early: one new one, then the answer stands.
      if (!(again && error instanceof Problem && error.status === 401)) throw error;
      this.token = null;
      return this.post(path, body, false);
    }
  }

  private async current(): Promise<string> {
    const soon = Date.now() + 30_000;
    if (this.token) {
      const held = await this.token.catch(() => null);
      if (held && !(Date.parse(held.expires_at) < soon)) return held.token;
    }
    this.token = call<Token>(this.tokenUrl);
    try {
      return (await this.token).token;
    } catch (error) {
      this.token = null;
      if (error instanceof Problem && error.status === 401) throw new SignedOut();
      throw error;
    }
  }
}

/** The console session has ended; only signing in again helps. */
export class SignedOut extends Problem {
  constructor() {
    super(401, "Your session has ended. Sign in again in another tab, then try again here: what you typed stays.");
  }
}
