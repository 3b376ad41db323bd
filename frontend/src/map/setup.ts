/**
 * Making a MapLibre map under our Content-Security-Policy. Import this lazily: it is the large
 * part of the front end, and pages must do their work before it has come, or without it.
 *
 * MapLibre's worker is a file under /assets (worker-src 'self'), so no blob: is needed.
 */
import { AttributionControl, Map, NavigationControl, ScaleControl, addProtocol, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { Protocol } from "pmtiles";
import "maplibre-gl/dist/maplibre-gl.css";
import type { Position } from "../common/geometry";
import { addGrid } from "./grid";
import { baseStyle } from "./style";

export { Map, Marker } from "maplibre-gl";
export type { GeoJSONSource, MapMouseEvent } from "maplibre-gl";

let prepared = false;

function prepare(): void {
  if (prepared) return;
  prepared = true;
  setWorkerUrl(new URL(workerUrl, location.href).href);
  addProtocol("pmtiles", new Protocol().tile);
}

export interface MapOptions {
  container: HTMLElement;
  /** PMTiles URL, absolute or relative to the page; "" gives a plain background with a grid. */
  basemap: string;
  centre: Position;
  zoom: number;
  /** What screen readers call the map. */
  label: string;
  /** On small screens in a long page one finger scrolls the page, two move the map. */
  cooperative?: boolean;
}

/** A map that is ready to take sources and layers. Rejects when the browser cannot draw one. */
export async function createMap(options: MapOptions): Promise<Map> {
  prepare();
  const basemap = options.basemap ? new URL(options.basemap, location.href).href : "";
  const map = new Map({
    container: options.container,
    style: baseStyle(basemap),
    center: options.centre,
    zoom: options.zoom,
    minZoom: 1,
    maxZoom: 19,
    attributionControl: false,
    cooperativeGestures: options.cooperative ?? false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
    locale: { "Map.Title": options.label },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric", maxWidth: 120 }), "bottom-left");
  if (basemap) addAttribution(map);
  // Waits for the style alone, not for tiles: pins must show when the base map is slow or missing.
  if (!map.isStyleLoaded()) await new Promise<void>((done) => map.once("style.load", () => done()));
  map.on("error", (event) => console.warn("map:", event.error.message));
  if (!basemap) addGrid(map);
  return map;
}

/** Whose data it is, behind an "i" from the start: open it would cover a small map's scale. */
function addAttribution(map: Map): void {
  map.addControl(new AttributionControl({ compact: true }), "bottom-right");
  const box = map.getContainer().querySelector(".maplibregl-ctrl-attrib");
  map.once("idle", () => {
    box?.classList.remove("maplibregl-compact-show");
    box?.removeAttribute("open");
  });
}
