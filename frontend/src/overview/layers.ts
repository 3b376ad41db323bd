/** Single sites as pins: how they look on the map. */
import { picture, sign } from "../map/picture";
import type { GeoJSONSource, Map } from "../map/setup";
import { BOLD } from "../map/style";
import type { ViewLayers } from "../map/views";
import type { Pin } from "./types";

const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
const COLOURS: Record<Pin["kind"], string> = { home: "#0f4c5c", business: "#8a3b12" };
const PATHS: Record<Pin["kind"], string> = {
  home: "M-9 0A9 9 0 1 0 9 0A9 9 0 1 0 -9 0z",
  business: "M-8.500-8.500H8.500V8.500H-8.500z",
};

/** Adds the layer, empty. */
export function addPins(map: Map): void {
  for (const kind of ["home", "business"] as const) map.addImage(kind, image(kind), { pixelRatio: 2 });
  map.addSource("pins", { type: "geojson", data: EMPTY });
  map.addSource("pointed-pin", { type: "geojson", data: EMPTY });
  map.addLayer({
    id: "pointed-pin",
    type: "circle",
    source: "pointed-pin",
    paint: { "circle-radius": 19, "circle-color": "#ffdd00", "circle-opacity": 0.6, "circle-stroke-color": "#14232b", "circle-stroke-width": 2 },
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

/** Marks a site whose row has the focus or the pointer. */
export function pointPin(map: Map, pin: Pin | null): void {
  const features: GeoJSON.Feature[] = pin ? [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: pin.location } }] : [];
  map.getSource<GeoJSONSource>("pointed-pin")?.setData({ type: "FeatureCollection", features });
}

/** Shows these single sites instead of those before. */
export function drawPins(map: Map, pins: readonly Pin[], views: ViewLayers): void {
  views.draw(pins);
  const features = pins.map((pin): GeoJSON.Feature => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: pin.location },
    properties: { kind: pin.kind, cameras: pin.cameras },
  }));
  map.getSource<GeoJSONSource>("pins")?.setData({ type: "FeatureCollection", features });
}

/** Home round, business square: told apart without colour. */
function image(kind: Pin["kind"], ratio = 2): ImageData {
  return picture(26, ratio, (context) => sign(context, new Path2D(PATHS[kind]), COLOURS[kind], 4));
}
