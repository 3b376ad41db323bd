/** A pin that a pointer drags and the arrow keys push. */
import { Marker, type Map } from "maplibre-gl";
import { svg } from "../common/dom";
import { type Position, destination } from "../common/geometry";

const STEP_M = 2;
const LONG_STEP_M = 20;
const BEARINGS: Record<string, number> = { ArrowUp: 0, ArrowRight: 90, ArrowDown: 180, ArrowLeft: 270 };

export interface MovableOptions {
  /** What screen readers call it, and the element that explains the keys. */
  label: string;
  describedBy?: string;
  className: string;
  moved(position: Position): void;
}

export interface Movable {
  place(position: Position): void;
  readonly element: HTMLElement;
}

/** Adds the pin to the map. `moved` is called for what the person does, not for `place`. */
export function movablePin(map: Map, start: Position, options: MovableOptions): Movable {
  const element = document.createElement("button");
  element.type = "button";
  element.className = options.className;
  element.setAttribute("aria-label", options.label);
  if (options.describedBy) element.setAttribute("aria-describedby", options.describedBy);
  element.append(pinShape());
  const marker = new Marker({ element, anchor: "bottom", draggable: true }).setLngLat(start).addTo(map);
  // MapLibre makes marker elements "img"; this one is a control.
  element.removeAttribute("role");
  element.setAttribute("aria-label", options.label);

  const here = (): Position => {
    const { lng, lat } = marker.getLngLat();
    return [lng, lat];
  };
  marker.on("dragend", () => options.moved(here()));
  // Neither a form's submit nor the map's own keys and clicks belong to the pin.
  element.addEventListener("click", (event) => event.stopPropagation());
  element.addEventListener("keydown", (event) => {
    const bearing = BEARINGS[event.key];
    if (bearing === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = destination(here(), event.shiftKey ? LONG_STEP_M : STEP_M, bearing);
    marker.setLngLat(next);
    if (!map.getBounds().contains(next)) map.easeTo({ center: next });
    options.moved(next);
  });
  return { place: (position) => void marker.setLngLat(position), element };
}

function pinShape(): SVGElement {
  return svg(
    "svg",
    { viewBox: "0 0 32 42", width: 32, height: 42, "aria-hidden": "true", focusable: "false" },
    svg("path", {
      d: "M16 1C7.700 1 1 7.600 1 15.800 1 26.500 16 41 16 41s15-14.500 15-25.200C31 7.600 24.300 1 16 1z",
      class: "pin-shape__body",
    }),
    svg("circle", { cx: 16, cy: 15.5, r: 5.5, class: "pin-shape__dot" }),
  );
}
