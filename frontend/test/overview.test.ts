import { describe, expect, it } from "vitest";
import { frameOf } from "../src/overview/frame";
import { short } from "../src/overview/layers";
import type { Bounds, Cell, Part } from "../src/overview/types";
import { busiest, summary, whereabouts } from "../src/overview/words";

const TOWN: Bounds = [-1.95, 52.45, -1.85, 52.5];

function cell(lng: number, lat: number, sites: number): Cell {
  return { location: [lng, lat], bounds: [lng - 0.01, lat - 0.01, lng + 0.01, lat + 0.01], sites };
}

function counts(...cells: Cell[]): Part {
  const total = cells.reduce((sum, each) => sum + each.sites, 0);
  return { shown: "counts", total, cells, pins: [], hint: "" };
}

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
  it("tells counts, and why there are no pins", () => {
    expect(summary(counts())).toBe("No sites are registered in this part of the map.");
    expect(summary(counts(cell(-1.9, 52.47, 1234)))).toBe("1,234 registered sites in view, counted by square.");
    const crowded = { ...counts(cell(-1.9, 52.47, 4000)), hint: "Too many sites to show singly here: zoom in" };
    expect(summary(crowded)).toContain("counted by square. Too many sites to show singly here: zoom in.");
  });

  it("tells pins by kind", () => {
    const pins: Part["pins"] = [
      { location: [-1.9, 52.47], kind: "home", views: [], cameras: 1 },
      { location: [-1.9, 52.48], kind: "business", views: [], cameras: 4 },
    ];
    const part: Part = { shown: "pins", total: 2, cells: [], pins, hint: "" };
    expect(summary(part)).toBe("2 registered sites with 5 cameras in view: 1 home and 1 business.");
    expect(summary({ ...part, total: 1, pins: pins.slice(0, 1) })).toBe("1 registered site with 1 camera in view: 1 home.");
  });

  it("lists the squares with most sites that are in the window", () => {
    const part = counts(cell(-1.9, 52.47, 5), cell(-1.92, 52.49, 9), cell(-3, 52.47, 99));
    expect(busiest(part, TOWN).map((each) => each.sites)).toEqual([9, 5]);
  });

  it("says where a square is", () => {
    expect(whereabouts(cell(-1.9, 52.47, 5), [-1.9, 52.47])).toBe("The middle of the map");
    expect(whereabouts(cell(-1.9, 52.5, 5), [-1.9, 52.47])).toBe("3.3 km north of the middle");
    expect(whereabouts(cell(-1.9, 53.5, 5), [-1.9, 52.47])).toBe("115 km north of the middle");
  });

  it("shortens numbers for circles", () => {
    expect([7, 999, 1000, 1249, 12_400].map(short)).toEqual(["7", "999", "1.0k", "1.2k", "12k"]);
  });
});
