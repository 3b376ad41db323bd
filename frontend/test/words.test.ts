import { describe, expect, it } from "vitest";
import { duration, shortDuration } from "../src/common/times";
import { count, distance, fileSize } from "../src/common/words";
import shared from "./words.json";

// tests/unit/test_filters.py reads the same table: pages and scripts must use the same words.
describe("words that the server's pages use too", () => {
  it.each(shared.duration as [number | null, string][])("%s minutes: %s", (minutes, words) => {
    expect(duration(minutes)).toBe(words);
  });
  it.each(shared.file_size as [number, string][])("%s bytes: %s", (bytes, words) => {
    expect(fileSize(bytes)).toBe(words);
  });
  it.each(shared.distance as [number, string][])("%s metres: %s", (metres, words) => {
    expect(distance(metres)).toBe(words);
  });
});

describe("words of the scripts alone", () => {
  it("shortens for narrow columns", () => {
    expect(shortDuration(4230)).toBe("2 d 22 h");
    expect(shortDuration(1)).toBe("1 min");
  });
  it("counts", () => {
    expect(count(1, "site")).toBe("1 site");
    expect(count(1400, "site")).toBe("1,400 sites");
  });
});
