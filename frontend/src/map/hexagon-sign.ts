/** A small hexagon in the colour of a class: what ties a line of text to the map. */
import { svg } from "../common/dom";

export function hexagonSign(fill: string): SVGElement {
  return svg(
    "svg",
    { class: "hexagon-sign", viewBox: "0 0 16 18", width: 14, height: 16, "aria-hidden": "true", focusable: "false" },
    svg("path", { d: "M8 .8 15.200 4.900V13.100L8 17.200.800 13.100V4.900z", fill }),
  );
}
