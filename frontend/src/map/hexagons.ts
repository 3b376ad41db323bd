/** Hexagons with how many sites are in each, as colour and number, and what the colours mean. */
import type { ExpressionSpecification } from "maplibre-gl";
import { el } from "../common/dom";
import { type Cell, boundsOf, centreOf, holds, ringOf } from "./cells";
import { hexagonSign } from "./hexagon-sign";
import { type Step, scaleOf, short, stepOf } from "./scale";
import type { GeoJSONSource, Map as MapLibre } from "./setup";
import { BOLD } from "./style";

const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
const NEAREST_ZOOM = 17;
const MARK = [["hexagon-marked", "#ffdd00", 7], ["hexagon-marked-line", "#14232b", 3]] as const;
const NONE = ["==", ["get", "cell"], ""] satisfies ExpressionSpecification;
/** Lines of the base map that stay above the hexagons: whose area it is must still be seen. */
const LINES_ABOVE = "districts";

export interface HexagonOptions {
  /** Smaller hexagons or sites come when one goes nearer. */
  finer: boolean;
  /** The layer that hexagons stay under where the base map has no lines. */
  below?: string;
  /** A click. */
  chosen?(cell: Cell): void;
  /** The pointer, or the middle of the map while the keyboard is on it, came to a hexagon or left. */
  pointed?(cell: Cell | null): void;
}

export class HexagonLayers {
  private cells: readonly Cell[] = [];
  private marked: string | null = null;
  private readonly key: HTMLElement;

  constructor(
    private readonly map: MapLibre,
    private readonly options: HexagonOptions,
  ) {
    map.addSource("hexagons", { type: "geojson", data: EMPTY });
    // Numbers have places of their own: of a shape that is cut by a tile each part would get one.
    map.addSource("hexagon-numbers", { type: "geojson", data: EMPTY });
    const below = map.getLayer(LINES_ABOVE) ? LINES_ABOVE : options.below;
    map.addLayer({ id: "hexagons", type: "fill", source: "hexagons", paint: { "fill-color": ["get", "fill"] } }, below);
    map.addLayer({ id: "hexagon-edges", type: "line", source: "hexagons", layout: { "line-join": "round" }, paint: { "line-color": "#ffffff", "line-width": 1.5 } }, below);
    // Two lines, as the focus has everywhere else: seen on pale and on dark.
    for (const [id, colour, width] of MARK) {
      map.addLayer({ id, type: "line", source: "hexagons", filter: NONE, layout: { "line-join": "round" }, paint: { "line-color": colour, "line-width": width } });
    }
    map.addLayer({
      id: "hexagon-numbers",
      type: "symbol",
      source: "hexagon-numbers",
      layout: { "text-field": ["get", "label"], "text-font": BOLD, "text-size": 13, "text-padding": 0, "symbol-sort-key": ["-", ["get", "sites"]] },
      // The halo keeps what is drawn below a number away from it.
      paint: { "text-color": ["get", "ink"], "text-halo-color": ["get", "fill"], "text-halo-width": 1.5 },
    });
    this.key = el("div", { class: "map-key", role: "group", "aria-label": "What the colours mean", hidden: true });
    map.getContainer().append(this.key);
    this.listen();
  }

  /** Shows these hexagons instead of those before. */
  draw(cells: readonly Cell[]): void {
    this.cells = cells;
    const steps = scaleOf(cells.map(({ sites }) => sites));
    const properties = ({ cell, sites }: Cell): GeoJSON.GeoJsonProperties => {
      const { fill, ink } = stepOf(steps, sites) ?? {};
      return { cell, sites, label: short(sites), fill, ink };
    };
    this.set("hexagons", cells.map((cell) => ({ type: "Feature", geometry: { type: "Polygon", coordinates: [ringOf(cell)] }, properties: properties(cell) })));
    this.set("hexagon-numbers", cells.map((cell) => ({ type: "Feature", geometry: { type: "Point", coordinates: centreOf(cell) }, properties: properties(cell) })));
    this.explain(steps);
    this.mark(null);
  }

  /** Puts a dark line around one hexagon. */
  mark(cell: Cell | null): void {
    if ((cell?.cell ?? null) === this.marked) return;
    this.marked = cell?.cell ?? null;
    for (const [id] of MARK) this.map.setFilter(id, this.marked === null ? NONE : ["==", ["get", "cell"], this.marked]);
    this.options.pointed?.(cell);
  }

  /**
   * Goes to a hexagon. Where smaller ones come it fills the map but for a rim, and is one step nearer
   * at least, because somebody wanted to see more of it; where none come its neighbours stay in view.
   */
  goTo(cell: Cell): void {
    const { map } = this;
    const { lng } = map.getCenter();
    const { clientWidth, clientHeight } = map.getContainer();
    const room = Math.min(clientWidth, clientHeight) * (this.options.finer ? 0.15 : 0.33);
    const fit = map.cameraForBounds(boundsOf(cell, lng), { padding: room })?.zoom ?? map.getZoom();
    const zoom = this.options.finer ? Math.min(NEAREST_ZOOM, Math.max(fit, map.getZoom() + 1)) : fit;
    map.easeTo({ center: centreOf(cell, lng), zoom, duration: 500, animate: !reducedMotion() });
    // On a phone the table is below the map.
    map.getContainer().scrollIntoView({ block: "nearest" });
  }

  /** The hexagon at a place of the map, in pixels from its corner. */
  at(point: { x: number; y: number }): Cell | null {
    const { lng, lat } = this.map.unproject([point.x, point.y]);
    return this.cells.find((cell) => holds(cell, [lng, lat])) ?? null;
  }

  private listen(): void {
    const { map } = this;
    const canvas = map.getCanvas();
    if (this.options.chosen) {
      let before = "";
      map.on("mouseenter", "hexagons", () => {
        before = canvas.style.cursor;
        canvas.style.cursor = "pointer";
      });
      map.on("mouseleave", "hexagons", () => (canvas.style.cursor = before));
      map.on("click", "hexagons", (event) => this.choose(event.point));
      canvas.addEventListener("keydown", (event) => {
        if (event.key === "Enter") this.choose(this.middle());
      });
    }
    map.on("mousemove", (event) => this.mark(this.at(event.point)));
    map.on("mouseout", () => this.mark(null));
    // With the keyboard the middle is what arrow keys aim with.
    const aim = (): void => {
      if (canvas.matches(":focus-visible")) this.mark(this.at(this.middle()));
    };
    map.on("move", aim);
    map.on("idle", aim);
    canvas.addEventListener("focus", aim);
    canvas.addEventListener("blur", () => this.mark(null));
  }

  private choose(point: { x: number; y: number }): void {
    const cell = this.at(point);
    if (cell) this.options.chosen?.(cell);
  }

  private middle(): { x: number; y: number } {
    const { clientWidth, clientHeight } = this.map.getCanvas();
    return { x: clientWidth / 2, y: clientHeight / 2 };
  }

  private explain(steps: readonly Step[]): void {
    this.key.hidden = steps.length === 0;
    const rows = steps.map((step) => el("li", { class: "map-key__class" }, hexagonSign(step.fill), step.words));
    this.key.replaceChildren(el("span", { class: "map-key__title" }, "Sites in a hexagon"), el("ol", { class: "map-key__classes" }, ...rows));
  }

  private set(source: string, features: GeoJSON.Feature[]): void {
    this.map.getSource<GeoJSONSource>(source)?.setData({ type: "FeatureCollection", features });
  }
}

export function reducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
