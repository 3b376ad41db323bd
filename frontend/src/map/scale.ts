/**
 * How many, as a colour: up to five classes from pale to dark of one hue. Lightness alone tells them
 * apart, so the scale holds for colour-blind people and on a black and white print.
 */

export interface Colour {
  fill: string;
  /** Of numbers on it: 4.5:1 or more. */
  ink: string;
}

const [DARK, WHITE] = ["#14232b", "#ffffff"];

export const COLOURS: readonly [Colour, Colour, Colour, Colour, Colour] = [
  { fill: "#dcedf0", ink: DARK },
  { fill: "#a9d0d8", ink: DARK },
  { fill: "#6aabb9", ink: DARK },
  { fill: "#2a7384", ink: WHITE },
  { fill: "#0a3642", ink: WHITE },
];

/** Which colours so many classes take, from few to many. */
const CHOSEN = [[], [2], [1, 3], [0, 2, 4], [0, 1, 3, 4], [0, 1, 2, 3, 4]] as const;

export interface Step extends Colour {
  /** The smallest number of the class, and its numbers in words. */
  from: number;
  words: string;
}

/**
 * The classes for some numbers. They grow, because a town has hundreds of times the sites of the land
 * around it, and begin at round numbers, so that they stay while the map moves a little.
 */
export function scaleOf(numbers: readonly number[]): Step[] {
  if (numbers.length === 0) return [];
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const starts = startsOf(least, most);
  return starts.map((from, i) => {
    const colour = COLOURS[CHOSEN[starts.length]?.[i] ?? 0] ?? COLOURS[0];
    return { ...colour, from, words: inWords(from, starts[i + 1], most) };
  });
}

function startsOf(least: number, most: number): number[] {
  // Of a handful of sites each number is told apart.
  if (most <= COLOURS.length) return Array.from({ length: most - least + 1 }, (_, i) => least + i);
  const [low, high] = [rounded(least, Math.floor), rounded(most, Math.ceil)];
  const starts = [low];
  // Equal steps of the cube root: between sums, which leave the country around a town one colour,
  // and products, which leave the town one.
  const step = (Math.cbrt(high) - Math.cbrt(low)) / COLOURS.length;
  for (let i = 1; i < COLOURS.length; i += 1) {
    const start = rounded((Math.cbrt(low) + i * step) ** 3, Math.round);
    if (start > (starts.at(-1) as number) && start <= most) starts.push(start);
  }
  return starts;
}

/** The class of a number: the last that begins at or below it. */
export function stepOf(steps: readonly Step[], number: number): Step | undefined {
  return steps.filter((step) => step.from <= number).at(-1) ?? steps[0];
}

function inWords(from: number, next: number | undefined, most: number): string {
  const said = (number: number): string => number.toLocaleString("en-GB");
  if (next === undefined) return from === most ? said(from) : `${said(from)} or more`;
  return next - 1 === from ? said(from) : `${said(from)}–${said(next - 1)}`;
}

/** To one digit that counts, or to 15, 150 …: 7, 30, 400. */
function rounded(number: number, way: (value: number) => number): number {
  const size = 10 ** Math.floor(Math.log10(Math.max(1, number)));
  const unit = size > 1 && number < 2 * size ? size / 2 : size;
  return Math.max(1, way(number / unit) * unit);
}

/** "950", "1.2k", "34k": what fits into a hexagon. */
export function short(number: number): string {
  if (number < 1000) return String(number);
  const thousands = number / 1000;
  return thousands < 9.95 ? `${thousands.toFixed(1)}k` : `${Math.round(thousands)}k`;
}
