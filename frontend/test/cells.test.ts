import { describe, expect, it } from "vitest";
import type { Position } from "../src/common/geometry";
import { type Bounds, type Cell, boundsOf, centreOf, holds, inView, readCells, ringOf, whereabouts } from "../src/map/cells";

/** A hexagon around a place, so many degrees from its middle to a corner. */
function hexagon(name: string, [lng, lat]: Position, sites: number, reach = 0.01): Cell {
  const boundary = Array.from({ length: 6 }, (_, i): Position => {
    const angle = (Math.PI / 3) * i;
    return [lng + reach * Math.sin(angle), lat + reach * Math.cos(angle)];
  });
  return { cell: name, boundary, sites };
}

/** The cell 857eb543fffffff of resolution 5 near Fiji, which 180° cuts, in both spellings. */
const BEYOND: Position[] = [[179.95, -16.9], [179.9, -17.0], [179.96, -17.08], [180.06, -17.05], [180.1, -16.95], [180.04, -16.88]];
const TURNED = BEYOND.map(([lng, lat]): Position => [lng > 180 ? lng - 360 : lng, lat]);

describe("cells from the API", () => {
  it("are read with their corners", () => {
    const cell = hexagon("87195c059ffffff", [-1.9, 52.48], 12);
    expect(readCells([cell])).toEqual([cell]);
    expect(readCells(undefined)).toEqual([]);
  });

  it.each([
    ["no corners", { boundary: undefined }],
    ["two corners", { boundary: [[1, 2], [3, 4]] }],
    ["a corner that is none", { boundary: [[1, 2], [3, 4], [5, "6"]] }],
    ["no name", { cell: undefined }],
    ["no number", { sites: "12" }],
  ])("are left out with %s", (_, wrong) => {
    expect(readCells([{ ...hexagon("a", [0, 0], 1), ...wrong }])).toEqual([]);
  });
});

describe("the ring of a cell", () => {
  it("is closed and holds its middle", () => {
    const cell = hexagon("a", [-1.9, 52.48], 1);
    const ring = ringOf(cell);
    expect(ring).toHaveLength(7);
    expect(ring[6]).toEqual(ring[0]);
    const [lng, lat] = centreOf(cell);
    expect(lng).toBeCloseTo(-1.9);
    expect(lat).toBeCloseTo(52.48);
    expect(holds(cell, [-1.9, 52.48])).toBe(true);
    expect(holds(cell, [-1.9, 52.495])).toBe(false);
    expect(holds(cell, [-1.885, 52.48])).toBe(false);
  });

  it.each([["run on beyond 180°", BEYOND], ["turn back to -180°", TURNED]])("is whole where longitudes %s", (_, boundary) => {
    const cell: Cell = { cell: "f", boundary, sites: 3 };
    const [west, , east] = boundsOf(cell);
    expect(east - west).toBeCloseTo(0.2);
    const lngs = ringOf(cell).map(([lng]) => lng);
    expect(Math.max(...lngs) - Math.min(...lngs)).toBeCloseTo(0.2);
    for (const lng of [179.99, -180, 180, -179.99]) expect(holds(cell, [lng, -17])).toBe(true);
    expect(holds(cell, [0, -17])).toBe(false);
    expect(holds(cell, [-179.85, -17])).toBe(false);
    // Seen from either side it lies beside who looks.
    expect(boundsOf(cell, -179.9)[0]).toBeCloseTo(-180.1);
    expect(boundsOf(cell, 179.9)[0]).toBeCloseTo(179.9);
    expect(centreOf(cell, -179)[0]).toBeLessThan(-179.9);
  });

  it("takes a pentagon and bent edges", () => {
    expect(ringOf({ cell: "p", boundary: BEYOND.slice(0, 5), sites: 1 })).toHaveLength(6);
    expect(ringOf({ cell: "b", boundary: [...BEYOND, [180, -16.88]], sites: 1 })).toHaveLength(8);
  });
});

describe("the cells in view", () => {
  const TOWN: Bounds = [-1.95, 52.45, -1.85, 52.5];

  it("are those the window shows a part of, most sites first, in one order", () => {
    const cells = [
      hexagon("few", [-1.9, 52.47], 5),
      hexagon("many", [-1.92, 52.49], 9),
      hexagon("edge", [-1.955, 52.47], 7),
      hexagon("also", [-1.87, 52.46], 7),
      hexagon("away", [-3, 52.47], 99),
    ];
    expect(inView(cells, TOWN).map(({ cell }) => cell)).toEqual(["many", "also", "edge", "few"]);
  });

  it("are found beyond 180°, whichever way the map went round", () => {
    for (const boundary of [BEYOND, TURNED]) {
      const cell: Cell = { cell: "f", boundary, sites: 3 };
      for (const window of [[179, -18, 181, -16], [-181, -18, -179, -16], [178, -18, 179.95, -16], [-180.05, -18, -178, -16]] as Bounds[]) {
        expect(inView([cell], window)).toHaveLength(1);
      }
      expect(inView([cell], [-1, -18, 1, -16])).toHaveLength(0);
    }
  });
});

describe("where a cell lies", () => {
  it("is said from the middle of the map", () => {
    expect(whereabouts(hexagon("a", [-1.9, 52.47], 5), [-1.9, 52.47])).toBe("");
    expect(whereabouts(hexagon("a", [-1.9, 52.5], 5), [-1.9, 52.47])).toBe("3.3 km north");
    expect(whereabouts(hexagon("a", [-1.9, 53.5], 5), [-1.9, 52.47])).toBe("115 km north");
  });

  it("is the short way across 180°", () => {
    const cell: Cell = { cell: "f", boundary: TURNED, sites: 3 };
    expect(whereabouts(cell, [-179.5, -17])).toMatch(/^5\d km west$/);
    expect(whereabouts(cell, [179.5, -17])).toMatch(/^5\d km east$/);
  });
});
