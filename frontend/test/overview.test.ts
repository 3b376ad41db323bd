import { describe, expect, it } from "vitest";
import { frameOf } from "../src/overview/frame";
import type { Bounds, Cell } from "../src/map/cells";
import { type Part, readPart } from "../src/overview/types";
import { summary } from "../src/overview/words";

const TOWN: Bounds = [-1.95, 52.45, -1.85, 52.5];

describe("the frame that is asked for", () => {
  it("holds the window and is the same for windows near each other", () => {
    const { bbox, zoom, key } = frameOf(TOWN, 11.8);
    expect(zoom).toBe(12);
    expect(bbox[0]).toBeLessThanOrEqual(TOWN[0]);
    expect(bbox[1]).toBeLessThanOrEqual(TOWN[1]);
    expect(bbox[2]).toBeGreaterThanOrEqual(TOWN[2]);
    expect(bbox[3]).toBeGreaterThanOrEqual(TOWN[3]);
    const moved = frameOf([-1.9499, 52.4501, -1.8499, 52.5001], 12.1);
    expect(moved.key).toBe(key);
  });

  it("crosses the antimeridian as the API wants it", () => {
    const { bbox } = frameOf([178, -18, 183, -16], 8);
    expect(bbox[0]).toBeGreaterThan(bbox[2]);
    expect(bbox[0]).toBeLessThanOrEqual(178);
    expect(bbox[2]).toBeGreaterThanOrEqual(-177);
  });

  it("ends at the antimeridian where the window does", () => {
    expect(frameOf([100, 10, 180, 20], 3).bbox[2]).toBe(180);
    expect(frameOf([-180, 10, -100, 20], 3).bbox[0]).toBe(-180);
  });

  it("is the world when the window shows more", () => {
    expect(frameOf([-400, -89, 400, 89], 0).bbox.map(Math.round)).toEqual([-180, -85, 180, 85]);
  });
});

describe("the map in words", () => {
  const counts = (hint = ""): Part => ({ shown: "cells", total: 0, cells: [], sites: [], hint });
  const cells = (...numbers: number[]): Cell[] => numbers.map((sites, i) => ({ cell: String(i), boundary: [[0, 0], [1, 0], [0, 1]], sites }));

  it("tells counts of what is in view, and why there are no single sites", () => {
    expect(summary(counts(), [])).toBe("No sites are registered in this part of the map.");
    expect(summary(counts(), cells(1234, 5))).toBe("1,239 registered sites in 2 hexagons in view.");
    expect(summary(counts(), cells(1))).toBe("1 registered site in 1 hexagon in view.");
    expect(summary(counts("Too many sites to show singly here: zoom in"), cells(4000))).toBe(
      "4,000 registered sites in 1 hexagon in view. Too many sites to show singly here: zoom in.",
    );
  });

  it("tells single sites by kind", () => {
    const sites: Part["sites"] = [
      { location: [-1.9, 52.47], kind: "home", views: [], cameras: 1 },
      { location: [-1.9, 52.48], kind: "business", views: [], cameras: 4 },
    ];
    const part: Part = { shown: "sites", total: 2, cells: [], sites, hint: "" };
    expect(summary(part, [])).toBe("2 registered sites with 5 cameras in view: 1 home and 1 business.");
    expect(summary({ ...part, total: 1, sites: sites.slice(0, 1) }, [])).toBe("1 registered site with 1 camera in view: 1 home.");
    expect(summary({ ...part, total: 0, sites: [] }, [])).toBe("No sites are registered in this part of the map.");
  });
});

describe("the API's answer", () => {
  it("is hexagons from afar and single sites nearby", () => {
    const cell = { cell: "87195c059ffffff", boundary: [[-1.9, 52.4], [-1.8, 52.4], [-1.85, 52.5]], sites: 3 };
    const far = readPart({ shown: "cells", total: 3, cells: [cell, {}], hint: "Zoom in" });
    expect(far).toEqual({ shown: "cells", total: 3, cells: [cell], sites: [], hint: "Zoom in" });
    const site = { location: [-1.9, 52.4], kind: "business", cameras: 2, views: [{ bearing: 90, angle: 60, range_m: 20, usual: false }] };
    expect(readPart({ shown: "sites", total: 1, sites: [site, { ...site, location: null }], hint: "" })).toEqual({ shown: "sites", total: 1, cells: [], sites: [site], hint: "" });
    // Near, and nobody there: no hexagons either.
    expect(readPart({ shown: "sites", total: 0, sites: [], hint: "" }).shown).toBe("sites");
  });
});
