import { array, type ComputeOptions, type LazyArray, NDArray } from "bramble";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WAYS } from "../support/engines.js";
import { expectError, expectRejection } from "../support/errors.js";
import { at, flat, iota, taken } from "../support/nested.js";

const counted = (shape: readonly number[], chunks: readonly number[] | number): LazyArray =>
  array.fromArray(
    Float64Array.from({ length: shape.reduce((size, n) => size * n, 1) }, (_, n) => n),
    {
      shape,
      chunks,
    },
  );

async function valuesOf(x: LazyArray, options: ComputeOptions): Promise<{ shape: number[]; data: number[] }> {
  const computed = await x.compute(options);
  if (!(computed instanceof NDArray)) return { shape: [], data: [Number(computed)] };
  return { shape: [...computed.shape], data: Array.from(computed.data, Number) };
}

describe("lists of integers", () => {
  const x = counted([6, 5], [4, 2]);

  it("know shapes and errors before anything is computed", () => {
    expect(x.slice([1, -1, 1]).shape).toEqual([3, 5]);
    expect(x.slice(":", new Int32Array([4])).shape).toEqual([6, 1]);
    expect(x.slice(0, [1, 2]).shape).toEqual([2]);
    expect(x.slice([]).shape).toEqual([0, 5]);
    expect(x.slice([0, 1, 2, 3, 4, 5]).name).toBe(x.name);
    expect(x.slice([true, false, true, false, false, true]).shape).toEqual([3, 5]);
    expect(x.slice(array.fromArray([1n, 2n])).shape).toEqual([2, 5]);
    expect(counted([100], 10).slice(Array.from({ length: 25 }, (_, n) => 4 * n)).chunks).toEqual([
      [10, 10, 5],
    ]);
    expect(counted([100], 10).slice(Array.from({ length: 22 }, (_, n) => 4 * n)).chunks).toEqual([[10, 12]]);
    expectError(() => x.slice([1, 6]), "OUT_OF_BOUNDS", "`index[0][1]` is 6, but axis 0 has 6 elements");
    expectError(() => x.slice(":", [-6]), "OUT_OF_BOUNDS", "`index[1][0]` is -6");
    expectError(() => x.slice([0.5]), "INVALID_ARGUMENT", "integers for `index[0][0]`");
    expectError(() => x.slice([0], [1]), "INVALID_ARGUMENT", "one list or mask at most");
    expectError(() => x.slice([[true]]), "SHAPE_MISMATCH", "a mask of shape (1, 1)");
    expectError(() => x.slice(array.ones([3])), "INVALID_ARGUMENT", "integers or bools for `index[0]`");
    expectError(() => x.slice(["a"] as never), "INVALID_ARGUMENT", "`index[0]`");
    expectError(() => x.take([[1]] as never, { axis: 0 }), "INVALID_ARGUMENT", "`indices`");
  });

  describe.each(WAYS)("by %s", (_, options) => {
    it("take what a list of lists has there", async () => {
      const position = fc.integer({ min: -6, max: 5 });
      const chunk = fc.integer({ min: 1, max: 6 });
      await fc.assert(
        fc.asyncProperty(
          fc.array(position, { maxLength: 20 }),
          fc.tuple(chunk, chunk, chunk),
          fc.constantFrom(0, 1, 2),
          async (positions, chunks, axis) => {
            const shape = [6, 6, 6];
            const expected = flat(taken(iota(shape), axis, positions));
            const y = counted(shape, chunks);
            const result = await valuesOf(y.take(positions, { axis }), options);
            expect(result.shape).toEqual(shape.map((n, other) => (other === axis ? positions.length : n)));
            expect(result.data).toEqual(expected);
            const lazy = array.fromArray(BigInt64Array.from(positions, BigInt), { chunks: 3 });
            expect((await valuesOf(y.take(lazy, { axis }), options)).data).toEqual(expected);
          },
        ),
        { numRuns: 40 },
      );
    });

    it("combine with slices, integers and new axes", async () => {
      const rows = taken(iota([6, 5]), 0, [5, 0, 2]);
      expect((await valuesOf(x.slice([5, 0, 2], "1:4:2"), options)).data).toEqual(
        flat(taken(rows, 1, [1, 3])),
      );
      expect(await valuesOf(x.slice(null, -1, [0, 4]), options)).toEqual({ shape: [1, 2], data: [25, 29] });
      expect((await valuesOf(x.slice("...", [3]).add(1).slice("::2"), options)).data).toEqual([4, 14, 24]);
      expect(await x.slice([5, 5, 5]).sum().compute(options)).toBe(3 * (25 + 26 + 27 + 28 + 29));
      expect(await valuesOf(x.take([7, 29]), options)).toEqual({ shape: [2], data: [7, 29] });
      expect(await x.take(3, { axis: 0 }).slice(1).compute(options)).toBe(16);
    });

    it("touch no chunk that holds nothing of what is wanted", async () => {
      const long = array.arange(0, 1e12, 1, { chunks: 1e5 });
      const positions = [999_999_999_999, 5, 7, 500_000_000_123];
      expect((await valuesOf(long.multiply(2).slice(positions), options)).data).toEqual(
        positions.map((position) => 2 * position),
      );
      const far = long.add(1).vindex([[0, 1e11]]);
      expect(await valuesOf(far, options)).toEqual({ shape: [1, 2], data: [1, 1e11 + 1] });
    });

    it("fail when computed where a computed list points outside", async () => {
      const late = x.slice(array.fromArray([1, 9]).astype("int64"));
      await expectRejection(late.compute(options), "OUT_OF_BOUNDS", "`index[0][1]` is 9n, but axis 0 has 6");
    });

    it("take masks in memory, whose lengths are known", async () => {
      const mask = new NDArray(
        Uint8Array.from({ length: 30 }, (_, n) => Number(n % 4 === 1)),
        [6, 5],
        {
          dtype: "bool",
        },
      );
      const all = x.slice(mask);
      expect(all.shape).toEqual([8]);
      expect((await valuesOf(all, options)).data).toEqual([1, 5, 9, 13, 17, 21, 25, 29]);
      const columns = x.slice(":", [true, false, false, false, true]);
      expect((await valuesOf(columns.slice("4:"), options)).data).toEqual([20, 24, 25, 29]);
      expect((await valuesOf(x.slice(x.greaterEqual(27)), options)).data).toEqual([27, 28, 29]);
    });
  });
});

describe("long chunks", () => {
  it("are cut around what is wanted of them", async () => {
    const long = array.arange(0, 1e12, 1, { chunks: 1e9 }).add(0.5);
    const options: ComputeOptions = { engine: "native" };
    expect((await valuesOf(long.slice([1e12 - 1, 5, 7, 5e11]), options)).data).toEqual([
      999_999_999_999.5, 5.5, 7.5, 500_000_000_000.5,
    ]);
    expect((await valuesOf(long.slice("::100000000000"), options)).data).toHaveLength(10);
  });
});

describe.each(WAYS)("by %s", (_, options) => {
  it("vindex takes points", async () => {
    const x = counted([4, 5, 3], [3, 2, 2]);
    const lists = iota([4, 5, 3]);
    const points = await valuesOf(x.vindex([3, 0, -1], [1, 1, 4], [0, 2, -3]), options);
    expect(points).toEqual({
      shape: [3],
      data: [
        [3, 1, 0],
        [0, 1, 2],
        [3, 4, 0],
      ].map((p) => at(lists, p)),
    });
    const outer = await valuesOf(x.vindex([[0], [2]], ":", [1, 0, 2]), options);
    expect(outer.shape).toEqual([2, 3, 5]);
    const expected = [0, 2].flatMap((a) =>
      [1, 0, 2].flatMap((c) => [0, 1, 2, 3, 4].map((b) => at(lists, [a, b, c]))),
    );
    expect(outer.data).toEqual(expected);
    const late = x.vindex(array.fromArray([1n, 2n]), 0, array.fromArray([0n, 1n]));
    expect(await valuesOf(late, options)).toEqual({ shape: [2], data: [15, 31] });
    expectError(() => x.vindex([0, 1], [0, 1, 2]), "SHAPE_MISMATCH", "(2,) and (3,) do not broadcast");
    expectError(() => x.vindex([4]), "OUT_OF_BOUNDS", "`index[0][0]` is 4");
    expectError(() => x.vindex(":"), "INVALID_ARGUMENT", "one list of positions at least");
  });

  it("blocks takes blocks", async () => {
    const x = counted([5, 6], [2, 4]);
    expect(x.blocks(0).chunks).toEqual([[2], [4, 2]]);
    expect((await valuesOf(x.blocks(-1, 1), options)).data).toEqual([28, 29]);
    expect(x.blocks([2, 0, 1], ":").chunks[0]).toEqual([1, 2, 2]);
    expect((await valuesOf(x.blocks([2, 0], 1), options)).data).toEqual([28, 29, 4, 5, 10, 11]);
    expect((await valuesOf(x.blocks("::2", 1), options)).data).toEqual([4, 5, 10, 11, 28, 29]);
    expect((await valuesOf(x.slice(x.less(9)).blocks(0), options)).data).toEqual([0, 1, 2, 3, 4, 5]);
    expect(x.blocks("3:").shape).toEqual([0, 6]);
    expectError(() => x.blocks(3), "OUT_OF_BOUNDS", "3");
  });

  it("computeChunkSizes finds lengths", async () => {
    const y = await counted([10], 3)
      .slice(counted([10], 3).greater(4))
      .computeChunkSizes(options);
    expect(y.shape).toEqual([5]);
    expect(y.chunks).toEqual([[0, 1, 3, 1]]);
    expect((await valuesOf(y.reshape([5, 1]), options)).data).toEqual([5, 6, 7, 8, 9]);
  });
});
