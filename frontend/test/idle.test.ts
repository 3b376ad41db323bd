import { describe, expect, it } from "vitest";
import { clockOf, minutesWords } from "../src/console/idle-clock";

const MINUTE = 60_000;
const IDLE = 15 * MINUTE;

describe("a session that nobody uses", () => {
  const phase = (minutes: number): string => clockOf(0, minutes * MINUTE, IDLE).phase;

  it("is warned of three minutes before it ends, and ends before the server's limit", () => {
    expect(phase(0)).toBe("used");
    expect(phase(11.4)).toBe("used");
    expect(phase(11.5)).toBe("warn");
    expect(phase(14.4)).toBe("warn");
    expect(phase(14.5)).toBe("over");
  });

  it("is told of use at most once a minute", () => {
    expect(clockOf(0, MINUTE - 1, IDLE).mayTell).toBe(false);
    expect(clockOf(0, MINUTE, IDLE).mayTell).toBe(true);
  });

  it("says how long is left, never less than there is", () => {
    expect(minutesWords(3 * MINUTE)).toBe("3 minutes");
    expect(minutesWords(2 * MINUTE + 1)).toBe("3 minutes");
    expect(minutesWords(MINUTE)).toBe("1 minute");
    expect(minutesWords(1)).toBe("1 minute");
  });
});
