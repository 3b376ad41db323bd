/** What the API says about a part of the map. */
import type { Position } from "../common/geometry";
import type { View } from "../map/view-data";

/** West, south, east, north in degrees. */
export type Bounds = [number, number, number, number];

export interface Cell {
  /** About where in the square most of its sites are. */
  location: Position;
  bounds: Bounds;
  sites: number;
}

export interface Pin {
  location: Position;
  kind: "home" | "business";
  cameras: number;
  views: View[];
}

export interface Part {
  shown: "counts" | "pins";
  total: number;
  cells: Cell[];
  pins: Pin[];
  hint: string;
}
