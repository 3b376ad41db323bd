/** Spreading what would be drawn on the same place, so that each can be seen and chosen. */

export interface Spot {
  x: number;
  y: number;
}

/**
 * Where spots are drawn that lie nearer to each other than `apart` pixels: on a circle around their
 * middle, in the order of their directions, so that none crosses another. By the index of the spot; a
 * spot that lies apart from all others is left out.
 */
export function spreadApart(spots: readonly Spot[], apart: number): Map<number, Spot> {
  const found = new Map<number, Spot>();
  const seen = new Set<number>();
  const near = (a: Spot, b: Spot): boolean => Math.hypot(a.x - b.x, a.y - b.y) < apart;
  for (const start of spots.keys()) {
    if (seen.has(start)) continue;
    seen.add(start);
    // Everything within reach of one of the group belongs to it.
    const group = [start];
    for (const one of group) {
      for (const [other, spot] of spots.entries()) {
        if (seen.has(other) || !near(spots[one] as Spot, spot)) continue;
        seen.add(other);
        group.push(other);
      }
    }
    // A chain of many would make a circle as large as the map: those stay where they are.
    if (group.length === 1 || group.length > MOST_TOGETHER) continue;
    const mean = (key: "x" | "y"): number => group.reduce((sum, one) => sum + (spots[one] as Spot)[key], 0) / group.length;
    const middle = { x: mean("x"), y: mean("y") };
    const turn = (one: number): number => Math.atan2((spots[one] as Spot).y - middle.y, (spots[one] as Spot).x - middle.x);
    const ordered = [...group].sort((a, b) => turn(a) - turn(b) || a - b);
    const radius = apart / (2 * Math.sin(Math.PI / group.length));
    const first = turn(ordered[0] as number);
    for (const [place, one] of ordered.entries()) {
      const angle = first + (2 * Math.PI * place) / group.length;
      found.set(one, { x: middle.x + radius * Math.cos(angle), y: middle.y + radius * Math.sin(angle) });
    }
  }
  return found;
}

const MOST_TOGETHER = 24;
