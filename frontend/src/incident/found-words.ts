/** What a search found, in words: all of it, also when the list holds only a part. */
import { count } from "../common/words";
import type { SearchResult } from "./types";

/** All that was found, listed or not. Cameras are known of those that are listed only. */
export function foundWords(result: SearchResult): string {
  if (result.total === 0) return "No cameras found";
  if (result.cells.length > 0) return `${count(result.total, "site")} in ${count(result.cells.length, "hexagon")}`;
  const cameras = result.truncated ? 0 : result.sites.reduce((sum, site) => sum + site.cameras, 0);
  const lost = result.lost ? `, ${result.lost.toLocaleString("en-GB")} likely lost` : "";
  return `${count(result.total, "site")}${cameras ? `, ${count(cameras, "camera")}` : ""}${lost}`;
}

/** What the list leaves out, and what to do about it. */
export function cutWords(result: SearchResult): string {
  if (result.hint) return result.hint;
  const [listed, total] = [result.sites.length, result.total].map((number) => number.toLocaleString("en-GB"));
  return `The list and the map hold the ${listed} most urgent of ${total} sites. Make the area smaller to see the others.`;
}
