/** What the API says about a part of the map. */
import type { Position } from "../common/geometry";
import { type Cell, readCells } from "../map/cells";
import { type View, readViews } from "../map/view-data";

export interface Pin {
  location: Position;
  kind: "home" | "business";
  cameras: number;
  views: View[];
}

/** Hexagons with counts, or single sites near enough. */
export interface Part {
  shown: "counts" | "pins";
  total: number;
  cells: Cell[];
  pins: Pin[];
  hint: string;
}

/** A part out of an answer; what is no cell or site is left out. */
export function readPart(raw: unknown): Part {
  const { shown, total, cells, pins, hint } = (raw ?? {}) as Record<string, unknown>;
  return {
    shown: shown === "pins" ? "pins" : "counts",
    total: typeof total === "number" ? total : 0,
    cells: readCells(cells),
    pins: Array.isArray(pins) ? pins.flatMap(readPin) : [],
    hint: typeof hint === "string" ? hint : "",
  };
}

function readPin(raw: unknown): Pin[] {
  const { location, kind, cameras, views } = (raw ?? {}) as Record<string, unknown>;
  if (!Array.isArray(location) || typeof cameras !== "number") return [];
  return [{ location: location as Position, kind: kind === "business" ? "business" : "home", cameras, views: readViews(views) }];
}
