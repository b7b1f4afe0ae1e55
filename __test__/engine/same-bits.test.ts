import { array, type ComputeOptions, type LazyArray, type NDArray, slice, type TypedArray } from "bramble";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WAYS } from "../support/engines.js";
import { ANY_CHUNKS, build, recipes, SAME_BITS } from "../support/expressions.js";
import { expectSameValues } from "../support/same-values.js";
import { elementsOf } from "../support/values.js";

const RUNS = 300;

async function compute(x: LazyArray, options: ComputeOptions): Promise<TypedArray> {
  return elementsOf(await x.compute(options), x.dtype);
}

describe("all ways to compute", () => {
  it("give the same bits", async () => {
    await fc.assert(
      fc.asyncProperty(recipes(SAME_BITS), async (recipe) => {
        const x = build(recipe, SAME_BITS);
        const expected = await compute(x, { engine: "js" });
        for (const [, options] of WAYS) expectSameValues(await compute(x, options), expected);
      }),
      { numRuns: RUNS },
    );
  });

  it("give the same bits with functions on the way, whoever calls them", async () => {
    const stretch = (block: NDArray<"float64">): NDArray<"float64"> => {
      for (const [index, value] of block.data.entries()) block.data[index] = value * 1.1;
      return block;
    };
    const schedulers = ["sync", "threads", "processes"] as const;
    const callers = schedulers.map(
      (scheduler): ComputeOptions => ({ engine: "native", scheduler, numWorkers: 2 }),
    );
    await fc.assert(
      fc.asyncProperty(recipes(SAME_BITS), async (recipe) => {
        const called = build(recipe, SAME_BITS).real.astype("float64").mapBlocks(stretch);
        for (const x of [called, called.sum()]) {
          const expected = await compute(x, { engine: "js" });
          for (const options of callers) expectSameValues(await compute(x, options), expected);
        }
      }),
      { numRuns: 15 },
    );
  }, 120_000);

  it("do not depend on chunks where nothing is rounded", async () => {
    await fc.assert(
      fc.asyncProperty(recipes(ANY_CHUNKS), async (recipe) => {
        const expected = await compute(build(recipe, ANY_CHUNKS, false), { engine: "js" });
        const x = build(recipe, ANY_CHUNKS);
        for (const [, options] of WAYS) expectSameValues(await compute(x, options), expected);
      }),
      { numRuns: RUNS },
    );
  });

  it.each(WAYS)("%s: slices of what a reduction leaves have its bits", async (_, options) => {
    const data = Float64Array.from({ length: 600 }, (_, index) => Math.sin(index) * 10 ** (index % 5));
    const sums = array.fromArray(data, { shape: [12, 5, 10], chunks: -1 }).sum({ axis: [0, 2] });
    const whole = (await sums.compute(options)) as NDArray;
    for (const index of [0, 3]) {
      expect(await sums.slice(index).compute(options)).toBe(whole.get(index));
      const slices = (await sums.slice(slice(index, index + 1)).compute(options)) as NDArray;
      expect(slices.get(0)).toBe(whole.get(index));
    }
  });

  it.each(WAYS)("%s: new axes may be sliced to nothing", async (_, options) => {
    const x = array.ones([1, 2, 1]).add(1).rechunk([1, 1, 1]).slice(":", null, ":", ":");
    const result = await x
      .sum({ axis: [0, 2] })
      .slice("1:0", 0)
      .compute(options);
    expect((result as NDArray).shape).toEqual([0]);
  });
});
