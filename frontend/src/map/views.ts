/**
 * What cameras have in view: slices around the sites whose owners said which way their cameras look.
 * Pale, under the pins and only when the map is near enough for a slice to be seen as one.
 */
import type { GeoJSONSource, Map } from "./setup";
import { type Viewing, viewFeatures } from "./view-data";

const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };
const COLOUR = "#0f4c5c";
const FROM_ZOOM = 14.4;
const WHOLE_ZOOM = 15.4;

/** Views on a map, with their key. below: the layer that they stay under. */
export class ViewLayers {
  private readonly key: HTMLElement;
  private kinds = new Set<boolean>();

  constructor(
    private readonly map: Map,
    below?: string,
  ) {
    map.addSource("views", { type: "geojson", data: EMPTY });
    const seen = (most: number): [string, ...unknown[]] => ["interpolate", ["linear"], ["zoom"], FROM_ZOOM, 0, WHOLE_ZOOM, ["case", ["get", "current"], Math.min(1, most * 2), most]];
    map.addLayer(
      { id: "views", type: "fill", source: "views", minzoom: FROM_ZOOM, paint: { "fill-color": COLOUR, "fill-opacity": seen(0.13) as never } },
      below,
    );
    for (const usual of [false, true]) {
      map.addLayer(
        {
          id: usual ? "views-edge-usual" : "views-edge",
          type: "line",
          source: "views",
          minzoom: FROM_ZOOM,
          filter: ["==", ["get", "usual"], usual],
          layout: { "line-join": "round" },
          paint: { "line-color": COLOUR, "line-width": 1, "line-opacity": seen(0.42) as never, ...(usual ? { "line-dasharray": [2, 3] } : {}) },
        },
        below,
      );
    }
    this.key = keyOf();
    map.getContainer().append(this.key);
    map.on("zoom", () => this.showKey());
  }

  draw(sites: readonly Viewing[]): void {
    const features = viewFeatures(sites);
    this.kinds = new Set(sites.flatMap(({ views }) => views.map((view) => view.usual)));
    this.map.getSource<GeoJSONSource>("views")?.setData({ type: "FeatureCollection", features });
    this.showKey();
  }

  /** The key stands there while there is something that it explains. */
  private showKey(): void {
    this.key.hidden = this.kinds.size === 0 || this.map.getZoom() < FROM_ZOOM;
    for (const row of this.key.children) row.toggleAttribute("hidden", !this.kinds.has(row.classList.contains("map-key__view--usual")));
  }
}

function keyOf(): HTMLElement {
  const key = document.createElement("div");
  key.className = "map-key";
  key.hidden = true;
  const line = (usual: boolean, words: string): HTMLElement => {
    const row = document.createElement("span");
    row.className = `map-key__view${usual ? " map-key__view--usual" : ""}`;
    row.textContent = words;
    return row;
  };
  key.append(line(false, "In view, as owners said"), line(true, "As such cameras usually see"));
  return key;
}
