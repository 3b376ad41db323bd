/**
 * Drawing a path or an outline on the map. Click: next point; double-click or Enter: done; Escape:
 * as it was before; Backspace: takes the last point back. When it is done its points are buttons that
 * a pointer drags and the arrow keys push; Delete takes one away.
 *
 * Our own and not a drawing library: those draw their points on the map's canvas, where no keyboard
 * and no screen reader finds them, and bring ten times as much code as this.
 */
import { type GeoJSONSource, type Map, type MapMouseEvent, Marker } from "../map/setup";
import { el } from "../common/dom";
import { type Position, destination } from "../common/geometry";
import type { Kind } from "./areas";

const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
/** Pixels within which a click is the second of a double-click, not a point of its own. */
const SAME_SPOT = 6;
const MOST_HANDLES = 100;
const STEP_M = 5;
const LONG_STEP_M = 50;
const BEARINGS: Record<string, number> = { ArrowUp: 0, ArrowRight: 90, ArrowDown: 180, ArrowLeft: 270 };

export interface PathToolOptions {
  map: Map;
  tools: HTMLElement;
  /** The layer above the path. */
  below: string;
  /** The person changed the path; called for every point. */
  changed(path: Position[]): void;
}

export class PathTool {
  drawing = false;
  private kind: Kind = "circle";
  private path: Position[] = [];
  private before: Position[] = [];
  private pointer: Position | null = null;
  private markers: Marker[] = [];
  private readonly draw: HTMLButtonElement;
  private readonly undo: HTMLButtonElement;
  private readonly done: HTMLButtonElement;
  private readonly clear: HTMLButtonElement;

  constructor(private readonly options: PathToolOptions) {
    const { map, tools } = options;
    map.addSource("sketch", { type: "geojson", data: EMPTY });
    map.addLayer({ id: "sketch-case", type: "line", source: "sketch", layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": "#ffffff", "line-width": 6, "line-opacity": 0.9 } }, options.below);
    map.addLayer({ id: "sketch", type: "line", source: "sketch", layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": "#14232b", "line-width": 3 } }, options.below);
    this.draw = button("Draw", () => this.begin());
    this.undo = button("Undo point", () => this.takeBack());
    this.done = button("Done", () => this.finish());
    this.clear = button("Clear", () => this.reset());
    tools.append(this.draw, this.done, this.undo, this.clear);
    map.on("mousemove", (event) => this.moved(event));
    map.on("dblclick", (event) => {
      if (!this.drawing) return;
      event.preventDefault();
      this.finish();
    });
    document.addEventListener("keydown", (event) => this.key(event));
    this.show();
  }

  /** Which shape is being made; a path that was typed or made before. */
  set(kind: Kind, path: Position[]): void {
    const other = kind !== this.kind;
    this.kind = kind;
    this.path = [...path];
    if (other || this.drawing) this.drawing = kind !== "circle" && path.length === 0;
    if (this.drawing) this.before = [];
    this.show();
  }

  /** A click on the map while drawing. */
  clicked(event: MapMouseEvent): void {
    const { map, changed } = this.options;
    const last = this.path.at(-1);
    if (last && map.project(last).dist(event.point) < SAME_SPOT) return;
    this.path.push([round(event.lngLat.lng), round(event.lngLat.lat)]);
    this.show();
    changed([...this.path]);
  }

  private begin(): void {
    this.before = [...this.path];
    this.drawing = true;
    this.show();
    this.options.map.getCanvas().focus({ preventScroll: true });
  }

  private finish(): void {
    this.drawing = false;
    this.pointer = null;
    this.show();
    if (document.activeElement === document.body) this.draw.focus();
  }

  private cancel(): void {
    this.path = [...this.before];
    this.finish();
    this.options.changed([...this.path]);
  }

  private takeBack(): void {
    this.path.pop();
    this.show();
    this.options.changed([...this.path]);
  }

  private reset(): void {
    this.path = [];
    this.before = [];
    this.drawing = true;
    this.show();
    this.options.changed([]);
    this.options.map.getCanvas().focus({ preventScroll: true });
  }

  private moved(event: MapMouseEvent): void {
    if (!this.drawing) return;
    this.pointer = [event.lngLat.lng, event.lngLat.lat];
    this.sketch();
  }

  private key(event: KeyboardEvent): void {
    const typing = (event.target as Element).matches("textarea, select, input, button, [contenteditable]");
    if (!this.drawing || event.altKey || event.metaKey || (typing && event.key !== "Escape")) return;
    const back = event.key === "Backspace" || (event.key === "z" && event.ctrlKey);
    if (event.key === "Enter") this.finish();
    else if (event.key === "Escape") this.cancel();
    else if (back) this.takeBack();
    else return;
    event.preventDefault();
  }

  private show(): void {
    const { map } = this.options;
    const on = this.kind !== "circle";
    const points = this.path.length;
    this.draw.hidden = !on || this.drawing;
    this.draw.textContent = points > 0 ? "Add points" : this.kind === "corridor" ? "Draw the route" : "Draw the area";
    this.done.hidden = !on || !this.drawing || points < 2;
    this.undo.hidden = !on || !this.drawing || points === 0;
    this.clear.hidden = !on || points === 0;
    if (this.drawing) map.doubleClickZoom.disable();
    else map.doubleClickZoom.enable();
    map.getCanvas().style.cursor = this.drawing ? "crosshair" : "";
    // The point just set lies under the pointer, and must not take the next click.
    map.getContainer().classList.toggle("is-drawing", this.drawing);
    this.sketch();
    this.handles();
  }

  private sketch(): void {
    const line = this.drawing && this.pointer && this.path.length > 0 ? [...this.path, this.pointer] : [...this.path];
    if (this.kind === "polygon" && line.length > 2) line.push(line[0] as Position);
    const data: GeoJSON.Feature | GeoJSON.FeatureCollection =
      this.kind === "circle" || line.length < 2 ? EMPTY : { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: line } };
    this.options.map.getSource<GeoJSONSource>("sketch")?.setData(data);
  }

  /** A button on each point, made anew only when their number changes: one may have the focus. */
  private handles(): void {
    // Of a file's thousand points nobody pulls single ones, and each would be a stop of the Tab key.
    const wanted = this.kind === "circle" || this.path.length > MOST_HANDLES ? [] : this.path;
    if (this.markers.length !== wanted.length) {
      for (const marker of this.markers) marker.remove();
      this.markers = wanted.map((point, index) => this.handle(point, index));
    }
    for (const [index, marker] of this.markers.entries()) marker.setLngLat(wanted[index] as Position);
  }

  private handle(point: Position, index: number): Marker {
    const first = index === 0 && this.kind === "corridor";
    const name = first ? "Point 1, where they set off" : `Point ${index + 1}`;
    const element = el("button", { type: "button", class: first ? "vertex vertex--first" : "vertex" });
    const marker = new Marker({ element, anchor: "center", draggable: true }).setLngLat(point).addTo(this.options.map);
    // MapLibre makes marker elements "img"; this one is a control.
    element.removeAttribute("role");
    element.setAttribute("aria-label", `${name}. Use the arrow keys to move it, with Shift for larger steps, Delete to take it away.`);
    element.title = name;
    const move = (to: Position): void => {
      this.path[index] = [round(to[0]), round(to[1])];
      this.sketch();
      this.options.changed([...this.path]);
    };
    marker.on("drag", () => move(marker.getLngLat().toArray() as Position));
    element.addEventListener("click", (event) => event.stopPropagation());
    element.addEventListener("keydown", (event) => {
      const bearing = BEARINGS[event.key];
      if (bearing !== undefined) {
        move(destination(this.path[index] as Position, event.shiftKey ? LONG_STEP_M : STEP_M, bearing));
        marker.setLngLat(this.path[index] as Position);
      } else if (event.key === "Delete") {
        this.path.splice(index, 1);
        this.show();
        this.options.changed([...this.path]);
        (this.markers[Math.min(index, this.markers.length - 1)]?.getElement() ?? this.draw).focus();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return marker;
  }
}

function button(words: string, act: () => void): HTMLButtonElement {
  const made = el("button", { type: "button", class: "button button--secondary button--small", hidden: true }, words);
  made.addEventListener("click", act);
  return made;
}

/** To the millionth of a degree, as positions are stored. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
