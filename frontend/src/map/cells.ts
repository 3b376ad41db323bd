/**
 * H3 cells as the API gives them: a name, the corners and how many sites. The corners come from our
 * own server, so that no library for H3 has to be loaded here.
 */
import { type Position, beside, compass, distanceBetween } from "../common/geometry";
import { distance } from "../common/words";

/** West, south, east, north in degrees; east is the larger, also beyond 180. */
export type Bounds = [number, number, number, number];

export interface Cell {
  /** Its name in H3, 15 hexadecimal digits. */
  cell: string;
  /** Five to ten corners: six of a hexagon, five of one of the twelve pentagons, some more where an
   * edge is bent. The first is not repeated. */
  boundary: Position[];
  sites: number;
  /** What is around its middle, "B15 2", where that has a name. */
  where?: string;
}

/** Cells out of an answer; what is not one is left out. */
export function readCells(raw: unknown): Cell[] {
  return Array.isArray(raw) ? raw.flatMap(readCell) : [];
}

function readCell(raw: unknown): Cell[] {
  const { cell, boundary, sites, where } = (raw ?? {}) as Record<string, unknown>;
  const corners = Array.isArray(boundary) ? boundary : [];
  const sound = corners.length >= 3 && corners.every((corner) => Array.isArray(corner) && corner.length === 2 && corner.every(Number.isFinite));
  if (!sound || typeof cell !== "string" || typeof sites !== "number") return [];
  return [{ cell, boundary: corners as Position[], sites, ...(typeof where === "string" ? { where } : {}) }];
}

/**
 * The corners around a meridian. At 180° an answer's longitudes run on beyond it (179.9, 180.2), and
 * others may turn back (179.9, -179.8): either way each corner is taken beside the first one, so that
 * the ring is never torn across the whole map.
 */
export function corners({ boundary }: Cell, meridian = boundary[0]?.[0] ?? 0): Position[] {
  const first = beside(boundary[0]?.[0] ?? 0, meridian);
  return boundary.map(([lng, lat]) => [beside(lng, first), lat]);
}

/** A closed ring for GeoJSON. */
export function ringOf(cell: Cell): Position[] {
  const ring = corners(cell);
  return [...ring, ring[0] as Position];
}

/** The middle of the corners. */
export function centreOf(cell: Cell, meridian?: number): Position {
  const ring = corners(cell, meridian);
  const mean = (at: 0 | 1): number => ring.reduce((sum, corner) => sum + corner[at], 0) / ring.length;
  return [mean(0), mean(1)];
}

export function boundsOf(cell: Cell, meridian?: number): Bounds {
  const ring = corners(cell, meridian);
  const [lngs, lats] = [ring.map(([lng]) => lng), ring.map(([, lat]) => lat)];
  return [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)];
}

/** True when the place is in the cell. */
export function holds(cell: Cell, [lng, lat]: Position): boolean {
  const ring = corners(cell, lng);
  // Every edge that the line from the place to the west crosses turns the answer round.
  return ring.reduce((inside, [x2, y2], i) => {
    const [x1, y1] = ring.at(i - 1) as Position;
    const crossed = y1 > lat !== y2 > lat && lng > x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1);
    return crossed ? !inside : inside;
  }, false);
}

/** The cells that the window shows a part of, those with the most sites first. window: longitudes
 * beyond ±180 where the map went round the world. */
export function inView(cells: readonly Cell[], [west, south, east, north]: Bounds): Cell[] {
  const seen = cells.filter((cell) => {
    const [left, bottom, right, top] = boundsOf(cell, (west + east) / 2);
    return left <= east && right >= west && bottom <= north && top >= south;
  });
  return seen.sort((a, b) => b.sites - a.sites || (a.cell < b.cell ? -1 : 1));
}

/** Where a cell lies, seen from a place: "2.1 km north-east"; "" when the place is in it. */
export function whereabouts(cell: Cell, place: Position): string {
  if (holds(cell, place)) return "";
  const centre = centreOf(cell, place[0]);
  const metres = distanceBetween(place, centre);
  // Far away a hundred metres more or less only make it longer to read.
  const far = metres < 9950 ? distance(metres) : `${Math.round(metres / 1000).toLocaleString("en-GB")} km`;
  return `${far} ${compass(place, centre)}`;
}
