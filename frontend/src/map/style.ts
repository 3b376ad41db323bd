/**
 * The base map: calm, light, without anything that competes with pins.
 *
 * Layers of the tiles: force, district, ward, lsoa, oa (areas) and ward_label, outcode_label,
 * street_label (points), each with `name`; zoom 5 to 14.
 */
import type {
  ExpressionSpecification,
  LayerSpecification,
  LineLayerSpecification,
  StyleSpecification,
  SymbolLayerSpecification,
} from "maplibre-gl";

const PAPER = "#e9edec"; // outside the force's area
const LAND = "#f8f8f5";
const BLOCK = "#dfe4e2";
const EDGE = "#b9c4c4";
const FORCE = "#6f8a90";
const NAME = "#54656c";
const STREET = "#6c7a80";

// Without a glyph server MapLibre draws with the system's fonts: this family if it is there, sans-serif
// otherwise. It reads the weight from the name.
const FONT = ["Noto Sans"];
export const BOLD = ["Noto Sans Bold"];

const SOURCE = "base";

/** The whole style. basemap: absolute URL of the PMTiles archive, "" for a plain background. */
export function baseStyle(basemap: string): StyleSpecification {
  if (!basemap) {
    return {
      version: 8,
      sources: {},
      layers: [{ id: "paper", type: "background", paint: { "background-color": "#f3f5f3" } }],
    };
  }
  return {
    version: 8,
    sources: {
      [SOURCE]: {
        type: "vector",
        url: `pmtiles://${basemap}`,
        attribution: "Contains OS, Royal Mail and National Statistics data © Crown copyright and database right",
      },
    },
    layers: [
      { id: "paper", type: "background", paint: { "background-color": PAPER } },
      ...areas(),
      ...names(),
    ],
  };
}

type Zoomed = [number, number, ...number[]];

/** A value that goes with the zoom: zoom, value, zoom, value … */
function zoomed(...stops: Zoomed): ExpressionSpecification {
  return ["interpolate", ["linear"], ["zoom"], ...stops];
}

function line(id: string, layer: string, colour: string, width: Zoomed, more: Partial<LineLayerSpecification> = {}): LayerSpecification {
  const paint = { "line-color": colour, "line-width": zoomed(...width), ...more.paint };
  return { id, type: "line", source: SOURCE, "source-layer": layer, ...more, paint };
}

function areas(): LayerSpecification[] {
  return [
    { id: "land", type: "fill", source: SOURCE, "source-layer": "force", paint: { "fill-color": LAND } },
    line("blocks", "oa", BLOCK, [12.5, 0.4, 15, 1.2, 18, 3], { minzoom: 12.5 }),
    line("neighbourhoods", "lsoa", "#d2d9d8", [10.5, 0.4, 14, 1.2, 18, 4], { minzoom: 10.5 }),
    line("wards", "ward", EDGE, [9, 0.5, 14, 1.4], { minzoom: 8.5, paint: { "line-dasharray": [3, 2] } }),
    line("districts", "district", "#93a4a7", [6, 0.6, 12, 1.8]),
    line("force", "force", FORCE, [6, 1, 12, 2.6]),
  ];
}

interface Label {
  colour: string;
  size: Zoomed;
  font?: string[];
  minzoom: number;
  maxzoom?: number;
  layout?: SymbolLayerSpecification["layout"];
}

function label(id: string, layer: string, { colour, size, font = FONT, layout, ...zooms }: Label): LayerSpecification {
  return {
    id,
    type: "symbol",
    source: SOURCE,
    "source-layer": layer,
    ...zooms,
    layout: { "text-field": ["get", "name"], "text-font": font, "text-size": zoomed(...size), ...layout },
    paint: { "text-color": colour, "text-halo-color": LAND, "text-halo-width": 1.6 },
  };
}

function names(): LayerSpecification[] {
  return [
    label("streets", "street_label", {
      colour: STREET,
      size: [13, 10, 17, 13],
      minzoom: 12.8,
      layout: { "text-max-width": 7, "text-padding": 6 },
    }),
    label("outcodes", "outcode_label", {
      colour: NAME,
      size: [9, 10, 13, 15],
      font: BOLD,
      minzoom: 9,
      maxzoom: 13.5,
      layout: { "text-letter-spacing": 0.05 },
    }),
    label("ward-names", "ward_label", {
      colour: NAME,
      size: [10.5, 10.5, 15, 15],
      minzoom: 10.5,
      layout: { "text-max-width": 8, "text-letter-spacing": 0.02, "text-padding": 8 },
    }),
  ];
}
