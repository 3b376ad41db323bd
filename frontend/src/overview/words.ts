/** The map in words, for those who do not see it and for a quick look. */
import { count } from "../common/words";
import type { Cell } from "../map/cells";
import type { Part } from "./types";

/** One or two sentences about what is shown. cells: those of the part that are in view. */
export function summary(part: Part, cells: readonly Cell[]): string {
  if (part.shown === "cells") {
    const total = cells.reduce((sum, cell) => sum + cell.sites, 0);
    if (total === 0) return NONE;
    const said = `${count(total, "registered site")} in ${count(cells.length, "hexagon")} in view.`;
    return part.hint === "" ? said : `${said} ${part.hint}.`;
  }
  if (part.total === 0) return NONE;
  const homes = part.sites.filter((site) => site.kind === "home").length;
  const cameras = part.sites.reduce((sum, site) => sum + site.cameras, 0);
  const kinds = [
    homes > 0 ? count(homes, "home") : "",
    homes < part.sites.length ? count(part.sites.length - homes, "business", "businesses") : "",
  ].filter((kind) => kind !== "");
  return `${count(part.total, "registered site")} with ${count(cameras, "camera")} in view: ${kinds.join(" and ")}.`;
}

const NONE = "No sites are registered in this part of the map.";
