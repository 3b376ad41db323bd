/** The map: the area that will be searched, the one that was, and a pin per site found. */
import { type Position, circleBounds, circleRing } from "../common/geometry";
import type { Cell } from "../map/cells";
import { HexagonLayers, reducedMotion } from "../map/hexagons";
import { movablePin, type Movable } from "../map/movable";
import { type GeoJSONSource, type Map as MapLibre, type MapMouseEvent, Marker, createMap } from "../map/setup";
import { ViewLayers } from "../map/views";
import { addAreaLayers, drawPlanned, drawSearched } from "./area-layers";
import { type Area, type Circle, type Kind, boundsOf } from "./areas";
import { PathTool } from "./path-tool";
import { addScene, addSiteLayers } from "./site-layers";
import { spreadApart } from "./spread";
import type { State } from "./state";
import type { Site } from "./types";

const CLUSTER_FROM = 150;
/** The nearest zoom at which sites are grouped. */
const CLUSTER_TO = 15;
/** Pixels from the middle of one pin to the next, so that neither hides the other or its number. */
const APART_PX = 30;
/** Pixels from the map's edge within which a site is hardly in view. */
const EDGE_PX = 48;
const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

export interface SiteMapOptions {
  container: HTMLElement;
  /** Where the buttons for drawing go. */
  tools: HTMLElement;
  basemap: string;
  incident: Position;
  circle: Circle;
  /** False for those who may look at the incident but not search: no circle, no handles. */
  editable: boolean;
  state: State;
  /** The person changed the circle on the map. */
  changed(circle: Circle): void;
  /** The person drew. */
  drawn(path: Position[]): void;
  /** A hexagon was marked on the map, or none is any more. */
  pointed(cell: Cell | null): void;
}

export class SiteMap {
  private circle: Circle;
  private kind: Kind = "circle";
  private placing = false;
  private readonly tool: PathTool | null = null;
  private readonly centrePin: Movable | null = null;
  private readonly edge: Marker | null = null;
  private clustered = false;
  private readonly views: ViewLayers;
  /** Counts, instead of sites, of an area too large to list. */
  readonly hexagons: HexagonLayers;
  private drawnCells: readonly Cell[] = [];

  static async make(options: SiteMapOptions): Promise<SiteMap> {
    const map = await createMap({
      container: options.container,
      basemap: options.basemap,
      centre: options.incident,
      zoom: 14,
      label: "Map of the incident. The list beside it says the same.",
      cooperative: matchMedia("(pointer: coarse)").matches,
    });
    return new SiteMap(map, options);
  }

  private constructor(
    private readonly map: MapLibre,
    private readonly options: SiteMapOptions,
  ) {
    this.circle = options.circle;
    addAreaLayers(map);
    this.hexagons = new HexagonLayers(map, {
      finer: false,
      below: "searched",
      chosen: (cell) => this.tool?.drawing || (this.placing && this.kind === "circle") || this.hexagons.goTo(cell),
      pointed: options.pointed,
    });
    addSiteLayers(map);
    this.views = new ViewLayers(map, "current");
    this.addScene();
    if (options.editable) {
      this.centrePin = movablePin(map, this.circle.centre, {
        label: "Centre of the search. Use the arrow keys to move it, with Shift for larger steps.",
        className: "movable-pin movable-pin--search",
        moved: (centre) => this.move({ ...this.circle, centre }),
      });
      this.edge = this.addEdge();
      this.drawCircle();
      this.tool = new PathTool({ map, tools: options.tools, below: "current", changed: (path) => options.drawn(path) });
    }
    this.listen();
    this.fit(this.circle, false);
    this.drawSites();
  }

  /** Shows what was typed. path: the points so far, of a shape that has some. */
  show(kind: Kind, area: Area | null, path: Position[]): void {
    this.kind = kind;
    this.showHandles(kind === "circle");
    this.tool?.set(kind, path);
    this.plan(area);
    if (area?.kind === "circle") {
      this.circle = area;
      this.centrePin?.place(area.centre);
    }
    this.drawCircle();
    if (area) this.fit(area, true);
  }

  /** The area that a new search would cover changed while it was drawn. */
  plan(area: Area | null): void {
    drawPlanned(this.map, area);
    if (area) this.map.getContainer().classList.remove("is-searched");
  }

  /** Marks the area that the results belong to. */
  searched(area: Area): void {
    drawSearched(this.map, area);
    // What is dashed shows what a new search would cover: nothing else, for now.
    this.source("circle")?.setData(EMPTY);
    this.plan(null);
    // The pin would lie on the nearest cameras; it comes back with the next change of the circle.
    this.showHandles(false);
    // What was found matters now: the points of the path make room for it.
    this.map.getContainer().classList.add("is-searched");
    this.fit(area, true);
  }

  /** While placing, a click anywhere sets the centre. */
  setPlacing(on: boolean): void {
    this.placing = on;
    if (on && this.kind === "circle") {
      this.showHandles(true);
      this.drawCircle();
    }
    this.map.getCanvas().style.cursor = on ? "crosshair" : "";
  }

  private showHandles(on: boolean): void {
    for (const handle of [this.centrePin?.element, this.edge?.getElement()]) handle?.toggleAttribute("hidden", !on);
  }

  /** The incident itself, which stays where it is whatever the circle does. */
  private addScene(): void {
    // Drawn below the sites: a mark of the page would lie on the cameras right beside it.
    addScene(this.map, this.options.incident);
  }

  private addEdge(): Marker {
    const element = document.createElement("div");
    element.className = "circle-handle";
    element.title = "Drag to make the circle larger or smaller";
    const edge = new Marker({ element, draggable: true }).setLngLat(this.circle.centre).addTo(this.map);
    edge.on("drag", () => {
      const { lng, lat } = edge.getLngLat();
      const from = this.map.project(this.circle.centre);
      const metres = from.dist(this.map.project([lng, lat])) * this.metresPerPixel();
      this.move({ ...this.circle, radius: metres });
    });
    return edge;
  }

  private metresPerPixel(): number {
    const [, lat] = this.circle.centre;
    return (40_075_016.686 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** this.map.getZoom());
  }

  private listen(): void {
    const { state } = this.options;
    for (const kind of ["sites", "chosen", "current"]) state.addEventListener(kind, () => this.drawSites());
    state.addEventListener("current", () => this.reveal());
    // Where sites lie on each other depends on how near the map is.
    this.map.on("moveend", () => this.drawSites());
    this.map.on("click", (event) => void this.clicked(event));
    for (const layer of ["sites", "clusters"]) {
      this.map.on("mouseenter", layer, () => (this.map.getCanvas().style.cursor = "pointer"));
      this.map.on("mouseleave", layer, () => (this.map.getCanvas().style.cursor = this.placing || this.tool?.drawing ? "crosshair" : ""));
    }
  }

  private async clicked(event: MapMouseEvent): Promise<void> {
    if (this.tool?.drawing) return this.tool.clicked(event);
    const [hit] = this.map.queryRenderedFeatures(event.point, { layers: ["clusters", "sites"] });
    if (!hit) {
      if (this.placing && this.kind === "circle") this.move({ ...this.circle, centre: [event.lngLat.lng, event.lngLat.lat] });
      return;
    }
    if (hit.layer.id === "clusters") {
      const zoom = await this.source("sites")?.getClusterExpansionZoom(Number(hit.properties["cluster_id"]));
      const centre = (hit.geometry as GeoJSON.Point).coordinates as Position;
      this.map.easeTo({ center: centre, zoom: (zoom ?? this.map.getZoom()) + 0.3 });
      return;
    }
    const id = String(hit.properties["id"]);
    const { state } = this.options;
    state.setCurrent(id);
    state.choose([id], !state.chosen.has(id));
  }

  /** The circle follows the person's hand; the form hears of it. */
  private move(circle: Circle): void {
    this.circle = circle;
    this.centrePin?.place(circle.centre);
    this.drawCircle();
    this.options.changed(circle);
  }

  private drawCircle(): void {
    this.source("circle")?.setData(this.kind === "circle" ? ring(this.circle) : EMPTY);
    const [, , east] = circleBounds(this.circle.centre, this.circle.radius);
    this.edge?.setLngLat([east, this.circle.centre[1]]);
  }

  private fit(area: Area, animate: boolean): void {
    // Somebody who draws has the map where they want it.
    if (this.tool?.drawing) return;
    this.map.fitBounds(boundsOf(area), { padding: { top: 76, right: 52, bottom: 48, left: 40 }, maxZoom: 17.5, animate: animate && !reducedMotion(), duration: 400 });
  }

  private drawSites(): void {
    const { state } = this.options;
    const sites = state.shown();
    const source = this.source("sites");
    const cluster = sites.length >= CLUSTER_FROM;
    if (cluster !== this.clustered) {
      this.clustered = cluster;
      source?.setClusterOptions({ cluster, clusterRadius: 44, clusterMaxZoom: CLUSTER_TO });
    }
    const spread = this.spread(sites);
    const features = sites.map((site): GeoJSON.Feature => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: spread.get(site.id) ?? site.location },
      properties: {
        id: site.id,
        state: site.state,
        label: site.number > 0 ? String(site.number) : "",
        chosen: state.chosen.has(site.id),
        current: state.current === site.id,
        // Later is on top: what is urgent, and what is chosen, must not hide.
        rank: { lost: 0, live: 1, closing: 2 }[site.state] + (state.chosen.has(site.id) ? 3 : 0),
      },
    }));
    source?.setData({ type: "FeatureCollection", features });
    const leaders = sites.flatMap(({ id, location }) => (spread.has(id) ? [[location, spread.get(id) as Position]] : []));
    this.source("leaders")?.setData({ type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: leaders } });
    this.views.draw(sites.map(({ id, location, views }) => ({ location, views, current: state.current === id })));
    this.drawHexagons();
  }

  /** Where sites that would lie on each other are drawn instead. Groups come before: in one nothing
   * lies on anything. */
  private spread(sites: readonly Site[]): Map<string, Position> {
    if (this.clustered && this.map.getZoom() <= CLUSTER_TO + 1) return new Map();
    const shown = this.map.getBounds();
    const near = sites.filter(({ location }) => shown.contains(location));
    const apart = spreadApart(near.map(({ location }) => this.map.project(location)), APART_PX);
    return new Map([...apart].map(([at, { x, y }]) => {
      const { lng, lat } = this.map.unproject([x, y]);
      return [(near[at] as Site).id, [lng, lat]];
    }));
  }

  /** Only when they are others: going through the list must not take the mark from the map. */
  private drawHexagons(): void {
    const cells = this.options.state.result?.cells ?? [];
    if (cells === this.drawnCells) return;
    this.drawnCells = cells;
    this.hexagons.draw(cells);
  }

  private reveal(): void {
    const { state } = this.options;
    const site = state.current ? state.site(state.current) : undefined;
    if (!site) return;
    const { x, y } = this.map.project(site.location);
    const { clientWidth, clientHeight } = this.map.getContainer();
    const inView = x > EDGE_PX && y > EDGE_PX && x < clientWidth - EDGE_PX && y < clientHeight - EDGE_PX;
    // In a group it cannot be told from the others.
    const zoom = this.clustered ? Math.max(this.map.getZoom(), CLUSTER_TO + 1.2) : this.map.getZoom();
    if (!inView || zoom > this.map.getZoom()) this.map.easeTo({ center: site.location, zoom, animate: !reducedMotion() });
  }

  private source(id: string): GeoJSONSource | undefined {
    return this.map.getSource<GeoJSONSource>(id);
  }
}

function ring(circle: Circle): GeoJSON.Feature {
  return {
    type: "Feature",
    properties: {},
    geometry: { type: "Polygon", coordinates: [circleRing(circle.centre, circle.radius)] },
  };
}
