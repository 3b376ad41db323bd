/** What cameras have in view, as the API says it and as a map draws it: slices of circles. */
import { type Position, sectorRing } from "../common/geometry";

/** A slice of a circle. bearing: its middle, clockwise from north; null: all round. usual: angle or
 * range are those of such cameras, as the owner said only the direction. */
export interface View {
  bearing: number | null;
  angle: number;
  range_m: number;
  usual: boolean;
}

export interface Viewing {
  location: Position;
  views: readonly View[];
  /** The one that the person looks at. */
  current?: boolean;
}

/** Views from the API; what is not one is left out. */
export function readViews(raw: unknown): View[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((one: unknown) => {
    const { bearing, angle, range_m, usual } = (one ?? {}) as Record<string, unknown>;
    if (typeof angle !== "number" || typeof range_m !== "number" || !(range_m > 0)) return [];
    return [{ bearing: typeof bearing === "number" ? bearing : null, angle, range_m, usual: usual === true }];
  });
}

/** The slices, as the map draws them. */
export function viewFeatures(sites: readonly Viewing[]): GeoJSON.Feature[] {
  return sites.flatMap(({ location, views, current }) =>
    views.map((view): GeoJSON.Feature => ({
      type: "Feature",
      properties: { usual: view.usual, current: current === true },
      geometry: { type: "Polygon", coordinates: [sectorRing(location, view.bearing, view.angle, view.range_m)] },
    })),
  );
}
