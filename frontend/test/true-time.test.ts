import { describe, expect, it } from "vitest";
import { clockTime, skew } from "../src/common/true-time";

describe("skew", () => {
  it("believes the quickest answer", () => {
    const slow = { server: 10_000, asked: 0, answered: 4_000 };
    const quick = { server: 10_000, asked: 5_000, answered: 5_100 };
    expect(skew([slow, quick])).toBe(4_950);
    expect(skew([])).toBeNull();
  });
});

describe("clockTime", () => {
  it("shows the force's time, whatever the telephone's zone is", () => {
    expect(clockTime(new Date("2026-07-20T13:03:27Z"), "Europe/London")).toBe("14:03:27");
    expect(clockTime(new Date("2026-11-20T00:00:05Z"), "Europe/London")).toBe("00:00:05");
  });
});
