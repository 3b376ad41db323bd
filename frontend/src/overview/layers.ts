/** Counts as circles, single sites as pins: how they look on the map. */
import type { GeoJSONSource, Map } from "../map/setup";
import { BOLD } from "../map/style";
import type { ViewLayers } from "../map/views";
import type { Part, Pin } from "./types";

const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
const COLOURS: Record<Pin["kind"], string> = { home: "#0f4c5c", business: "#8a3b12" };
const PATHS: Record<Pin["kind"], string> = {
  home: "M-9 0A9 9 0 1 0 9 0A9 9 0 1 0 -9 0z",
  business: "M-8.500-8.500H8.500V8.500H-8.500z",
};

/** Adds the layers, empty. */
export function addLayers(map: Map): void {
  for (const kind of ["home", "business"] as const) map.addImage(kind, image(kind), { pixelRatio: 2 });
  map.addSource("counts", { type: "geojson", data: EMPTY });
  map.addSource("pins", { type: "geojson", data: EMPTY });
  map.addLayer({
    id: "counts",
    type: "circle",
    source: "counts",
    paint: {
      "circle-color": "#0f4c5c",
      "circle-opacity": 0.92,
      // By area: a square with four times as many sites has a circle twice as wide.
      "circle-radius": ["interpolate", ["linear"], ["get", "part"], 0, 9, 1, 29],
      "circle-stroke-color": "#ffffff",
      "circle-stroke-width": 2,
    },
    layout: { "circle-sort-key": ["get", "sites"] },
  });
  map.addLayer({
    id: "numbers",
    type: "symbol",
    source: "counts",
    layout: {
      "text-field": ["get", "label"],
      "text-font": BOLD,
      "text-size": ["interpolate", ["linear"], ["get", "part"], 0, 11, 1, 15],
      "symbol-sort-key": ["-", ["get", "sites"]],
      "text-allow-overlap": true,
    },
    paint: { "text-color": "#ffffff" },
  });
  map.addLayer({
    id: "pins",
    type: "symbol",
    source: "pins",
    layout: {
      "icon-image": ["get", "kind"],
      "icon-allow-overlap": true,
      "text-field": ["to-string", ["get", "cameras"]],
      "text-font": BOLD,
      "text-size": 11,
      "text-optional": true,
    },
    paint: { "text-color": "#ffffff" },
  });
}

export const NOTHING: Part = { shown: "counts", total: 0, cells: [], pins: [], hint: "" };

/** Shows a part of the map instead of the one before. */
export function draw(map: Map, part: Part, views: ViewLayers): void {
  views.draw(part.pins);
  const most = Math.max(1, ...part.cells.map((cell) => cell.sites));
  set(map, "counts", part.cells.map((cell): GeoJSON.Feature => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: cell.location },
    properties: { sites: cell.sites, label: short(cell.sites), part: Math.sqrt(cell.sites / most) },
  })));
  set(map, "pins", part.pins.map((pin): GeoJSON.Feature => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: pin.location },
    properties: { kind: pin.kind, cameras: pin.cameras },
  })));
}

function set(map: Map, source: string, features: GeoJSON.Feature[]): void {
  map.getSource<GeoJSONSource>(source)?.setData({ type: "FeatureCollection", features });
}

/** "950", "1.2k", "34k": what fits into a circle. */
export function short(number: number): string {
  if (number < 1000) return String(number);
  const thousands = number / 1000;
  return thousands < 9.95 ? `${thousands.toFixed(1)}k` : `${Math.round(thousands)}k`;
}

/** Home round, business square: told apart without colour. */
function image(kind: Pin["kind"], ratio = 2): ImageData {
  const size = 26;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size * ratio;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.scale(ratio, ratio);
  context.translate(size / 2, size / 2);
  const path = new Path2D(PATHS[kind]);
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = "#ffffff";
  context.stroke(path);
  context.fillStyle = COLOURS[kind];
  context.fill(path);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
