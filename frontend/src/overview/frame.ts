/**
 * What to ask the API for: the window's box, made a little larger so that it ends on map tiles.
 * Moving the map a little then asks for nothing new, and going back asks for what is held.
 */
import type { Bounds } from "../map/cells";

export interface Frame {
  bbox: Bounds;
  zoom: number;
  key: string;
}

const LARGEST_ZOOM = 22;
const NORTHERNMOST = 85;

/** bounds: of the window, its longitudes beyond ±180 where the map went round the world. */
export function frameOf([west, south, east, north]: Bounds, mapZoom: number): Frame {
  const zoom = Math.min(LARGEST_ZOOM, Math.max(0, Math.round(mapZoom)));
  // Quarters of tiles: 128 pixels of the screen. Larger ones would be asked for less often, but the API
  // answers a frame far larger than the screen in larger hexagons.
  const tiles = 2 ** (zoom + 2);
  const left = Math.floor(column(west, tiles));
  const right = Math.ceil(column(east, tiles));
  const top = Math.max(0, Math.floor(row(north, tiles)));
  const bottom = Math.min(tiles, Math.ceil(row(south, tiles)));
  const whole = right - left >= tiles;
  const bbox: Bounds = [
    whole ? -180 : turned(longitude(left, tiles)),
    latitude(bottom, tiles),
    whole ? 180 : turned(longitude(right, tiles), 180),
    latitude(top, tiles),
  ];
  return { bbox, zoom, key: `${bbox.map((side) => side.toFixed(6)).join(",")}&zoom=${zoom}` };
}

function column(lng: number, tiles: number): number {
  return ((lng + 180) / 360) * tiles;
}

function row(lat: number, tiles: number): number {
  const within = Math.max(-NORTHERNMOST, Math.min(NORTHERNMOST, lat));
  return ((1 - Math.asinh(Math.tan((within * Math.PI) / 180)) / Math.PI) / 2) * tiles;
}

function longitude(x: number, tiles: number): number {
  return (x / tiles) * 360 - 180;
}

function latitude(y: number, tiles: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / tiles))) * 180) / Math.PI;
}

/** Back into ±180; `edge` is what the antimeridian itself is called at that side of a box. */
function turned(lng: number, edge = -180): number {
  const back = ((((lng + 180) % 360) + 360) % 360) - 180;
  return back === -180 ? edge : back;
}
