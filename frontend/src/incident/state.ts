/** What the list, the map and the request form share: the sites found and which are chosen. */
import { type Position, distanceBetween } from "../common/geometry";
import type { SearchResult, Sight, Site, SiteState } from "./types";

/** "urgency": the order of the API: closing first, then the nearest. */
export type SortKey = "urgency" | "window" | "state" | "minutes_left" | "away" | "cameras" | "kind" | "sees_scene";

const STATE_ORDER: Record<SiteState, number> = { closing: 0, live: 1, lost: 2 };
const SIGHT_ORDER = { yes: 0, unknown: 1, no: 2 };

export class State extends EventTarget {
  result: SearchResult | null = null;
  readonly chosen = new Set<string>();
  /** What is lost is counted, and shown when somebody asks for it. */
  readonly hidden = new Set<SiteState>(["lost"]);
  readonly hiddenSights = new Set<Sight>();
  current: string | null = null;
  sort: SortKey = "urgency";
  descending = false;
  private readonly byId = new Map<string, Site>();

  /** incident: what sites are near to or far from, whatever was searched. */
  constructor(private readonly incident: Position | null = null) {
    super();
  }

  /** New results; choices that are still among them stay. */
  found(result: SearchResult): void {
    this.result = result;
    this.byId.clear();
    for (const site of result.sites) {
      this.byId.set(site.id, site);
      if (this.incident) site.away = distanceBetween(this.incident, site.location);
    }
    for (const id of this.chosen) if (!this.byId.has(id)) this.chosen.delete(id);
    this.current = null;
    this.changed("sites");
  }

  site(id: string): Site | undefined {
    return this.byId.get(id);
  }

  /** What list and map show, in the list's order. */
  shown(): Site[] {
    const sites = (this.result?.sites ?? []).filter((site) => !this.hidden.has(site.state) && !this.hiddenSights.has(site.sees_scene));
    if (this.sort === "urgency") return sites;
    const sign = this.descending ? -1 : 1;
    return sites.sort((a, b) => sign * compare(a, b, this.sort) || a.away - b.away || (a.id < b.id ? -1 : 1));
  }

  /** Ascending, then descending, then as the API orders. */
  sortBy(key: SortKey): void {
    if (this.sort === key && this.descending) this.sort = "urgency";
    else {
      this.descending = this.sort === key;
      this.sort = key;
    }
    if (this.sort === "urgency") this.descending = false;
    this.changed("order");
  }

  /** Shows or hides a state. Hidden sites are dropped: nobody is asked who cannot be seen here. */
  toggleState(state: SiteState): void {
    this.toggle(this.hidden, state);
  }

  /** As toggleState, by whether a camera there sees the scene. */
  toggleSight(sight: Sight): void {
    this.toggle(this.hiddenSights, sight);
  }

  private toggle<T>(hidden: Set<T>, value: T): void {
    if (!hidden.delete(value)) hidden.add(value);
    const shown = new Set(this.shown().map((site) => site.id));
    for (const id of this.chosen) if (!shown.has(id)) this.chosen.delete(id);
    this.changed("sites");
    this.changed("chosen");
  }

  /** True when the sites found have windows of their own. */
  get timed(): boolean {
    return this.result?.sites.some((site) => site.window !== null) ?? false;
  }

  choose(ids: Iterable<string>, on: boolean): void {
    for (const id of ids) {
      if (on && this.byId.has(id)) this.chosen.add(id);
      else this.chosen.delete(id);
    }
    this.changed("chosen");
  }

  setCurrent(id: string | null): void {
    if (this.current === id) return;
    this.current = id;
    this.changed("current");
  }

  private changed(what: "sites" | "order" | "chosen" | "current"): void {
    this.dispatchEvent(new Event(what));
  }
}

function compare(a: Site, b: Site, key: SortKey): number {
  switch (key) {
    case "urgency":
      return 0;
    case "window":
      return (a.window?.from ?? "").localeCompare(b.window?.from ?? "");
    case "state":
      return STATE_ORDER[a.state] - STATE_ORDER[b.state] || left(a) - left(b);
    case "minutes_left":
      return left(a) - left(b);
    case "sees_scene":
      return SIGHT_ORDER[a.sees_scene] - SIGHT_ORDER[b.sees_scene];
    case "kind":
      return a.kind.localeCompare(b.kind);
    case "cameras":
      return b.cameras - a.cameras;
    case "away":
      return a.away - b.away;
  }
}

/** Sites without a deadline, and those it has passed, come last: nothing is urgent there. */
function left(site: Site): number {
  return site.minutes_left === null || site.minutes_left <= 0 ? Number.MAX_SAFE_INTEGER : site.minutes_left;
}
