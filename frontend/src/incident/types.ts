/** What the API says about a search, made uniform for the page. */
import type { Position } from "../common/geometry";
import { type Cell, readCells } from "../map/cells";
import { type View, readViews } from "../map/view-data";

export type SiteState = "live" | "closing" | "lost";
export type Sight = "yes" | "no" | "unknown";

export interface Site {
  id: string;
  location: Position;
  kind: string;
  cameras: number;
  /** By what number officers call it in this incident, and its postcode, distance and direction
   * from the incident; 0 and "" without labels. */
  number: number;
  where: string;
  /** Metres from the incident: the state sets it. */
  away: number;
  /** When it was asked already. ISO 8601. */
  asked_at: string | null;
  /** False when nothing vouches for its address, so that its owner is told nothing of the case. */
  checked: boolean;
  /** False when the deadline rests on an assumption. */
  certain: boolean;
  /** ISO 8601, or null when no camera there records. */
  deadline: string | null;
  minutes_left: number | null;
  /** Of the other cameras that may still hold it, in order. */
  later: Deadline[];
  state: SiteState;
  sees_scene: Sight;
  /** On a timed way: when somebody can have passed. ISO 8601. */
  window: Window | null;
  /** What its cameras have in view, where their owner said. */
  views: View[];
}

export interface Deadline {
  /** ISO 8601. */
  at: string;
  certain: boolean;
}

export interface Window {
  from: string;
  to: string;
}

export interface SearchResult {
  search_id: string;
  /** All in the area, listed or not; and how many of them have overwritten it already. */
  total: number;
  lost: number;
  truncated: boolean;
  sites: Site[];
  /** What to do when not all could be listed; "" when all are. */
  hint: string;
  /** What the officer should know of the day's budget and of the reason. */
  notes: string[];
  /** How many sites are where, of an area too large to list. */
  cells: Cell[];
}

type Loose = Record<string, unknown>;

/** A site from the API; `location` may be a position or a GeoJSON point. Null if it has none. */
export function readSite(raw: unknown): Site | null {
  const site = (raw ?? {}) as Loose;
  const location = readPosition(site["location"]);
  if (!location || typeof site["id"] !== "string") return null;
  const state = site["state"];
  const sight = site["sees_scene"];
  return {
    id: site["id"],
    location,
    kind: typeof site["kind"] === "string" ? site["kind"] : "",
    cameras: readNumber(site["cameras"]) ?? (Array.isArray(site["cameras"]) ? site["cameras"].length : 0),
    number: readNumber(site["number"]) ?? 0,
    where: typeof site["where"] === "string" ? site["where"] : "",
    away: readNumber(site["distance_m"]) ?? 0,
    asked_at: typeof site["asked_at"] === "string" ? site["asked_at"] : null,
    checked: site["address_checked"] !== false,
    certain: site["deadline_certain"] !== false,
    deadline: typeof site["deadline"] === "string" ? site["deadline"] : null,
    minutes_left: readNumber(site["minutes_left"]),
    later: Array.isArray(site["later_deadlines"]) ? site["later_deadlines"].map(readDeadline) : [],
    state: state === "live" || state === "closing" ? state : "lost",
    sees_scene: sight === "yes" || sight === "no" ? sight : "unknown",
    window: readWindow(site["window"]),
    views: readViews(site["views"]),
  };
}

function readDeadline(raw: unknown): Deadline {
  const { at, certain } = (raw ?? {}) as Loose;
  return { at: String(at), certain: certain !== false };
}

function readWindow(raw: unknown): Window | null {
  const { from, to } = (raw ?? {}) as Loose;
  return typeof from === "string" && typeof to === "string" ? { from, to } : null;
}

function readNumber(raw: unknown): number | null {
  return typeof raw === "number" && Number.isFinite(raw) ? raw : null;
}

function readPosition(raw: unknown): Position | null {
  const pair = Array.isArray(raw) ? raw : (raw as { coordinates?: unknown } | null)?.coordinates;
  if (!Array.isArray(pair)) return null;
  const [lng, lat] = pair as unknown[];
  return typeof lng === "number" && typeof lat === "number" ? [lng, lat] : null;
}

/** The answer to a search. */
export function readSearch(raw: unknown): SearchResult {
  const answer = (raw ?? {}) as Loose;
  const sites = Array.isArray(answer["sites"]) ? answer["sites"].map(readSite) : [];
  const known = sites.filter((site): site is Site => site !== null);
  return {
    search_id: String(answer["search_id"] ?? ""),
    total: readNumber(answer["total"]) ?? sites.length,
    lost: readNumber(answer["lost"]) ?? known.filter((site) => site.state === "lost").length,
    truncated: answer["truncated"] === true,
    hint: typeof answer["hint"] === "string" ? answer["hint"] : "",
    notes: Array.isArray(answer["notes"]) ? answer["notes"].map(String) : [],
    sites: known,
    cells: readCells(answer["cells"]),
  };
}

export const STATE_WORDS: Record<SiteState, string> = {
  live: "Still held",
  closing: "Closing soon",
  lost: "Likely lost",
};

export const SIGHT_WORDS: Record<Sight, string> = { yes: "Yes", no: "No", unknown: "Unknown" };

const KIND_WORDS: Record<string, string> = { cctv: "CCTV", ptz: "Moving camera", fixed: "Fixed camera" };

/** "doorbell" → "Doorbell". */
export function kindWords(kind: string): string {
  return KIND_WORDS[kind] ?? (kind.charAt(0).toUpperCase() + kind.slice(1)).replaceAll("_", " ");
}
