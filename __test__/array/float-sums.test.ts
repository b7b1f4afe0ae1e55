import { array, type NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { ENGINES } from "../support/engines.js";
import { expectSameValues } from "../support/same-values.js";

const [ROWS, COLUMNS] = [60, 2000];
const SHAPE = [ROWS, COLUMNS];

/** Single floats of very different sizes and both signs, the same each time. */
const NUMBERS = Float32Array.from({ length: ROWS * COLUMNS }, (_, index) => {
  const part = ((index * 7919) % 10_007) / 10_007;
  return (part - 0.4) * 2 ** ((index * 31) % 17);
});

/** The sum of single floats in double precision, which rounds 29 bits further behind. */
function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const value of numbers) sum += value;
  return Math.fround(sum);
}

const row = (index: number): Float32Array => NUMBERS.subarray(index * COLUMNS, (index + 1) * COLUMNS);

// The best that single floats can say; NumPy adds them in pairs, in single precision.
describe.each(ENGINES)("sums of single floats by the %s engine", (engine) => {
  it.each([7, 512, -1])("are the exact ones, rounded once, in chunks of %i", async (chunks) => {
    const x = array.fromArray(NUMBERS, { shape: SHAPE, chunks });
    const [all, rows, columns] = await array.compute(x.sum(), x.sum({ axis: 1 }), x.sum({ axis: 0 }), {
      engine,
    });
    expect(all).toBe(sumOf(NUMBERS));
    expectSameValues(
      (rows as NDArray).data,
      Float32Array.from({ length: ROWS }, (_, index) => sumOf(row(index))),
    );
    const expected = Float32Array.from({ length: COLUMNS }, (_, column) =>
      sumOf(Array.from({ length: ROWS }, (__, index) => row(index)[column] ?? 0)),
    );
    expectSameValues((columns as NDArray).data, expected);
  });
});
