import { describe, expect, it } from "vitest";
import { cutWords, foundWords } from "../src/incident/found-words";
import { State } from "../src/incident/state";
import { readSearch, readSite } from "../src/incident/types";
import { clockShort } from "../src/incident/windows";
import { looksComplete, normal } from "../src/pin/postcode";

const raw = {
  id: "a",
  location: [-1.9, 52.5],
  kind: "home",
  cameras: 2,
  distance_m: 120.4,
  deadline: "2026-11-26T21:30:00Z",
  minutes_left: 4000,
  state: "live",
  sees_scene: "yes",
};

const site = (id: string, more: object): object => ({ ...raw, id, ...more });

function found(): State {
  const state = new State();
  state.found(
    readSearch({
      search_id: "q",
      total: 4,
      truncated: false,
      sites: [
        site("far", { distance_m: 400, state: "closing", minutes_left: 30 }),
        site("near", { distance_m: 10 }),
        site("lost", { distance_m: 50, state: "lost", minutes_left: 0 }),
        site("none", { distance_m: 60, state: "lost", deadline: null, minutes_left: null }),
      ],
    }),
  );
  return state;
}

const ids = (state: State): string[] => state.shown().map(({ id }) => id);

describe("the API's answers", () => {
  it("reads a site", () => expect(readSite(raw)).toMatchObject({ id: "a", location: [-1.9, 52.5], cameras: 2 }));
  it("reads a position that is a GeoJSON point", () => {
    expect(readSite({ ...raw, location: { type: "Point", coordinates: [1, 2] } })?.location).toEqual([1, 2]);
  });
  it("leaves out what has no position", () => {
    expect(readSite({ ...raw, location: null })).toBeNull();
    expect(readSearch({ sites: [{}, raw] }).sites).toHaveLength(1);
  });
  it("takes an unknown state for lost, never for live", () => {
    expect(readSite({ ...raw, state: "new" })?.state).toBe("lost");
  });
});

describe("what was found, in words", () => {
  const answer = { search_id: "q", sites: [raw, { ...raw, id: "b", state: "lost" }] };
  it("counts sites, cameras and what is lost", () => {
    expect(foundWords(readSearch({ ...answer, total: 2, lost: 1, truncated: false }))).toBe("2 sites, 4 cameras, 1 likely lost");
    expect(foundWords(readSearch({ total: 0, sites: [] }))).toBe("No cameras found");
  });
  it("counts all of them when the list was cut, and says that it was", () => {
    const cut = readSearch({ ...answer, total: 5214, lost: 1200, truncated: true });
    expect(foundWords(cut)).toBe("5,214 sites, 1,200 likely lost");
    expect(cutWords(cut)).toContain("the 2 most urgent of 5,214 sites");
  });
  it("counts hexagons where the area is too large to list", () => {
    const cell = { cell: "87195c059ffffff", boundary: [[-1.9, 52.4], [-1.8, 52.4], [-1.85, 52.5]], sites: 5214, where: "B15" };
    const large = readSearch({ search_id: "q", total: 5214, lost: 0, truncated: true, sites: [], cells: [cell, {}], hint: "Choose a smaller area." });
    expect(large.cells).toEqual([cell]);
    expect(foundWords(large)).toBe("5,214 sites in 1 hexagon");
    expect(cutWords(large)).toBe("Choose a smaller area.");
  });
  it("counts what is lost itself when the answer does not", () => {
    expect(readSearch({ ...answer, total: 2 }).lost).toBe(1);
  });
});

describe("the list", () => {
  it("measures from the incident, whatever was searched", () => {
    const state = new State([-1.9, 52.5]);
    state.found(readSearch({ sites: [site("north", { location: [-1.9, 52.501], distance_m: 0 }), site("there", { distance_m: 900 })] }));
    expect(state.shown().map(({ away }) => Math.round(away))).toEqual([111, 0]);
    state.sortBy("away");
    expect(ids(state)).toEqual(["there", "north"]);
  });

  it("knows who was asked, and what is assumed", () => {
    expect(readSite({ ...raw, asked_at: "2026-11-30T01:28:00Z", deadline_certain: false, number: 7, where: "B1 1AY, 21 m N" })).toMatchObject({ asked_at: "2026-11-30T01:28:00Z", certain: false, number: 7, where: "B1 1AY, 21 m N" });
    expect(readSite(raw)).toMatchObject({ asked_at: null, certain: true, number: 0, where: "" });
    const now = new Date("2026-11-30T10:00:00Z");
    expect(clockShort("2026-11-30T01:28:00Z", "Europe/London", now)).toBe("01:28");
    expect(clockShort("2026-11-29T23:30:00Z", "Europe/London", now)).toBe("29 Nov 23:30");
  });

  it("starts in the API's order, what is lost hidden until it is asked for", () => {
    const state = found();
    expect(ids(state)).toEqual(["far", "near"]);
    state.toggleState("lost");
    expect(ids(state)).toEqual(["far", "near", "lost", "none"]);
  });

  it("sorts by what is urgent; what has passed comes last", () => {
    const state = found();
    state.toggleState("lost");
    state.sortBy("minutes_left");
    expect(ids(state)).toEqual(["far", "near", "lost", "none"]);
    state.sortBy("state");
    expect(ids(state)).toEqual(["far", "near", "lost", "none"]);
  });

  it("turns round on the second press, and goes back on the third", () => {
    const state = found();
    state.toggleState("lost");
    state.sortBy("away");
    expect(ids(state)).toEqual(["near", "lost", "none", "far"]);
    state.sortBy("away");
    expect(ids(state)).toEqual(["far", "none", "lost", "near"]);
    state.sortBy("away");
    expect(ids(state)).toEqual(["far", "near", "lost", "none"]);
  });

  it("shows only what may see the scene", () => {
    const state = found();
    state.found(readSearch({ sites: [site("away", { sees_scene: "no" }), site("near", {})] }));
    state.choose(["away", "near"], true);
    state.toggleSight("no");
    expect(ids(state)).toEqual(["near"]);
    expect([...state.chosen]).toEqual(["near"]);
  });

  it("drops chosen sites that a filter hides", () => {
    const state = found();
    state.toggleState("lost");
    state.choose(["near", "lost"], true);
    state.toggleState("lost");
    expect(ids(state)).toEqual(["far", "near"]);
    expect([...state.chosen]).toEqual(["near"]);
  });

  it("keeps choices that a new search finds again, and no others", () => {
    const state = found();
    state.choose(["near", "far"], true);
    state.found(readSearch({ sites: [site("near", {})] }));
    expect([...state.chosen]).toEqual(["near"]);
  });

  it("chooses nothing that was not found", () => {
    const state = found();
    state.choose(["stranger"], true);
    expect(state.chosen.size).toBe(0);
  });
});

describe("postcodes", () => {
  const british = "([A-Z]{1,2}[0-9][0-9A-Z]?|GIR)([0-9][A-Z]{2})";
  const american = "([0-9]{5})(?:[0-9]{4})?";
  it.each(["B1 1AA", "b11aa", " cv34  4ab", "EC1A1BB", "WV1-1AA"])("asks for %j", (typed) => {
    expect(looksComplete(typed, british)).toBe(true);
  });
  it.each(["64106", " 64106-1234"])("asks for the ZIP code %j", (typed) => {
    expect(looksComplete(typed, american)).toBe(true);
  });
  it.each(["", "6410", "64106-12", "B1 1AA"])("waits for a ZIP code at %j", (typed) => {
    expect(looksComplete(typed, american)).toBe(false);
  });
  it.each(["", "B1", "B1 1", "B1 1A", "11 1AA", "B1 1AAA", "ABC1 1AA"])("waits at %j", (typed) => {
    expect(looksComplete(typed, british)).toBe(false);
  });
  it("knows two spellings of one", () => expect(normal(" b1 1aa")).toBe(normal("B11AA")));
});
