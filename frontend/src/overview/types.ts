/** What the API says about a part of the map. */
import type { Position } from "../common/geometry";

/** West, south, east, north in degrees. */
export type Bounds = [number, number, number, number];

export interface Cell {
  bounds: Bounds;
  sites: number;
}

export interface Pin {
  location: Position;
  kind: "home" | "business";
  cameras: number;
}

export interface Part {
  shown: "counts" | "pins";
  total: number;
  cells: Cell[];
  pins: Pin[];
  hint: string;
}

/** The middle of a square, as far as a map's eye is concerned. */
export function middle([west, south, east, north]: Bounds): Position {
  return [(west + east) / 2, (south + north) / 2];
}
