import { describe, expect, it } from "vitest";
import { countdownWords } from "../src/common/countdown";
import { phasesOf } from "../src/incident/site-times";
import { readSite } from "../src/incident/types";

const MINUTE = 60_000;
const never = (): never => { throw new Error("no site"); };

describe("a countdown", () => {
  it("is cut off and never rounded up", () => {
    expect(countdownWords(90 * MINUTE - 1, false)).toBe("1 hour 29 minutes");
    expect(countdownWords(90 * MINUTE, true)).toBe("1 h 30 min");
    expect(countdownWords(MINUTE - 1, false)).toBe("Less than a minute");
  });
});

describe("how a site stands while the page stays open", () => {
  const deadline = "2026-11-20T12:00:00Z";
  const site = (more: object) => readSite({ id: "a", location: [0, 0], cameras: 1, state: "live", deadline, minutes_left: 9, ...more });
  const at = (more: object, moment: string): string => {
    const found = site(more);
    const now = Date.parse(moment);
    const phase = found && phasesOf(found).find(({ from, until }) => from <= now && now < until);
    return phase ? `${phase.state} ${phase.words}`.trim() : "";
  };

  it("closes a day before, and is lost at zero", () => {
    expect(at({}, "2026-11-19T11:59:59Z")).toBe("live");
    expect(at({}, "2026-11-19T12:00:00Z")).toBe("closing");
    expect(at({}, "2026-11-20T11:59:59Z")).toBe("closing");
    expect(at({}, "2026-11-20T12:00:00Z")).toBe("lost Passed");
  });
  it("is closing from the beginning when the server says so", () => expect(at({ state: "closing" }, "2026-11-01T00:00:00Z")).toBe("closing"));
  it("goes on with the next camera that may hold it, and is lost with the last", () => {
    const later_deadlines = [{ at: "2026-11-20T18:00:00Z", certain: false }, { at: "2026-12-01T12:00:00Z" }];
    const more = { cameras: 3, later_deadlines };
    expect(at(more, "2026-11-20T11:59:59Z")).toBe("closing");
    expect(at(more, "2026-11-20T12:00:00Z")).toBe("closing");
    expect(at(more, "2026-11-20T18:00:00Z")).toBe("live");
    expect(at(more, "2026-11-30T12:00:00Z")).toBe("closing");
    expect(at(more, "2026-12-01T12:00:00Z")).toBe("lost Passed");
    const sure = (moment: string): boolean[] => phasesOf(site(more) ?? never()).filter(({ from, until }) => from <= Date.parse(moment) && Date.parse(moment) < until).map(({ certain }) => certain);
    expect(sure("2026-11-20T12:00:00Z")).toEqual([false]);
    expect(sure("2026-11-20T18:00:00Z")).toEqual([true]);
  });
  it("stays lost, and says when nothing records", () => {
    expect(at({ state: "lost" }, "2026-11-01T00:00:00Z")).toBe("lost Passed");
    expect(at({ state: "lost", deadline: null }, "2026-11-01T00:00:00Z")).toBe("lost No recording");
  });
});
