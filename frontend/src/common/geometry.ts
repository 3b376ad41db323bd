/** Small-scale geometry on a sphere; positions are [longitude, latitude] in degrees. */

export type Position = [number, number];

const EARTH_M = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const degrees = (angle: number): number => (angle * 180) / Math.PI;

/** Great-circle distance in metres. */
export function distanceBetween([lng1, lat1]: Position, [lng2, lat2]: Position): number {
  const a =
    Math.sin(radians(lat2 - lat1) / 2) ** 2 +
    Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * Math.sin(radians(lng2 - lng1) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(a));
}

/** Where one gets from `start` after `metres` on a bearing (degrees clockwise from north). */
export function destination([lng, lat]: Position, metres: number, bearing: number): Position {
  const angle = metres / EARTH_M;
  const from = radians(lat);
  const to = Math.asin(
    Math.sin(from) * Math.cos(angle) + Math.cos(from) * Math.sin(angle) * Math.cos(radians(bearing)),
  );
  const turn = Math.atan2(
    Math.sin(radians(bearing)) * Math.sin(angle) * Math.cos(from),
    Math.cos(angle) - Math.sin(from) * Math.sin(to),
  );
  return [lng + degrees(turn), degrees(to)];
}

/** The ring of a circle, closed, for a GeoJSON polygon. */
export function circleRing(centre: Position, radius: number, corners = 96): Position[] {
  const ring = Array.from({ length: corners }, (_, i) =>
    destination(centre, radius, (360 / corners) * i),
  );
  return [...ring, ring[0] as Position];
}

/** The ring of a slice of a circle, closed: what a camera that looks on a bearing has in view. A
 * bearing of null, or an angle of 360, is all round. */
export function sectorRing(centre: Position, bearing: number | null, angle: number, radius: number): Position[] {
  if (bearing === null || angle >= 360) return circleRing(centre, radius, 48);
  const steps = Math.max(2, Math.ceil(angle / 6));
  const arc = Array.from({ length: steps + 1 }, (_, i) => destination(centre, radius, bearing - angle / 2 + (angle / steps) * i));
  return [centre, ...arc, centre];
}

/** [west, south, east, north] of a circle. */
export function circleBounds(centre: Position, radius: number): [number, number, number, number] {
  const [, north] = destination(centre, radius, 0);
  const [east] = destination(centre, radius, 90);
  const [, south] = destination(centre, radius, 180);
  const [west] = destination(centre, radius, 270);
  return [west, south, east, north];
}

const COMPASS = ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"];

/** The same meridian as `lng`, at most half a turn from `meridian`: what lies beyond 180° of the one
 * side is -179° seen from the other. */
export function beside(lng: number, meridian: number): number {
  return lng - 360 * Math.round((lng - meridian) / 360);
}

/** The direction from one position to another, one of eight words. */
export function compass([lng1, lat1]: Position, [lng2, lat2]: Position): string {
  const east = (beside(lng2, lng1) - lng1) * Math.cos(radians((lat1 + lat2) / 2));
  const angle = (degrees(Math.atan2(east, lat2 - lat1)) + 360) % 360;
  return COMPASS[Math.round(angle / 45) % 8] as string;
}

/** A latitude that somebody typed, or null. */
export function readLatitude(text: string): number | null {
  return readDegrees(text, 90);
}

/** A longitude that somebody typed, or null. */
export function readLongitude(text: string): number | null {
  return readDegrees(text, 180);
}

function readDegrees(text: string, most: number): number | null {
  // People paste true minus signs and degree signs.
  const plain = text.trim().replace("−", "-").replace(/°$/, "");
  if (!/^[+-]?\d{1,3}(\.\d+)?$/.test(plain)) return null;
  const value = Number(plain);
  return Math.abs(value) <= most ? value : null;
}
