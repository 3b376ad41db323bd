/** The three shapes of a site's state: colour and form say the same, so neither is needed alone. */
import { svg } from "../common/dom";
import { picture, sign } from "../map/picture";
import type { SiteState } from "./types";

export const COLOURS: Record<SiteState, string> = { live: "#0b6e4f", closing: "#b35900", lost: "#5b6870" };

const PATHS: Record<SiteState, string> = {
  live: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z",
  closing: "M8 1 15.500 14.500H.500z",
  lost: "M2 2h12v12H2zm3 3v6h6V5z",
};

/** The shape as an inline picture for tags and the legend. */
export function shape(state: SiteState): SVGElement {
  return svg(
    "svg",
    { class: `shape shape--${state}`, viewBox: "0 0 16 16", width: 14, height: 14, "aria-hidden": "true", focusable: "false" },
    svg("path", { d: PATHS[state], "fill-rule": "evenodd" }),
  );
}

/** The shape as a picture for the map, with a white edge; chosen ones have a dark ring and a tick. */
export function pinImage(state: SiteState, chosen: boolean, ratio = 2): ImageData {
  return picture(34, ratio, (draw) => {
    if (chosen) {
      draw.beginPath();
      draw.arc(0, 0, 15.5, 0, 2 * Math.PI);
      draw.fillStyle = "#ffdd00";
      draw.fill();
      draw.lineWidth = 2.5;
      draw.strokeStyle = "#14232b";
      draw.stroke();
    }
    draw.translate(-9.6, state === "closing" ? -10.4 : -9.6);
    draw.scale(1.2, 1.2);
    sign(draw, new Path2D(PATHS[state]), COLOURS[state], 3);
  });
}
