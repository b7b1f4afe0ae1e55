import { array, type ComputeOptions, type LazyArray, type NDArray, slice } from "bramble";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WAYS } from "../support/engines.js";
import { expectError } from "../support/errors.js";

const zeros = (shape: readonly number[], chunks: readonly number[] | number): LazyArray =>
  array.zeros(shape, { chunks, dtype: "int32" });
const values = (numbers: readonly number[], shape: readonly number[] = [numbers.length]): LazyArray =>
  array.fromArray(Int32Array.from(numbers), { shape });

async function dataOf(x: LazyArray, options: ComputeOptions): Promise<number[]> {
  return Array.from(((await x.compute(options)) as NDArray).data, Number);
}

describe("setItem", () => {
  const x = zeros([4, 6], [3, 4]);

  it("refuses what does not fit", () => {
    expect(x.setItem([0], 1).name).not.toBe(x.name);
    expect(x.setItem([slice(4, 9)], 1).name).toBe(x.name);
    expectError(() => x.setItem([4], 1), "OUT_OF_BOUNDS", "`index[0]` is 4");
    expectError(() => x.setItem([":", [6]], 1), "OUT_OF_BOUNDS", "`index[1][0]` is 6");
    expectError(
      () => x.setItem([":"], values([1, 2])),
      "SHAPE_MISMATCH",
      "does not broadcast to shape (4, 6)",
    );
    expectError(() => x.setItem([0], 2 ** 40), "OVERFLOW", "`value`");
    expectError(() => x.setItem(array.ones([4], { dtype: "bool" }).slice("1:"), 1), "SHAPE_MISMATCH", "(3,)");
    expectError(() => x.setItem([null] as never, 1), "INVALID_ARGUMENT", "`index[0]`");
  });

  describe.each(WAYS)("by %s", (_, options) => {
    it("writes to slices, integers and lists as NumPy does", async () => {
      const bound = fc.option(fc.integer({ min: -8, max: 8 }));
      const step = fc.constantFrom(null, 1, 2, 3, -1, -2);
      const entry = fc.oneof(
        fc.tuple(bound, bound, step).map(([start, stop, by]) => slice(start, stop, by)),
        fc.integer({ min: -7, max: 6 }),
        fc.array(fc.integer({ min: -7, max: 6 }), { maxLength: 9 }),
      );
      const cut = fc.integer({ min: 1, max: 7 });
      await fc.assert(
        fc.asyncProperty(
          entry,
          entry,
          cut,
          cut,
          fc.boolean(),
          async (first, second, rows, columns, isScalar) => {
            const index = [first, second].map((item) => placesOf(item, 7));
            const count = index.map((list) => list.length);
            const shape = count.filter((_, axis) => typeof [first, second][axis] !== "number");
            const size = shape.reduce((product, length) => product * length, 1);
            const numbers = Array.from({ length: size }, (_, number) => number + 1);
            const expected = Array.from({ length: 49 }, () => 0);
            let next = 0;
            for (const row of index[0] ?? []) {
              for (const column of index[1] ?? []) {
                expected[row * 7 + column] = isScalar ? 5 : (numbers[next] ?? 0);
                next += 1;
              }
            }
            const value = isScalar ? 5 : values(numbers, shape);
            const written = zeros([7, 7], [rows, columns]).setItem([first, second], value);
            expect(await dataOf(written, options)).toEqual(expected);
          },
        ),
        { numRuns: 60 },
      );
    });

    it("writes where a mask is true", async () => {
      const y = array.arange(0, 24, 1, { dtype: "int32" }).reshape([4, 6]).rechunk([3, 4]);
      const numbers = Array.from({ length: 24 }, (_, number) => number);
      const odd = y.remainder(2).equal(1);
      expect(await dataOf(y.setItem(odd, -1), options)).toEqual(numbers.map((n) => (n % 2 === 1 ? -1 : n)));
      const each = y.setItem(odd, values(Array.from({ length: 12 }, (_, number) => 100 + number)));
      expect(await dataOf(each, options)).toEqual(numbers.map((n) => (n % 2 === 1 ? 100 + (n - 1) / 2 : n)));
      const rows = y.setItem([true, false, false, true], values([1, 2, 3, 4, 5, 6]));
      expect(await dataOf(rows, options)).toEqual(numbers.map((n) => (n < 6 || n > 17 ? (n % 6) + 1 : n)));
      const wrong = y.setItem(odd, values([1, 2, 3]));
      await expect(wrong.compute(options)).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
    });

    it("broadcasts values, cuts fractions off and waits for what is unknown", async () => {
      expect(await dataOf(zeros([2, 3], 2).setItem([":", "1:"], values([7, 8])), options)).toEqual([
        0, 7, 8, 0, 7, 8,
      ]);
      expect(await dataOf(zeros([3], 2).setItem([0], 1.75), options)).toEqual([1, 0, 0]);
      expect(await dataOf(zeros([3], 2).setItem(array.fromArray([2n, 0n]), values([4, 5])), options)).toEqual(
        [5, 0, 4],
      );
      const line = array.arange(0, 10, 1, { dtype: "int32", chunks: 4 });
      const late = line.slice(line.greater(5)).setItem(["1:3"], values([9, 9]));
      expect(await dataOf(late, options)).toEqual([6, 9, 9, 9]);
      const point = array.zeros([]).setItem([], 3);
      expect(await point.compute(options)).toBe(3);
    });

    it("leaves other blocks alone", async () => {
      const long = array.arange(0, 1e12, 1, { chunks: 1e6 }).setItem(["5:8"], 0);
      expect(await dataOf(long.slice("999999999998:"), options)).toEqual([999_999_999_998, 999_999_999_999]);
    });
  });
});

/** The positions that an entry means on an axis, in order. */
function placesOf(item: unknown, length: number): number[] {
  const all = Array.from({ length }, (_, number) => number);
  if (typeof item === "number") return [item < 0 ? item + length : item];
  if (Array.isArray(item)) return (item as number[]).map((at) => (at < 0 ? at + length : at));
  const { start, step, count } = (item as ReturnType<typeof slice>).resolve(length);
  return all.slice(0, count).map((number) => start + step * number);
}
