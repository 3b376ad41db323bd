/**
 * The reply page's map with street names. What it is given is all that an owner may know: their own
 * address and cameras, and the area of the incident, never its exact place.
 */
import { svg } from "../common/dom";
import { type Position, circleRing, destination } from "../common/geometry";
import { type Map, Marker, createMap } from "../map/setup";

export interface StreetMap {
  home: Position;
  area: { centre: Position; radius: number } | null;
  views: { number: number; bearing: number; wide: number; metres: number }[];
}

const CLOSEST_ZOOM = 17;

export async function drawStreetMap(canvas: HTMLElement, shown: StreetMap, basemap: string, label: string): Promise<void> {
  const map = await createMap({
    container: canvas,
    basemap,
    centre: shown.home,
    zoom: 16,
    label,
    cooperative: matchMedia("(pointer: coarse)").matches,
  });
  const views = shown.views.map((view) => viewRing(shown.home, view));
  const area = shown.area ? [circleRing(shown.area.centre, shown.area.radius)] : [];
  add(map, "views", views, { fill: "#0f4c5c", edge: "#0f4c5c", opacity: 0.22 });
  add(map, "area", area, { fill: "#f2a900", edge: "#9a4a00", opacity: 0.25, dashes: [3, 2] });
  new Marker({ element: house(), anchor: "center" }).setLngLat(shown.home).addTo(map);
  const spots = [shown.home, ...views.flat(), ...area.flat()];
  const [lngs, lats] = [spots.map(([lng]) => lng), spots.map(([, lat]) => lat)];
  map.fitBounds([[Math.min(...lngs), Math.min(...lats)], [Math.max(...lngs), Math.max(...lats)]], {
    padding: 36,
    maxZoom: CLOSEST_ZOOM,
    animate: false,
  });
}

interface Look {
  fill: string;
  edge: string;
  opacity: number;
  dashes?: number[];
}

function add(map: Map, id: string, rings: Position[][], look: Look): void {
  const geometry: GeoJSON.MultiPolygon = { type: "MultiPolygon", coordinates: rings.map((ring) => [ring]) };
  map.addSource(id, { type: "geojson", data: { type: "Feature", properties: {}, geometry } });
  map.addLayer({ id, type: "fill", source: id, paint: { "fill-color": look.fill, "fill-opacity": look.opacity } });
  const edge = { "line-color": look.edge, "line-width": 1.5, ...(look.dashes ? { "line-dasharray": look.dashes } : {}) };
  map.addLayer({ id: `${id}-edge`, type: "line", source: id, paint: edge });
}

/** A slice of a circle around the address, or all of it, as a closed ring. */
function viewRing(home: Position, { bearing, wide, metres }: StreetMap["views"][number]): Position[] {
  if (wide >= 360) return circleRing(home, metres);
  const edge = Array.from({ length: 25 }, (_, i) => destination(home, metres, bearing + wide * (i / 24 - 0.5)));
  return [home, ...edge, home];
}

function house(): HTMLElement {
  const element = document.createElement("div");
  element.append(svg("svg", { viewBox: "0 0 24 24", width: 26, height: 26, "aria-hidden": "true", focusable: "false" }, svg("path", { class: "reply-map__home", d: "M12 2l10 8v12H2V10z" })));
  return element;
}
