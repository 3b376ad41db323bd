/** Sites on the map, many of them together where they stand close, and the circle's dashed edge. */
import type { Position } from "../common/geometry";
import type { Map } from "../map/setup";
import { BOLD } from "../map/style";
import { COLOURS, pinImage } from "./shapes";
import type { SiteState } from "./types";

const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

/** Marks the incident, under the sites and over what they have in view. */
export function addScene(map: Map, place: Position): void {
  const data: GeoJSON.Feature = { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: place } };
  map.addSource("scene", { type: "geojson", data });
  for (const [id, radius, colour, opacity] of SCENE) {
    map.addLayer({ id, type: "circle", source: "scene", paint: { "circle-radius": radius, "circle-color": colour, "circle-opacity": opacity } }, "leaders");
  }
}

const DANGER = "#b3261e";
const SCENE = [["scene-halo", 18, DANGER, 0.18], ["scene-ring", 11, DANGER, 1], ["scene-rim", 9, "#ffffff", 1], ["scene", 6, DANGER, 1]] as const;

/** Adds the layers, empty. */
export function addSiteLayers(map: Map): void {
  for (const state of ["live", "closing", "lost"] as SiteState[]) {
    for (const chosen of [false, true]) {
      map.addImage(`${state}-${chosen}`, pinImage(state, chosen), { pixelRatio: 2 });
    }
  }
  map.addSource("circle", { type: "geojson", data: EMPTY });
  const counted = (state: SiteState): unknown => ["+", ["case", ["==", ["get", "state"], state], 1, 0]];
  map.addSource("sites", {
    type: "geojson",
    data: EMPTY,
    clusterRadius: 44,
    clusterMaxZoom: 15,
    clusterProperties: { closing: counted("closing"), live: counted("live") },
  });
  map.addSource("leaders", { type: "geojson", data: EMPTY });
  map.addLayer({ id: "leaders", type: "line", source: "leaders", paint: { "line-color": "#14232b", "line-width": 1 } });
  map.addLayer({
    id: "circle-edge",
    type: "line",
    source: "circle",
    paint: { "line-color": "#14232b", "line-width": 2, "line-dasharray": [3, 2] },
  });
  map.addLayer({
    id: "current",
    type: "circle",
    source: "sites",
    filter: ["==", ["get", "current"], true],
    paint: { "circle-radius": 21, "circle-color": "#ffdd00", "circle-opacity": 0.55, "circle-stroke-color": "#14232b", "circle-stroke-width": 2 },
  });
  map.addLayer({
    id: "sites",
    type: "symbol",
    source: "sites",
    filter: ["!", ["has", "point_count"]],
    layout: {
      "icon-image": ["concat", ["get", "state"], "-", ["to-string", ["get", "chosen"]]],
      "icon-allow-overlap": true,
      "symbol-sort-key": ["get", "rank"],
      // The number by which the list, the letter and the coverage call it.
      "text-field": ["get", "label"],
      "text-font": BOLD,
      "text-size": 11,
      "text-anchor": "left",
      "text-offset": [0.9, -0.7],
      "text-allow-overlap": true,
      "text-ignore-placement": true,
    },
    paint: { "text-color": "#14232b", "text-halo-color": "#ffffff", "text-halo-width": 1.6 },
  });
  map.addLayer({
    id: "clusters",
    type: "circle",
    source: "sites",
    filter: ["has", "point_count"],
    paint: {
      // The most urgent in it gives a group its colour; how many these are stands in it too.
      "circle-color": ["case", [">", ["get", "closing"], 0], COLOURS.closing, [">", ["get", "live"], 0], COLOURS.live, COLOURS.lost],
      "circle-radius": ["step", ["get", "point_count"], 17, 10, 20, 50, 23, 200, 28],
      "circle-stroke-color": "#ffffff",
      "circle-stroke-width": 2.5,
    },
  });
  map.addLayer({
    id: "cluster-counts",
    type: "symbol",
    source: "sites",
    filter: ["has", "point_count"],
    layout: {
      "text-field": ["case", [">", ["get", "closing"], 0], ["concat", ["get", "point_count_abbreviated"], "\n▲ ", ["to-string", ["get", "closing"]]], ["to-string", ["get", "point_count_abbreviated"]]],
      "text-font": BOLD,
      "text-size": 12,
      "text-line-height": 1.05,
      "text-allow-overlap": true,
    },
    paint: { "text-color": "#ffffff" },
  });
}
