/**
 * The base map: calm, light, without anything that competes with pins.
 *
 * Layers of the tiles: force, district, ward, lsoa, oa (areas) and ward_label, outcode_label,
 * street_label (points), each with `name`; zoom 5 to 14.
 */
import type { LayerSpecification, StyleSpecification } from "maplibre-gl";

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

function areas(): LayerSpecification[] {
  return [
    {
      id: "land",
      type: "fill",
      source: SOURCE,
      "source-layer": "force",
      paint: { "fill-color": LAND },
    },
    {
      id: "blocks",
      type: "line",
      source: SOURCE,
      "source-layer": "oa",
      minzoom: 12.5,
      paint: {
        "line-color": BLOCK,
        "line-width": ["interpolate", ["linear"], ["zoom"], 12.5, 0.4, 15, 1.2, 18, 3],
      },
    },
    {
      id: "neighbourhoods",
      type: "line",
      source: SOURCE,
      "source-layer": "lsoa",
      minzoom: 10.5,
      paint: {
        "line-color": "#d2d9d8",
        "line-width": ["interpolate", ["linear"], ["zoom"], 10.5, 0.4, 14, 1.2, 18, 4],
      },
    },
    {
      id: "wards",
      type: "line",
      source: SOURCE,
      "source-layer": "ward",
      minzoom: 8.5,
      paint: {
        "line-color": EDGE,
        "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.5, 14, 1.4],
        "line-dasharray": [3, 2],
      },
    },
    {
      id: "districts",
      type: "line",
      source: SOURCE,
      "source-layer": "district",
      paint: {
        "line-color": "#93a4a7",
        "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.6, 12, 1.8],
      },
    },
    {
      id: "force",
      type: "line",
      source: SOURCE,
      "source-layer": "force",
      paint: {
        "line-color": FORCE,
        "line-width": ["interpolate", ["linear"], ["zoom"], 6, 1, 12, 2.6],
      },
    },
  ];
}

function names(): LayerSpecification[] {
  const halo = { "text-halo-color": LAND, "text-halo-width": 1.6 };
  return [
    {
      id: "streets",
      type: "symbol",
      source: SOURCE,
      "source-layer": "street_label",
      minzoom: 12.8,
      layout: {
        "text-field": ["get", "name"],
        "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 13, 10, 17, 13],
        "text-max-width": 7,
        "text-padding": 6,
      },
      paint: { "text-color": STREET, ...halo },
    },
    {
      id: "outcodes",
      type: "symbol",
      source: SOURCE,
      "source-layer": "outcode_label",
      minzoom: 9,
      maxzoom: 13.5,
      layout: {
        "text-field": ["get", "name"],
        "text-font": BOLD,
        "text-size": ["interpolate", ["linear"], ["zoom"], 9, 10, 13, 15],
        "text-letter-spacing": 0.05,
      },
      paint: { "text-color": NAME, ...halo },
    },
    {
      id: "ward-names",
      type: "symbol",
      source: SOURCE,
      "source-layer": "ward_label",
      minzoom: 10.5,
      layout: {
        "text-field": ["get", "name"],
        "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 10.5, 10.5, 15, 15],
        "text-max-width": 8,
        "text-letter-spacing": 0.02,
        "text-padding": 8,
      },
      paint: { "text-color": NAME, ...halo },
    },
  ];
}
