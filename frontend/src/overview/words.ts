/** The map in words, for those who do not see it and for a quick look. */
import { type Position, compass, distanceBetween } from "../common/geometry";
import { count, distance } from "../common/words";
import type { Bounds, Cell, Part } from "./types";

/** One or two sentences about what is shown. */
export function summary(part: Part): string {
  if (part.total === 0) return "No sites are registered in this part of the map.";
  const sites = count(part.total, "registered site");
  if (part.shown === "counts") {
    const said = `${sites} in view, counted by square.`;
    return part.hint === "" ? said : `${said} ${part.hint}.`;
  }
  const homes = part.pins.filter((pin) => pin.kind === "home").length;
  const cameras = part.pins.reduce((sum, pin) => sum + pin.cameras, 0);
  const kinds = [
    homes > 0 ? count(homes, "home") : "",
    homes < part.pins.length ? count(part.pins.length - homes, "business", "businesses") : "",
  ].filter((kind) => kind !== "");
  return `${sites} with ${count(cameras, "camera")} in view: ${kinds.join(" and ")}.`;
}

/** The squares in the window with the most sites. */
export function busiest(part: Part, window: Bounds, most = 5): Cell[] {
  return part.cells
    .filter((cell) => inside(cell.location, window))
    .sort((a, b) => b.sites - a.sites)
    .slice(0, most);
}

function inside([lng, lat]: Position, [west, south, east, north]: Bounds): boolean {
  const turned = (((lng - west) % 360) + 360) % 360;
  return lat >= south && lat <= north && turned <= east - west;
}

/** Where a square lies, seen from the middle of the map: "2.1 km north-east of the middle". */
export function whereabouts(cell: Cell, centre: Position): string {
  if (inside(centre, cell.bounds)) return "The middle of the map";
  const metres = distanceBetween(centre, cell.location);
  // Far away a hundred metres more or less only make it longer to read.
  const far = metres < 9950 ? distance(metres) : `${Math.round(metres / 1000).toLocaleString("en-GB")} km`;
  return `${far} ${compass(centre, cell.location)} of the middle`;
}
