import { describe, expect, it } from "vitest";
import { type Spot, spreadApart } from "../src/incident/spread";

const between = (a: Spot, b: Spot): number => Math.hypot(a.x - b.x, a.y - b.y);

describe("sites that lie on each other", () => {
  it("leaves alone what lies apart", () => {
    expect(spreadApart([{ x: 0, y: 0 }, { x: 40, y: 0 }], 30).size).toBe(0);
  });
  it("draws each so that no other hides it, around where they are", () => {
    for (const number of [2, 3, 7, 20]) {
      const spots = Array.from({ length: number }, (_, i) => ({ x: 100 + i * 0.5, y: 100 }));
      const drawn = [...spreadApart([...spots, { x: 500, y: 500 }], 30).values()];
      expect(drawn).toHaveLength(number);
      for (const [i, one] of drawn.entries()) for (const other of drawn.slice(i + 1)) expect(between(one, other)).toBeGreaterThan(29.9);
      const mean = drawn.reduce((sum, { x }) => sum + x, 0) / number;
      expect(mean).toBeCloseTo(100 + (number - 1) * 0.25, 6);
    }
  });
  it("takes those for one group that reach each other", () => {
    expect(spreadApart([{ x: 0, y: 0 }, { x: 20, y: 0 }, { x: 40, y: 0 }], 30).size).toBe(3);
  });
  it("does not push a chain of many out of the map", () => {
    expect(spreadApart(Array.from({ length: 60 }, (_, i) => ({ x: i * 10, y: 0 })), 30).size).toBe(0);
  });
});
