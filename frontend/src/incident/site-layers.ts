/** Sites on the map, many of them together where they stand close, and the circle's dashed edge. */
import type { Map } from "../map/setup";
import { BOLD } from "../map/style";
import { pinImage } from "./shapes";
import type { SiteState } from "./types";

const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

/** Adds the layers, empty. */
export function addSiteLayers(map: Map): void {
  for (const state of ["live", "closing", "lost"] as SiteState[]) {
    for (const chosen of [false, true]) {
      map.addImage(`${state}-${chosen}`, pinImage(state, chosen), { pixelRatio: 2 });
    }
  }
  map.addSource("circle", { type: "geojson", data: EMPTY });
  map.addSource("sites", { type: "geojson", data: EMPTY, clusterRadius: 44, clusterMaxZoom: 15 });
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
    },
  });
  map.addLayer({
    id: "clusters",
    type: "circle",
    source: "sites",
    filter: ["has", "point_count"],
    paint: {
      "circle-color": "#14232b",
      "circle-radius": ["step", ["get", "point_count"], 15, 10, 18, 50, 22, 200, 27],
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
      "text-field": ["get", "point_count_abbreviated"],
      "text-font": BOLD,
      "text-size": 13,
      "text-allow-overlap": true,
    },
    paint: { "text-color": "#ffffff" },
  });
}
