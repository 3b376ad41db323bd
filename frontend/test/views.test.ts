import { describe, expect, it } from "vitest";
import { readSite } from "../src/incident/types";
import { readViews, viewFeatures } from "../src/map/view-data";

const VIEW = { bearing: 90, angle: 60, range_m: 30, usual: false };

describe("what cameras have in view", () => {
  it("reads what the API says and leaves out what is not a view", () => {
    const views = readViews([VIEW, { bearing: null, angle: 360, range_m: 20, usual: true }, null, { angle: 90 }, { ...VIEW, range_m: 0 }]);
    expect(views).toEqual([VIEW, { bearing: null, angle: 360, range_m: 20, usual: true }]);
    expect(readViews(undefined)).toEqual([]);
  });

  it("is part of a site that a search found", () => {
    const site = readSite({ id: "a", location: [-1.9, 52.5], views: [VIEW] });
    expect(site?.views).toEqual([VIEW]);
    expect(readSite({ id: "a", location: [-1.9, 52.5] })?.views).toEqual([]);
  });

  it("is drawn around its site, the one looked at marked", () => {
    const [one, two] = viewFeatures([
      { location: [-1.9, 52.5], views: [VIEW] },
      { location: [-1.8, 52.5], views: [VIEW], current: true },
    ]);
    expect(one?.properties).toEqual({ usual: false, current: false });
    expect(two?.properties).toEqual({ usual: false, current: true });
    const ring = (one?.geometry as GeoJSON.Polygon).coordinates[0] ?? [];
    expect(ring[0]).toEqual([-1.9, 52.5]);
    expect(ring.at(-1)).toEqual(ring[0]);
  });
});
