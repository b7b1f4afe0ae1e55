import { array, type LazyArray } from "bramble";
import { describe, expect, it } from "vitest";
import { ENGINES } from "../support/engines.js";
import { expectError } from "../support/errors.js";
import { elementsOf } from "../support/values.js";

describe.each(ENGINES)("the %s engine", (engine) => {
  const numbers = async (x: LazyArray): Promise<number[]> =>
    Array.from<number | bigint, number>(elementsOf(await x.compute({ engine }), x.dtype), Number);
  const ascending = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);

  it("puts numbers and elements in random order", async () => {
    const order = await numbers(array.random.defaultRng(1).permutation(50));
    expect(order).not.toEqual(ascending(order));
    expect(ascending(order)).toEqual([...Array(50).keys()]);
    expect(await numbers(array.random.defaultRng(1).permutation(50))).toEqual(order);
    const rows = array.random.defaultRng(1).permutation(array.arange(100).reshape([50, 2]).rechunk(7));
    expect(await numbers(rows)).toEqual(order.flatMap((row) => [2 * row, 2 * row + 1]));
    const columns = array.random.defaultRng(2).permutation(array.arange(6).reshape([2, 3]), { axis: 1 });
    expect(ascending((await numbers(columns)).slice(0, 3))).toEqual([0, 1, 2]);
    expect(await numbers(array.random.defaultRng(1).permutation(0))).toEqual([]);
  });

  it("chooses elements that may come again, and different ones", async () => {
    const rng = array.random.defaultRng(3);
    const values = array.arange(10, 20).rechunk(3);
    const again = rng.choice(values, { size: [4, 5] });
    expect([again.shape, again.dtype]).toEqual([[4, 5], "float64"]);
    expect((await numbers(again)).every((value) => value >= 10 && value < 20)).toBe(true);
    const different = await numbers(rng.choice(values, { size: 10, replace: false }));
    expect(ascending(different)).toEqual([...Array(10).keys()].map((value) => value + 10));
    expect(await numbers(rng.choice([7], { size: [2] }))).toEqual([7, 7]);
  });

  it("heeds probabilities", async () => {
    const rng = array.random.defaultRng(4);
    const p = [0, 2, 0, 6, 2];
    const many = await numbers(rng.choice(5, { size: 10_000, p }));
    const share = (wanted: number): number => many.filter((value) => value === wanted).length / many.length;
    // The seed is fixed, so are these.
    expect(share(3)).toBeCloseTo(0.6, 1);
    expect(share(1)).toBeCloseTo(0.2, 1);
    expect(share(0) + share(2)).toBe(0);
    for (let time = 0; time < 5; time += 1) {
      const different = await numbers(rng.choice(5, { size: 3, p, replace: false }));
      expect(ascending(different)).toEqual([1, 3, 4]);
    }
  });
});

it("refuses what cannot be chosen", () => {
  const rng = array.random.defaultRng(0);
  expectError(() => rng.choice(0), "INVALID_ARGUMENT", "`a`");
  expectError(() => rng.choice(array.ones([2, 2])), "SHAPE_MISMATCH", "one axis");
  expectError(() => rng.choice(3, { size: 4, replace: false }), "INVALID_ARGUMENT", "3 elements at most");
  expectError(() => rng.choice(3, { p: [1, 2] }), "SHAPE_MISMATCH", "probability");
  expectError(() => rng.permutation(-1), "INVALID_ARGUMENT", "`x`");
});
