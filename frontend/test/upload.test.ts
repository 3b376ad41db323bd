import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Speed, backoff, candidates, heldByNumber, hexToBase64, judge, memoryKey, planParts, timeLeft, toBase64, toHex } from "../src/upload/plan";

const MB = 1024 * 1024;

describe("parts", () => {
  it("covers every byte once", () => {
    const parts = planParts(20 * MB + 7, 8 * MB);
    expect(parts.map((part) => part.number)).toEqual([1, 2, 3]);
    expect(parts[0]?.start).toBe(0);
    expect(parts.at(-1)?.end).toBe(20 * MB + 7);
    for (let i = 1; i < parts.length; i += 1) expect(parts[i]?.start).toBe(parts[i - 1]?.end);
  });
  it("makes no empty last part", () => expect(planParts(16 * MB, 8 * MB)).toHaveLength(2));
  it("has none for an empty file", () => expect(planParts(0, 8 * MB)).toEqual([]));
  it("knows S3's limit", () => expect(() => planParts(10_001, 1)).toThrow(RangeError));
  it("refuses a part size that is none", () => expect(() => planParts(10, 0)).toThrow(RangeError));

  it("takes over only parts of the right size", () => {
    const parts = planParts(20, 8);
    const held = heldByNumber(parts, [
      { number: 1, size: 8 },
      { number: 2, size: 7 },
      { number: 3, size: 4 },
      { number: 9, size: 8 },
    ]);
    expect([...held.keys()]).toEqual([1, 3]);
  });
});

describe("which files of a link may be this one", () => {
  const part = { number: 1, size: 8 };
  const listed = [
    { upload_id: "smaller", size: 9, state: "accepted", parts: [] },
    { upload_id: "sent", size: 10, state: "quarantined", parts: [] },
    { upload_id: "refused", size: 10, state: "rejected", parts: [] },
    { upload_id: "empty", size: 10, state: "receiving", parts: [] },
    { upload_id: "broken", size: 10, state: "receiving", parts: [part] },
    { upload_id: "mine", size: 10, state: "receiving", parts: [part] },
    { upload_id: "clock", size: 10, state: "accepted", kind: "clock", parts: [] },
  ];
  const ids = (found: { upload_id?: string }[]): unknown[] => found.map((one) => one.upload_id);

  it("are those of its size and kind that arrived, or of which a part did", () => {
    const { arrived, begun } = candidates(listed, 10, "", "mine");
    expect(ids(arrived)).toEqual(["sent"]);
    expect(ids(begun)).toEqual(["mine", "broken"]);
    expect(ids(candidates(listed, 10, "clock").arrived)).toEqual(["clock"]);
    expect(candidates(listed, 11, "")).toEqual({ arrived: [], begun: [] });
  });
});

describe("what S3 answers", () => {
  it.each([
    [200, "", "done"],
    [400, "<Code>BadDigest</Code>", "damaged"],
    [400, "<Code>XAmzContentChecksumMismatch</Code>", "damaged"],
    [403, "<Code>AccessDenied</Code><Message>Request has expired</Message>", "renew"],
    [400, "<Code>ExpiredToken</Code>", "renew"],
    [404, "<Code>NoSuchUpload</Code>", "gone"],
    [503, "<Code>SlowDown</Code>", "again"],
    [400, "<Code>RequestTimeout</Code>", "again"],
    [0, "", "again"],
    [400, "<Code>InvalidPart</Code>", "refused"],
  ] as const)("%s %s is %s", (status, body, verdict) => {
    expect(judge(status, body)).toBe(verdict);
  });
});

describe("waiting", () => {
  it("doubles, up to half a minute, at least half of it", () => {
    expect([1, 2, 3, 6, 20].map((attempt) => backoff(attempt, () => 1))).toEqual([1000, 2000, 4000, 30_000, 30_000]);
    expect(backoff(3, () => 0)).toBe(2000);
  });
});

describe("speed", () => {
  it("says nothing before there is enough to tell", () => {
    const speed = new Speed();
    speed.note(0, 0);
    speed.note(500, 900);
    expect(speed.perSecond()).toBeNull();
  });
  it("looks at the last moments only", () => {
    const speed = new Speed(10_000);
    speed.note(0, 0);
    for (let second = 1; second <= 60; second += 1) speed.note(second * (second < 40 ? 1000 : 2000), second * 1000);
    expect(speed.perSecond()).toBeCloseTo(2000, 0);
  });
  it("is not told of a stand-still as infinity", () => {
    const speed = new Speed();
    speed.note(5, 0);
    speed.note(5, 3000);
    expect(speed.perSecond()).toBeNull();
  });
  it.each([[3, "less than a minute left"], [60, "about 1 minute left"], [600, "about 10 minutes left"], [7200, "about 2 hours left"]] as const)("%s s: %s", (seconds, words) => {
    expect(timeLeft(seconds)).toBe(words);
  });
});

describe("hashes", () => {
  it("changes form without loss", () => {
    const digest = createHash("sha256").update("footage").digest();
    expect(toHex(digest)).toBe(digest.toString("hex"));
    expect(toBase64(digest)).toBe(digest.toString("base64"));
    expect(hexToBase64(digest.toString("hex"))).toBe(digest.toString("base64"));
  });
});

describe("memory", () => {
  it("tells files apart by name, size and date", () => {
    const file = { name: "clip.mp4", size: 5, lastModified: 1 };
    expect(memoryKey(file)).toBe(memoryKey({ ...file }));
    for (const other of [{ name: "b.mp4" }, { size: 6 }, { lastModified: 2 }]) {
      expect(memoryKey({ ...file, ...other })).not.toBe(memoryKey(file));
    }
  });
});
