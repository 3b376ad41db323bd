import { describe, expect, it } from "vitest";
import { type Spot, spreadApart } from "../src/incident/spread";

const between = (a: Spot, b: Spot): number => Math.hypot(a.x - b.x, a.y - b.y);

function nearest(spots: readonly Spot[]): number {
  return Math.min(...spots.flatMap((one, i) => spots.slice(i + 1).map((other) => between(one, other))));
}

describe("sites that lie on each other", () => {
  it("leaves alone what lies apart", () => {
    expect(spreadApart([{ x: 0, y: 0 }, { x: 40, y: 0 }], 30).size).toBe(0);
  });
  it("draws each so that no other hides it, around where they are", () => {
    for (const number of [2, 3, 7, 20, 60]) {
      const spots = [...Array.from({ length: number }, (_, i) => ({ x: 100 + i * 0.5, y: 100 })), { x: 900, y: 900 }];
      const moved = spreadApart(spots, 30);
      const drawn = spots.map((spot, i) => moved.get(i) ?? spot);
      expect(nearest(drawn)).toBeGreaterThan(24);
      expect(moved.has(number)).toBe(false);
      const mean = drawn.slice(0, number).reduce((sum, { x }) => sum + x, 0) / number;
      expect(Math.abs(mean - (100 + (number - 1) * 0.25))).toBeLessThan(2);
    }
  });
  it("parts those on the very same place", () => {
    const drawn = [...spreadApart([{ x: 5, y: 5 }, { x: 5, y: 5 }, { x: 5, y: 5 }], 30).values()];
    expect(drawn).toHaveLength(3);
    expect(nearest(drawn)).toBeGreaterThan(28);
  });
  it("moves what is in a row no farther than it must", () => {
    const row = Array.from({ length: 8 }, (_, i) => ({ x: i * 25, y: 0 }));
    for (const [i, spot] of spreadApart(row, 30)) expect(between(spot, row[i] as Spot)).toBeLessThan(30);
  });
  it("gives up on more than can be told apart", () => {
    expect(spreadApart(Array.from({ length: 500 }, () => ({ x: 0, y: 0 })), 30).size).toBe(0);
  });
});
