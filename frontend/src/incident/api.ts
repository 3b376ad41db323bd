/** The officers' API as the incident page uses it. */
import { type Area, areaJson } from "./areas";
import type { Journey } from "./journey";
import type { SearchResult } from "./types";
import { readSearch } from "./types";
import { Bearer } from "../common/bearer";
import { call } from "../common/problem";

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
    const wanted = { area: areaJson(area), reason, limit, labels: true, ...journey };
    return readSearch(await this.post(`incidents/${this.incident}/searches`, wanted));
  }

  private post(path: string, body: unknown): Promise<unknown> {
    return this.bearer.with((authorization) =>
      call(`${this.base}/${path}`, { method: "POST", body, headers: { authorization } }),
    );
  }
}
