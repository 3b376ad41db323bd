/** The officers' API as the incident page uses it. */
import { type Area, areaJson } from "./areas";
import type { Journey } from "./journey";
import type { SearchResult, Window } from "./types";
import { readSearch } from "./types";
import { Bearer } from "../common/bearer";
import { call } from "../common/problem";

export interface Sent {
  id: string;
  recipients: number;
}

/** windows: for sites that are asked for a time of their own. */
export interface Wanted {
  site_ids: string[];
  message: string;
  from: string;
  to: string;
  windows?: Record<string, Window>;
}

export class Api {
  private readonly bearer: Bearer;

  constructor(
    private readonly base: string,
    tokenUrl: string,
    private readonly incident: string,
  ) {
    this.bearer = new Bearer(tokenUrl);
  }

  async search(area: Area, reason: string, journey: Journey | null): Promise<SearchResult> {
    // A list longer than this helps nobody; the answer says how many there are in all.
    const limit = 1000;
    const wanted = { area: areaJson(area), reason, limit, ...journey };
    return readSearch(await this.post(`incidents/${this.incident}/searches`, wanted));
  }

  /** key: one per form filled in; sent again with it (the answer was lost) it is the same request. */
  async send(request: Wanted, key: string): Promise<Sent> {
    const again = { "idempotency-key": key };
    const answer = (await this.post(`incidents/${this.incident}/requests`, request, again)) as Sent;
    const recipients: unknown = answer.recipients;
    // The count, or the list of them.
    return { id: answer.id, recipients: Array.isArray(recipients) ? recipients.length : Number(recipients) };
  }

  private post(path: string, body: unknown, more: Record<string, string> = {}): Promise<unknown> {
    return this.bearer.with((authorization) =>
      call(`${this.base}/${path}`, { method: "POST", body, headers: { authorization, ...more } }),
    );
  }
}
