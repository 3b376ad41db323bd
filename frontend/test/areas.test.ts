import { describe, expect, it } from "vitest";
import { type Area, areaJson, linesOf, ringsOf, boundsOf, lengthOf, pointsText, readPoints, same } from "../src/incident/areas";
import { readSite } from "../src/incident/types";
import { firstDay, together, windowWords } from "../src/incident/windows";
import type { Position } from "../src/common/geometry";

const path: Position[] = [[-1.9, 52.48], [-1.9, 52.49], [-1.89, 52.49]];
const way: Area = { kind: "corridor", path, width: 100 };
const ZONE = "Europe/London";

describe("areas", () => {
  it("goes to the API as GeoJSON says", () => {
    expect(areaJson(way)).toEqual({ type: "corridor", path, width_m: 100 });
    const ring = [[...path, path[0]]];
    expect(areaJson({ kind: "polygon", path })).toEqual({ type: "polygon", coordinates: ring });
  });
  it("has bounds with its width", () => {
    const [west, south, east, north] = boundsOf(way);
    expect(west).toBeLessThan(-1.9);
    expect(south).toBeLessThan(52.48);
    expect(east).toBeGreaterThan(-1.89);
    expect(north).toBeGreaterThan(52.49);
  });
  it("knows how long a way is", () => expect(lengthOf(path)).toBeCloseTo(1111.9 + 677, -1));
  it("tells areas apart", () => {
    expect(same(way, { ...way, path: [...path] })).toBe(true);
    expect(same(way, { ...way, width: 101 })).toBe(false);
    expect(same(way, { kind: "polygon", path })).toBe(false);
    expect(same(way, { ...way, path: path.slice(1) })).toBe(false);
  });
});

describe("points as text", () => {
  it("are read back as they are written", () => expect(readPoints(pointsText(path))).toEqual({ path, wrong: 0 }));
  it("are read with commas, semicolons or spaces between", () => {
    expect(readPoints(" 52.5,-1.9 \n\n52.51; -1.9\n52.52 -1.9").path).toHaveLength(3);
  });
  it.each(["52.5", "52.5, -1.9, 3", "north, west", "95, 1"])("names the line of %j", (line) => {
    expect(readPoints(`52.5, -1.9\n${line}`).wrong).toBe(2);
  });
});

describe("windows", () => {
  const site = (from: string, to: string) => readSite({ id: "a", location: [0, 0], window: { from, to } })!;
  const early = site("2026-11-20T22:11:00Z", "2026-11-20T22:27:00Z");
  const late = site("2026-11-20T23:50:00Z", "2026-11-21T00:20:00Z");
  it("are said in clock times", () => {
    expect(windowWords(early.window!, ZONE)).toBe("22:11 to 22:27");
    expect(windowWords(late.window!, ZONE)).toBe("23:50 to 21 Nov 00:20");
    expect(windowWords(late.window!, ZONE, "19 Nov")).toBe("20 Nov 23:50 to 21 Nov 00:20");
  });
  it("have a first day and a whole", () => {
    expect(firstDay([late, early], ZONE)).toBe("20 Nov");
    expect(together([late, early])).toEqual({ from: "2026-11-20T22:11:00Z", to: "2026-11-21T00:20:00Z" });
    expect(together([])).toBeNull();
  });
});

describe("what the server read", () => {
  it("is a path, or an outline and holes without their repeated corner", () => {
    const line: Position[] = [[0, 0], [1, 1]];
    const ring: Position[] = [[0, 0], [1, 0], [1, 1], [0, 0]];
    expect(linesOf({ type: "corridor", path: line })).toEqual([line]);
    const [outline, hole] = linesOf({ type: "polygon", coordinates: [ring, ring.slice(0, 3)] });
    expect(outline).toEqual(ring.slice(0, 3));
    expect(hole).toEqual(ring.slice(0, 3));
    expect(ringsOf({ kind: "polygon", path: outline ?? [], holes: [hole ?? []] })).toEqual([ring, ring]);
  });
});
