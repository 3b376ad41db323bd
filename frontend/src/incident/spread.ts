/** Spreading what would be drawn on the same place, so that each can be seen and chosen. */

export interface Spot {
  x: number;
  y: number;
}

const ROUNDS = 80;
/** Pixels by which two may stay nearer than asked for, and that nobody sees. */
const SLACK = 0.5;
/** More than this are grouped anyway, and would take too long. */
const MOST = 400;
/** Radians from the direction of one to that of the next: no two are alike. */
const TURN = Math.PI * (3 - Math.sqrt(5));

/**
 * Where spots are drawn so that none is nearer to another than `apart` pixels: each pair that is pushes
 * itself apart, half by half, until none does. By the index of the spot; a spot that nobody pushed is
 * left out.
 */
export function spreadApart(spots: readonly Spot[], apart: number): Map<number, Spot> {
  const found = new Map<number, Spot>();
  if (spots.length > MOST) return found;
  // A little off, each another way: what stands in one line would push itself along it for ever.
  const drawn = spots.map(({ x, y }, i) => ({ x: x + 2 * Math.cos(i * TURN), y: y + 2 * Math.sin(i * TURN) }));
  for (let round = 0; round < ROUNDS; round += 1) {
    let pushed = false;
    for (const [i, one] of drawn.entries()) {
      for (let j = i + 1; j < drawn.length; j += 1) {
        const other = drawn[j] as Spot;
        const [dx, dy] = [other.x - one.x, other.y - one.y];
        if (Math.abs(dx) >= apart || Math.abs(dy) >= apart) continue;
        const distance = Math.hypot(dx, dy);
        const missing = apart - distance;
        if (missing <= SLACK) continue;
        pushed = true;
        const [east, south] = distance > 0.01 ? [dx / distance, dy / distance] : [1, 0];
        one.x -= (east * missing) / 2;
        one.y -= (south * missing) / 2;
        other.x += (east * missing) / 2;
        other.y += (south * missing) / 2;
        found.set(i, one).set(j, other);
      }
    }
    if (!pushed) break;
  }
  return found;
}
