import { beforeEach, describe, expect, it, vi } from "vitest";
import { cameTwice, localChoices, localProblem, momentWords, momentsOf, toLocalInput, zoneLabel } from "../src/common/local-times";
import { iso } from "../src/common/times";
import { clockShort, fullWindow, windowWords } from "../src/incident/windows";

const LONDON = "Europe/London";
const BRITISH = { 0: "GMT", 60: "BST" };
const pageSays = (names: object): void => void vi.stubGlobal("document", { body: { dataset: { zoneLabels: JSON.stringify(names) } } });
beforeEach(() => pageSays(BRITISH));
const said = (text: string, zone = LONDON): string[] => momentsOf(text, zone).map(iso);

describe("local times and the moments that they mean", () => {
  it("writes and reads what a field holds", () => {
    const moment = new Date("2026-07-01T22:30:00Z");
    expect(toLocalInput(moment, LONDON)).toBe("2026-07-01T23:30");
    expect(momentsOf("2026-07-01T23:30", LONDON)).toEqual([moment]);
  });

  it("finds two moments in the hour that comes twice, and none in the one that is skipped", () => {
    expect(said("2026-10-25T01:30")).toEqual(["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]);
    expect(said("2026-10-25T02:00")).toEqual(["2026-10-25T02:00:00Z"]);
    expect(said("2026-03-29T01:30")).toEqual([]);
    expect(said("2026-03-29T02:00")).toEqual(["2026-03-29T01:00:00Z"]);
    expect(said("2026-04-05T01:45", "Australia/Lord_Howe")).toEqual(["2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"]);
    expect(said("2026-10-04T02:15", "Australia/Lord_Howe")).toEqual([]);
  });

  it.each(["", "2026-07-01", "tomorrow", "2026-13-01T10:00", "2026-07-01T10:00Z"])("knows no moment of %j", (text) => {
    expect(momentsOf(text, LONDON)).toEqual([]);
    expect(localProblem(text, LONDON, "")).toBe("");
  });

  it("says what the server says of a time that was skipped", () => {
    expect(localProblem("2026-03-29T01:30", LONDON, "")).toBe(
      "There was no 1:30am on Sunday 29 March 2026: the clocks went forward from 1am to 2am. Enter 12:59am or earlier, or 2am or later",
    );
    expect(localProblem("2026-03-08T00:30", "America/Havana", "")).toContain("Enter 11:59pm on Saturday 7 March 2026 or earlier, or 1am or later");
  });

  it("asks which of two is meant until it is chosen, for this time", () => {
    const choices = localChoices("2026-10-25T01:30", LONDON);
    expect(choices.map(({ words }) => words)).toEqual(["1:30am BST (the first)", "1:30am GMT (the second)"]);
    expect(choices.map(({ value }) => value)).toEqual(["2026-10-25T01:30:00+01:00", "2026-10-25T01:30:00+00:00"]);
    expect(localProblem("2026-10-25T01:30", LONDON, "")).toContain("came twice on Sunday 25 October 2026");
    expect(localProblem("2026-10-25T01:30", LONDON, choices[1]?.value ?? "")).toBe("");
    expect(localProblem("2026-10-25T01:45", LONDON, choices[1]?.value ?? "")).toContain("came twice");
    expect(localChoices("2026-10-25T02:30", LONDON)).toEqual([]);
  });

  it("names zones as the server does", () => {
    expect(zoneLabel(new Date("2026-07-01T00:00:00Z"), LONDON)).toBe("BST");
    pageSays({ "-300": "CDT" });
    expect(zoneLabel(new Date("2026-07-01T00:00:00Z"), "America/Chicago")).toBe("CDT");
    pageSays({ 630: "UTC+10:30" });
    expect(zoneLabel(new Date("2026-07-01T00:00:00Z"), "Australia/Lord_Howe")).toBe("UTC+10:30");
    expect(zoneLabel(new Date("2026-01-01T00:00:00Z"), "Australia/Lord_Howe")).toBe("UTC+11");
    pageSays(BRITISH);
    expect(zoneLabel(new Date("2026-07-01T00:00:00Z"), "Antarctica/Troll")).toBe("UTC+2");
    expect(cameTwice(new Date("2026-10-25T00:30:00Z"), LONDON)).toBe(true);
    expect(momentWords(new Date("2026-10-25T01:30:00Z"), "dense", LONDON)).toBe("25 Oct 2026 01:30 GMT");
    expect(momentWords(new Date("2026-10-25T02:30:00Z"), "dense", LONDON)).toBe("25 Oct 2026 02:30");
  });
});

describe("when a site was asked", () => {
  const said = (at: string): string => clockShort(at, LONDON, new Date("2026-11-30T12:00:00Z"));
  it("is as brief as is clear", () => {
    expect(said("2026-11-30T01:28:00Z")).toBe("01:28");
    expect(said("2026-11-29T01:28:00Z")).toBe("29 Nov 01:28");
    expect(said("2025-11-30T01:28:00Z")).toBe("30 Nov 2025 01:28");
    expect(said("2025-12-31T23:59:00Z")).toBe("31 Dec 2025 23:59");
  });
});

describe("a window in the list", () => {
  const window = { from: "2026-11-20T22:11:30Z", to: "2026-11-20T22:27:01Z" };
  it("holds every minute that is asked for", () => expect(windowWords(window, LONDON)).toBe("22:11 to 22:28"));
  it("has its days over midnight", () => {
    expect(windowWords({ from: "2026-11-20T23:50:00Z", to: "2026-11-21T00:10:00Z" }, LONDON)).toBe("23:50 to 21 Nov 00:10");
  });
  it("names the zone where the clocks change", () => {
    const night = { from: "2026-10-25T00:30:00Z", to: "2026-10-25T01:30:00Z" };
    expect(windowWords(night, LONDON)).toBe("01:30 BST to 01:30 GMT");
    expect(fullWindow(night, LONDON)).toBe("25 Oct 2026 01:30 BST to 25 Oct 2026 01:30 GMT");
  });
});
