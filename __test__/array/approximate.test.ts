import { array, type NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { WAYS } from "../support/engines.js";
import { expectError } from "../support/errors.js";
import { expectSameValues } from "../support/same-values.js";

const SHARES = [0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1];

/** The shares of sorted numbers that lie below a number, and not above it. */
function sharesAt(sorted: Float64Array, value: number): readonly [number, number] {
  const below = sorted.findIndex((other) => other >= value);
  const notAbove = sorted.findLastIndex((other) => other <= value) + 1;
  return [(below === -1 ? sorted.length : below) / sorted.length, notAbove / sorted.length];
}

const DISTRIBUTIONS = {
  normal: (size: number) => array.random.defaultRng(1).normal(0, 1, { size, chunks: 700 }),
  exponential: (size: number) =>
    array.random.defaultRng(2).exponential(1, { size, chunks: [300, 5, size - 305] }),
  ascending: (size: number) => array.arange(0, size, 1, { chunks: 900, dtype: "float64" }),
  few: (size: number) => array.random.defaultRng(3).integers(0, 4, { size, chunks: 512 }).astype("float64"),
};

describe("approximate quantiles", () => {
  it.each(Object.entries(DISTRIBUTIONS))("lie near those of %s numbers", async (_, draw) => {
    const x = draw(20_000);
    const [numbers, found] = await array.compute(x, array.quantile(x, SHARES, { approximate: true }));
    const sorted = (numbers as NDArray<"float64">).data.toSorted();
    for (const [index, share] of SHARES.entries()) {
      const [below, notAbove] = sharesAt(sorted, (found as NDArray<"float64">).data[index] ?? 0);
      // Nearer to the ends, where numbers stand for fewer others.
      const limit = 0.005 * Math.sqrt(Math.max(0.01, 4 * share * (1 - share)));
      expect([share, below <= share + limit && notAbove >= share - limit]).toEqual([share, true]);
    }
  });

  it("are the same however they are computed", async () => {
    const x = array.random.defaultRng(4).normal(0, 1, { size: [60, 50], chunks: [17, 20] });
    const q = array.quantile(x, [0, 0.2, 0.7, 1], { axis: 0, approximate: true });
    expect(q.shape).toEqual([4, 50]);
    const [, first = {}] = WAYS[0] ?? [];
    const expected = (await q.compute(first)) as NDArray;
    for (const [, options] of WAYS) {
      expectSameValues(((await q.compute(options)) as NDArray).data, expected.data);
    }
  });

  it("are exact where nothing has to be left out", async () => {
    const x = array.random.defaultRng(5).normal(0, 1, { size: [9, 8], chunks: [9, 3] });
    const [near, exact] = await array.compute(
      array.percentile(x, [5, 50], { axis: 0, approximate: true }),
      array.percentile(x, [5, 50], { axis: 0 }),
    );
    expect(near).toEqual(exact);
  });

  it("keep axes, and give float32 for float32", async () => {
    const x = array.ones([6, 4], { chunks: 2, dtype: "float32" });
    const q = array.quantile(x, 0.3, { axis: 1, keepdims: true, approximate: true });
    expect([q.shape, q.dtype]).toEqual([[6, 1], "float32"]);
    expect(((await q.compute()) as NDArray).data).toEqual(new Float32Array(6).fill(1));
  });

  it("heed NaN or leave it out", async () => {
    const x = array.fromArray(Float64Array.of(Number.NaN, 1, 2, 3, Number.NaN, Number.NaN), {
      shape: [6],
      chunks: 2,
    });
    const options = { approximate: true };
    const answers = await array.compute(
      array.quantile(x, 0.5, options),
      array.nanquantile(x, 0.5, options),
      array.nanquantile(x, [0, 1], options),
      array.nanquantile(x.slice("4:").rechunk(1), 0.5, options),
    );
    expect(answers.slice(0, 2)).toEqual([Number.NaN, 2]);
    expect((answers[2] as NDArray<"float64">).data).toEqual(Float64Array.of(1, 3));
    expect(answers[3]).toBeNaN();
  });

  it("work where lengths become known later", async () => {
    const x = array.arange(0, 100, 1, { chunks: 10, dtype: "float64" });
    const few = x.compress(x.greater(29.5));
    expect(await array.quantile(few, [0, 1], { approximate: true }).compute()).toMatchObject({
      data: Float64Array.of(30, 99),
    });
    const middle = (await array.nanquantile(few, 0.5, { approximate: true }).compute()) as number;
    expect(Math.abs(middle - 64.5)).toBeLessThan(1);
  });

  it("refuse rules that only make sense between two neighbours", () => {
    const x = array.ones(10, { chunks: 5 });
    expectError(
      () => array.quantile(x, 0.5, { approximate: true, method: "lower" }),
      "INVALID_ARGUMENT",
      "Expected \"linear\" for `options.method` but received 'lower'",
    );
    expectError(
      () => array.quantile(x, 0.5, { approximate: 1 as never }),
      "INVALID_ARGUMENT",
      "`options.approximate`",
    );
  });
});
