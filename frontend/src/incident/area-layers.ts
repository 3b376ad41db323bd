/** Areas on the map: what would be searched, and what was. */
import type { GeoJSONSource, Map } from "../map/setup";
import { circleRing } from "../common/geometry";
import { type Area, ringsOf } from "./areas";

const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
const COLOUR = "#0f4c5c";
const ROUND = { "line-join": "round", "line-cap": "round" } as const;
/** The lowest layer of the base map that is drawn on the ground; other base maps have none. */
const LOWEST_LINES = "blocks";
const [LEAST_ZOOM, MOST_ZOOM] = [5, 20];

/** Adds the layers, empty; sites come above them. */
export function addAreaLayers(map: Map): void {
  for (const id of ["searched", "planned-way", "searched-way"]) map.addSource(id, { type: "geojson", data: EMPTY });
  map.addLayer({ id: "searched", type: "fill", source: "searched", paint: { "fill-color": COLOUR, "fill-opacity": 0.07 } });
  // Its white sides keep the line in sight on dark hexagons.
  map.addLayer({ id: "searched-sides", type: "line", source: "searched", paint: { "line-color": "#ffffff", "line-width": 4 } });
  map.addLayer({ id: "searched-edge", type: "line", source: "searched", paint: { "line-color": COLOUR, "line-width": 1.5 } });
  // On the ground and opaque: where a wide line that lets something through meets itself, as a walked
  // route with hundreds of points does, it would be as dark as the number of its turns.
  const below = map.getLayer(LOWEST_LINES) ? LOWEST_LINES : undefined;
  map.addLayer({ id: "searched-way", type: "line", source: "searched-way", layout: ROUND, paint: { "line-color": "#d3dcdd" } }, below);
  map.addLayer({ id: "planned-way", type: "line", source: "planned-way", layout: ROUND, paint: { "line-color": "#dadcdb" } }, below);
}

/** The corridor that a new search would cover, as wide as it is on the ground. */
export function drawPlanned(map: Map, area: Area | null): void {
  drawWay(map, "planned-way", area);
}

/** The area that the results belong to. */
export function drawSearched(map: Map, area: Area): void {
  drawWay(map, "searched-way", area);
  const rings = area.kind === "circle" ? [circleRing(area.centre, area.radius)] : area.kind === "polygon" ? ringsOf(area) : null;
  source(map, "searched")?.setData(rings ? { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: rings } } : EMPTY);
}

function drawWay(map: Map, id: string, area: Area | null): void {
  const way = area?.kind === "corridor" ? area : null;
  source(map, id)?.setData(way ? { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: way.path } } : EMPTY);
  if (!way) return;
  const lat = way.path.reduce((sum, [, y]) => sum + y, 0) / way.path.length;
  // Metres to pixels double with each zoom step; the map's tiles are of 512 pixels.
  const pixels = (zoom: number): number => (way.width * 512 * 2 ** zoom) / (40_075_016.686 * Math.cos((lat * Math.PI) / 180));
  map.setPaintProperty(id, "line-width", ["interpolate", ["exponential", 2], ["zoom"], LEAST_ZOOM, pixels(LEAST_ZOOM), MOST_ZOOM, pixels(MOST_ZOOM)]);
}

function source(map: Map, id: string): GeoJSONSource | undefined {
  return map.getSource<GeoJSONSource>(id);
}
