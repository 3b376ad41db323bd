import { describe, expect, it } from "vitest";
import { fromLocalInput, inWords, iso, offsetMinutes, toLocalInput } from "../src/common/times";

const LONDON = "Europe/London";

describe("times in the force's zone", () => {
  it("knows winter and summer", () => {
    expect(offsetMinutes(new Date("2026-11-20T10:00:00Z"), LONDON)).toBe(0);
    expect(offsetMinutes(new Date("2026-07-01T10:00:00Z"), LONDON)).toBe(60);
    expect(offsetMinutes(new Date("2026-07-01T10:00:00Z"), "Asia/Kolkata")).toBe(330);
  });

  it("writes and reads what a field holds", () => {
    const moment = new Date("2026-07-01T22:30:00Z");
    expect(toLocalInput(moment, LONDON)).toBe("2026-07-01T23:30");
    expect(fromLocalInput("2026-07-01T23:30", LONDON)).toEqual(moment);
  });

  it("takes the first of the two moments when the clocks go back", () => {
    expect(iso(fromLocalInput("2026-10-25T01:30", LONDON) as Date)).toBe("2026-10-25T00:30:00Z");
  });

  it("gives a moment for the hour that the clocks skip", () => {
    expect(iso(fromLocalInput("2026-03-29T01:30", LONDON) as Date)).toBe("2026-03-29T01:30:00Z");
  });

  it.each(["", "2026-07-01", "tomorrow", "2026-13-01T10:00", "2026-07-01T10:00Z"])("refuses %j", (text) => {
    expect(fromLocalInput(text, LONDON)).toBeNull();
  });

  it("says a moment as the server does", () => {
    const moment = new Date("2026-11-20T10:04:00Z");
    expect(inWords(moment, "full", LONDON)).toBe("Friday 20 November 2026, 10:04am");
    expect(inWords(moment, "short", LONDON)).toBe("20 Nov, 10:04am");
    expect(inWords(moment, "time", LONDON)).toBe("10:04am");
    expect(inWords(moment, "dense", LONDON)).toBe("20 Nov 2026 10:04");
    expect(inWords(new Date("2026-11-20T00:04:00Z"), "time", LONDON)).toBe("12:04am");
    expect(inWords(new Date("2026-11-20T12:04:00Z"), "time", LONDON)).toBe("12:04pm");
  });
});
