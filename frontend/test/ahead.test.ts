import { describe, expect, it } from "vitest";
import { Ahead } from "../src/upload/ahead";

async function all<T>(ahead: Ahead<number, T>, takers: number): Promise<T[]> {
  const taken: T[] = [];
  await Promise.all(
    Array.from({ length: takers }, async () => {
      for (let item = await ahead.next(); item !== undefined; item = await ahead.next()) taken.push(item);
    }),
  );
  return taken;
}

const numbers = Array.from({ length: 20 }, (_, i) => i + 1);

describe("preparing ahead", () => {
  it("gives every item once, in batches, to several takers", async () => {
    const batches: number[][] = [];
    const ahead = new Ahead(numbers, 6, async (batch) => {
      batches.push(batch);
      await Promise.resolve();
      return batch.map((n) => `part ${n}`);
    });
    const taken = await all(ahead, 3);
    expect(taken.sort()).toEqual(numbers.map((n) => `part ${n}`).sort());
    expect(batches.map((batch) => batch.length)).toEqual([6, 6, 6, 2]);
  });

  it("ends at once when there is nothing", async () => {
    expect(await new Ahead([], 6, () => Promise.reject(new Error("not asked"))).next()).toBeUndefined();
  });

  it("tells a failure and loses no item by it", async () => {
    let broken = true;
    const ahead = new Ahead([1, 2, 3], 2, (batch) => (broken ? Promise.reject(new Error("no line")) : Promise.resolve(batch)));
    await expect(ahead.next()).rejects.toThrow("no line");
    broken = false;
    expect(await all(ahead, 1)).toEqual([1, 2, 3]);
  });
});
