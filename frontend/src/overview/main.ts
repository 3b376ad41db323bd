/**
 * The map of all sites. Without this script the page says in words what the force's area holds; with
 * it a map shows hexagons with counts, smaller ones as it comes nearer and single sites in the end,
 * and the words follow it.
 */
import { data, need, noMap } from "../common/dom";
import { Problem } from "../common/problem";
import type { Bounds } from "../map/cells";
import type { HexagonLayers, HexagonOptions } from "../map/hexagons";
import type { Map } from "../map/setup";
import { MapApi } from "./api";
import { frameOf } from "./frame";
import { Panel } from "./panel";
import type { Part, Pin } from "./types";

const PAUSE_MS = 250;
const LATE_MS = 900;
const FAR_ZOOM = 1.5;
/** From here on neighbouring houses are told apart. */
const PIN_ZOOM = 17;

/** What draws. */
interface Drawing {
  map: Map;
  hexagons(options: HexagonOptions): HexagonLayers;
  pins(pins: readonly Pin[]): void;
  point(pin: Pin | null): void;
}

const root = document.querySelector<HTMLElement>("#overview-island");
if (root) void start(root);

async function start(island: HTMLElement): Promise<void> {
  const frame = need(island, "[data-map-frame]");
  const container = need(island, "[data-map]");
  frame.hidden = false;
  island.classList.add("work--live", "work--overview");
  const bounds = ["west", "south", "east", "north"].map((side) => Number(data(island, side))) as Bounds;
  try {
    const { createMap } = await import("../map/setup");
    const { addPins, drawPins, pointPin } = await import("./layers");
    const { HexagonLayers } = await import("../map/hexagons");
    const { ViewLayers } = await import("../map/views");
    const map = await createMap({
      container,
      basemap: data(island, "basemap"),
      centre: [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2],
      zoom: 9,
      label: "Map of registered sites. The table beside it says the same.",
      cooperative: matchMedia("(pointer: coarse)").matches,
    });
    map.fitBounds(bounds, { padding: 16, animate: false });
    addPins(map);
    const views = new ViewLayers(map, "pins");
    follow(island, bounds, {
      map,
      hexagons: (options) => new HexagonLayers(map, options),
      pins: (pins) => drawPins(map, pins, views),
      point: (pin) => pointPin(map, pin),
    });
  } catch (error) {
    console.warn(error);
    noMap(container, "The text beside it says what the whole area holds.");
  }
}

/** Keeps hexagons, pins and words in step with where the map is. */
function follow(island: HTMLElement, bounds: Bounds, { map, hexagons, pins, point }: Drawing): void {
  const api = new MapApi(data(island, "api", "/api/v1"), data(island, "tokenUrl", "/console/token"));
  const layers = hexagons({ finer: true, chosen: (cell) => layers.goTo(cell), pointed: (cell) => panel.mark(cell) });
  const panel = new Panel(island, {
    go: (cell) => layers.goTo(cell),
    pointed: (cell) => layers.mark(cell),
    show: (pin) => {
      map.easeTo({ center: pin.location, zoom: Math.max(map.getZoom(), PIN_ZOOM), duration: 500, animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
      // On a phone the table is below the map.
      map.getContainer().scrollIntoView({ block: "nearest" });
    },
    pointedAt: (pin) => point(pin),
    retry: () => void load(),
    home: () => map.fitBounds(bounds, { padding: 16, duration: 500, animate: !matchMedia("(prefers-reduced-motion: reduce)").matches }),
  });
  let asking: AbortController | null = null;
  let timer = 0;
  let drawnAt = map.getZoom();
  const draw = (part: Part | null): void => {
    layers.draw(part?.cells ?? []);
    pins(part?.sites ?? []);
  };

  const load = async (): Promise<void> => {
    const box = map.getBounds();
    const shown: Bounds = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
    asking?.abort();
    const mine = (asking = new AbortController());
    island.dataset["state"] = "loading";
    // Hexagons are true at any zoom, so they stay until smaller ones come. From far away what is
    // drawn covers a part of the map alone, as if there were nothing beside it.
    if (drawnAt - map.getZoom() > FAR_ZOOM) draw(null);
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
      panel.tell(error instanceof Problem ? error.sentence : "The map could not be read.");
    } finally {
      window.clearTimeout(late);
    }
  };
  // Also at first: a map that has just found its size says that it moved.
  const soon = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void load(), PAUSE_MS);
  };
  map.on("moveend", soon);
  soon();
}
