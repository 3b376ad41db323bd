/** What the API says about a part of the map. */
import type { Position } from "../common/geometry";
import { type Cell, readCells } from "../map/cells";
import { type View, readViews } from "../map/view-data";

/** A single site; not which one. */
export interface Pin {
  location: Position;
  kind: "home" | "business";
  cameras: number;
  views: View[];
  /** The postal sector around it, "B15 2", where one is near. */
  where?: string;
}

/** Hexagons with counts, or single sites near enough. */
export interface Part {
  shown: "cells" | "sites";
  total: number;
  cells: Cell[];
  sites: Pin[];
  hint: string;
}

/** A part out of an answer; what is no cell or site is left out. */
export function readPart(raw: unknown): Part {
  const { total, cells, sites, hint } = (raw ?? {}) as Record<string, unknown>;
  return {
    shown: Array.isArray(sites) ? "sites" : "cells",
    total: typeof total === "number" ? total : 0,
    cells: readCells(cells),
    sites: Array.isArray(sites) ? sites.flatMap(readPin) : [],
    hint: typeof hint === "string" ? hint : "",
  };
}

function readPin(raw: unknown): Pin[] {
  const { location, kind, cameras, views, where } = (raw ?? {}) as Record<string, unknown>;
  if (!Array.isArray(location) || typeof cameras !== "number") return [];
  return [{ location: location as Position, kind: kind === "business" ? "business" : "home", cameras, views: readViews(views), ...(typeof where === "string" ? { where } : {}) }];
}
