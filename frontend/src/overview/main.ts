/**
 * The map of all sites. Without this script the page says in words what the force's area holds;
 * with it a map shows counts as circles and, near enough, single sites, and the words follow it.
 */
import { data, need } from "../common/dom";
import { Problem } from "../common/problem";
import type { Map } from "../map/setup";
import { MapApi } from "./api";
import { frameOf } from "./frame";
import { Panel } from "./panel";
import type { Bounds, Cell, Part } from "./types";

const PAUSE_MS = 250;
const LATE_MS = 900;
const FAR_ZOOM = 1.5;

const root = document.querySelector<HTMLElement>("#overview-island");
if (root) void start(root);

async function start(island: HTMLElement): Promise<void> {
  const frame = need(island, "[data-map-frame]");
  const container = need(island, "[data-map]");
  frame.hidden = false;
  island.classList.add("work--live", "work--overview");
  try {
    const { createMap } = await import("../map/setup");
    const { NOTHING, addLayers, draw } = await import("./layers");
    const { ViewLayers } = await import("../map/views");
    const bounds = ["west", "south", "east", "north"].map((side) => Number(data(island, side))) as Bounds;
    const map = await createMap({
      container,
      basemap: data(island, "basemap"),
      centre: [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2],
      zoom: 9,
      label: "Map of registered sites. The text beside it says the same.",
      cooperative: matchMedia("(pointer: coarse)").matches,
    });
    map.fitBounds(bounds, { padding: 16, animate: false });
    addLayers(map);
    const views = new ViewLayers(map, "counts");
    follow(island, map, (part) => draw(map, part ?? NOTHING, views));
  } catch (error) {
    console.warn(error);
    container.replaceChildren();
    const note = document.createElement("p");
    note.className = "map-frame__note";
    note.textContent = "This browser cannot draw the map. The text beside it says what the whole area holds.";
    container.append(note);
  }
}

/** Keeps circles, pins and words in step with where the map is. */
function follow(island: HTMLElement, map: Map, draw: (part: Part | null) => void): void {
  const api = new MapApi(data(island, "api", "/api/v1"), data(island, "tokenUrl", "/console/token"));
  const go = (cell: Cell): void => {
    map.fitBounds(cell.bounds, { padding: 8, animate: !reducedMotion(), duration: 400 });
    map.getCanvas().focus({ preventScroll: true });
  };
  const panel = new Panel(island, go);
  let asking: AbortController | null = null;
  let timer = 0;
  let drawnAt = map.getZoom();

  const load = async (): Promise<void> => {
    const box = map.getBounds();
    const shown: Bounds = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
    asking?.abort();
    const mine = (asking = new AbortController());
    island.dataset["state"] = "loading";
    // Circles and pins of another zoom would say something wrong here.
    if (Math.abs(map.getZoom() - drawnAt) > FAR_ZOOM) draw(null);
    const late = window.setTimeout(() => panel.wait(), LATE_MS);
    try {
      const part = await api.part(frameOf(shown, map.getZoom()), mine.signal);
      if (mine.signal.aborted) return;
      draw(part);
      drawnAt = map.getZoom();
      const centre = map.getCenter();
      panel.show(part, shown, [centre.lng, centre.lat]);
      island.dataset["state"] = part.shown;
    } catch (error) {
      if (mine.signal.aborted) return;
      island.dataset["state"] = "problem";
      panel.tell(error instanceof Problem ? error.sentence : "The map could not be read. Move it to try again.");
    } finally {
      window.clearTimeout(late);
    }
  };
  map.on("moveend", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void load(), PAUSE_MS);
  });
  map.on("click", "counts", (event) => {
    const [hit] = event.features ?? [];
    if (hit) map.easeTo({ center: (hit.geometry as GeoJSON.Point).coordinates as [number, number], zoom: map.getZoom() + 2, animate: !reducedMotion() });
  });
  map.on("mouseenter", "counts", () => (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", "counts", () => (map.getCanvas().style.cursor = ""));
  void load();
}

function reducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
