import { describe, expect, it } from "vitest";
import { COLOURS, scaleOf, short, stepOf } from "../src/map/scale";

/** Relative luminance, as WCAG defines it. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const words = (numbers: number[]): string[] => scaleOf(numbers).map((step) => step.words);

describe("the colours", () => {
  it("let numbers be read", () => {
    for (const { fill, ink } of COLOURS) expect(contrast(fill, ink)).toBeGreaterThanOrEqual(4.5);
  });

  it("differ by lightness alone, step by step, so that no eye and no printer needs the hue", () => {
    const grey = COLOURS.map(({ fill }) => 116 * Math.cbrt(luminance(fill)) - 16);
    for (const [i, next] of grey.slice(1).entries()) expect((grey[i] as number) - next).toBeGreaterThanOrEqual(10);
  });
});

describe("the classes", () => {
  it("grow, and begin at round numbers", () => {
    expect(words([1, 19])).toEqual(["1", "2–4", "5–7", "8–14", "15 or more"]);
    expect(words([1, 40, 485])).toEqual(["1–14", "15–49", "50–149", "150–299", "300 or more"]);
    expect(words([1200, 34_000])).toEqual(["1,000–2,999", "3,000–7,999", "8,000–14,999", "15,000–29,999", "30,000 or more"]);
  });

  it("are fewer for few numbers", () => {
    expect(words([])).toEqual([]);
    expect(words([1, 1])).toEqual(["1"]);
    expect(words([1, 2])).toEqual(["1", "2"]);
    expect(words([1, 2, 3])).toEqual(["1", "2", "3"]);
    expect(words([340])).toEqual(["300 or more"]);
  });

  it("hold every number in one class, darker for more", () => {
    for (const numbers of [[1], [1, 2], [3, 4, 5, 6, 7], [1, 9, 10, 11, 99, 100, 101], [17, 999, 1000, 54_321], [5, 1_000_000]]) {
      const steps = scaleOf(numbers);
      expect(new Set(steps.map(({ fill }) => fill)).size).toBe(steps.length);
      let before = 1;
      for (const number of [...numbers].sort((a, b) => a - b)) {
        const step = stepOf(steps, number);
        expect(step?.from).toBeLessThanOrEqual(number);
        expect(luminance(step?.fill ?? "")).toBeLessThanOrEqual(before);
        before = luminance(step?.fill ?? "");
      }
      // No class at the dark end stands there for nothing.
      expect(stepOf(steps, Math.max(...numbers))).toBe(steps.at(-1));
    }
  });

  it("stay while the map moves a little", () => {
    expect(words([1, 40, 1990])).toEqual(words([1, 55, 1600]));
  });
});

describe("numbers on the map", () => {
  it("are shortened", () => {
    expect([7, 999, 1000, 1249, 12_400].map(short)).toEqual(["7", "999", "1.0k", "1.2k", "12k"]);
  });
});
