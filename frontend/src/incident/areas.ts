/** What can be searched: a circle, the way somebody went, an outline. */
import { type Position, circleBounds, distanceBetween, readLatitude, readLongitude } from "../common/geometry";

export interface Circle {
  kind: "circle";
  centre: Position;
  radius: number;
}

/** Everything within half of `width` metres of a path. */
export interface Corridor {
  kind: "corridor";
  path: Position[];
  width: number;
}

/** An outline and the holes in it, as files have them; no first corner is repeated at the end. */
export interface Polygon {
  kind: "polygon";
  path: Position[];
  holes?: Position[][];
}

export type Area = Circle | Corridor | Polygon;
export type Kind = Area["kind"];

/** How many points each needs at least. */
export const LEAST_POINTS = { corridor: 2, polygon: 3 } as const;
/** As many as the API takes of either; it simplifies what has many. */
export const MOST_POINTS = 20_000;

/** As the API takes it. */
export function areaJson(area: Area): Record<string, unknown> {
  switch (area.kind) {
    case "circle":
      return { type: "circle", centre: area.centre, radius_m: area.radius };
    case "corridor":
      return { type: "corridor", path: area.path, width_m: area.width };
    case "polygon":
      return { type: "polygon", coordinates: ringsOf(area) };
  }
}

/** Outline and holes, closed. */
export function ringsOf(area: Polygon): Position[][] {
  return [area.path, ...(area.holes ?? [])].map((ring) => [...ring, ring[0] as Position]);
}

/** What the server read from a file or from text: an area as the API takes it. */
export interface ReadArea {
  type: "corridor" | "polygon";
  path?: Position[];
  coordinates?: Position[][];
}

/** Its lines: a path, or an outline and holes without their repeated corner. */
export function linesOf(read: ReadArea): Position[][] {
  if (read.type === "corridor") return [read.path ?? []];
  return (read.coordinates ?? []).map((ring) => {
    const [first, last] = [ring[0], ring.at(-1)];
    return ring.length > 1 && first?.[0] === last?.[0] && first?.[1] === last?.[1] ? ring.slice(0, -1) : ring;
  });
}

/** [west, south, east, north]. */
export function boundsOf(area: Area): [number, number, number, number] {
  if (area.kind === "circle") return circleBounds(area.centre, area.radius);
  const boxes = area.path.map((point) => circleBounds(point, area.kind === "corridor" ? area.width / 2 : 1));
  return [
    Math.min(...boxes.map(([west]) => west)),
    Math.min(...boxes.map(([, south]) => south)),
    Math.max(...boxes.map(([, , east]) => east)),
    Math.max(...boxes.map(([, , , north]) => north)),
  ];
}

/** True when a search of one finds what a search of the other does. */
export function same(a: Area, b: Area): boolean {
  const near = (x: Position, y: Position): boolean => Math.abs(x[0] - y[0]) < 1e-6 && Math.abs(x[1] - y[1]) < 1e-6;
  if (a.kind === "circle" || b.kind === "circle") {
    return a.kind === "circle" && b.kind === "circle" && near(a.centre, b.centre) && a.radius === b.radius;
  }
  const alike = a.path.length === b.path.length && a.path.every((point, i) => near(point, b.path[i] as Position));
  if (!alike || a.kind !== b.kind) return false;
  return a.kind === "polygon" ? (a.holes ?? []).length === ((b as Polygon).holes ?? []).length : a.width === (b as Corridor).width;
}

/** Metres from the first point to the last. */
export function lengthOf(path: readonly Position[]): number {
  return path.slice(1).reduce((sum, point, i) => sum + distanceBetween(path[i] as Position, point), 0);
}

/** Points as text, one "latitude, longitude" in each line: what maps copy to the clipboard. */
export function pointsText(path: readonly Position[]): string {
  return path.map(([lng, lat]) => `${lat.toFixed(6)}, ${lng.toFixed(6)}`).join("\n");
}

/** Reads such text. wrong: the number of the first line that is no position, 0 when all are. */
export function readPoints(text: string): { path: Position[]; wrong: number } {
  const path: Position[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (!line.trim()) continue;
    const parts = line.trim().split(/\s*[,;\s]\s*/);
    const lat = readLatitude(parts[0] ?? "");
    const lng = readLongitude(parts[1] ?? "");
    if (parts.length !== 2 || lat === null || lng === null) return { path, wrong: index + 1 };
    path.push([lng, lat]);
  }
  return { path, wrong: 0 };
}
