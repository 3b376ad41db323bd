import { describe, expect, it } from "vitest";
import { type Position, circleBounds, circleRing, compass, destination, distanceBetween, readLatitude, readLongitude, sectorRing } from "../src/common/geometry";

const HERE: Position = [-1.89, 52.48];

describe("geometry", () => {
  it.each([0, 45, 90, 180, 271])("goes %s° and measures the same way back", (bearing) => {
    expect(distanceBetween(HERE, destination(HERE, 500, bearing))).toBeCloseTo(500, 3);
  });

  it("closes the ring of a circle, every corner at the radius", () => {
    const ring = circleRing(HERE, 250, 12);
    expect(ring).toHaveLength(13);
    expect(ring[0]).toEqual(ring[12]);
    for (const corner of ring) expect(distanceBetween(HERE, corner)).toBeCloseTo(250, 3);
  });

  it("draws a slice between its two sides, and all round where nobody says where", () => {
    const ring = sectorRing(HERE, 90, 60, 40);
    expect(ring[0]).toEqual(HERE);
    expect(ring.at(-1)).toEqual(HERE);
    const arc = ring.slice(1, -1);
    for (const corner of arc) expect(distanceBetween(HERE, corner)).toBeCloseTo(40, 3);
    expect(arc[0]?.[1]).toBeCloseTo(destination(HERE, 40, 60)[1], 7);
    expect(arc.at(-1)?.[1]).toBeCloseTo(destination(HERE, 40, 120)[1], 7);
    for (const round of [sectorRing(HERE, null, 90, 40), sectorRing(HERE, 10, 360, 40)]) {
      for (const corner of round) expect(distanceBetween(HERE, corner)).toBeCloseTo(40, 3);
    }
  });

  it("puts a circle into its bounds", () => {
    const [west, south, east, north] = circleBounds(HERE, 1000);
    expect(west).toBeLessThan(HERE[0]);
    expect(east).toBeGreaterThan(HERE[0]);
    expect(south).toBeLessThan(HERE[1]);
    expect(north).toBeGreaterThan(HERE[1]);
  });

  it.each([[0, "north"], [44, "north-east"], [100, "east"], [225, "south-west"], [350, "north"]] as const)("calls %s° %s", (bearing, word) => {
    expect(compass(HERE, destination(HERE, 100, bearing))).toBe(word);
  });
});

describe("typed positions", () => {
  it("reads what people type and paste", () => {
    expect(readLatitude(" 52.48142 ")).toBe(52.48142);
    expect(readLongitude("−1.9°")).toBe(-1.9);
  });
  it.each(["", "abc", "52,48", "1e1", "90.1", "0x10", "--5", "NaN"])("refuses %j as a latitude", (text) => {
    expect(readLatitude(text)).toBeNull();
  });
  it("refuses a longitude out of range", () => {
    expect(readLongitude("180.5")).toBeNull();
  });
});
