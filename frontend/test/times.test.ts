import { describe, expect, it } from "vitest";
import { inWords, offsetMinutes } from "../src/common/times";

const LONDON = "Europe/London";

describe("times in the force's zone", () => {
  it("knows winter and summer", () => {
    expect(offsetMinutes(new Date("2026-11-20T10:00:00Z"), LONDON)).toBe(0);
    expect(offsetMinutes(new Date("2026-07-01T10:00:00Z"), LONDON)).toBe(60);
    expect(offsetMinutes(new Date("2026-07-01T10:00:00Z"), "Asia/Kolkata")).toBe(330);
  });

  it("says a moment as the server does", () => {
    const moment = new Date("2026-11-20T10:04:00Z");
    expect(inWords(moment, "full", LONDON)).toBe("Friday 20 November 2026, 10:04am");
    expect(inWords(moment, "short", LONDON)).toBe("20 Nov, 10:04am");
    expect(inWords(moment, "time", LONDON)).toBe("10:04am");
    expect(inWords(moment, "dense", LONDON)).toBe("20 Nov 2026 10:04");
    const september = new Date("2026-09-03T23:30:00Z");
    expect(inWords(september, "short", LONDON)).toBe("4 Sep, 12:30am");
    expect(inWords(september, "dense", LONDON)).toBe("4 Sep 2026 00:30");
    expect(inWords(september, "dense", "America/Chicago")).toBe("3 Sep 2026 18:30");
    expect(inWords(new Date("2026-11-20T00:04:00Z"), "time", LONDON)).toBe("12:04am");
    expect(inWords(new Date("2026-11-20T12:04:00Z"), "time", LONDON)).toBe("12:04pm");
  });
});
