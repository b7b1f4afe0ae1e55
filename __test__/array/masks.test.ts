import { array, type LazyArray, type NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { WAYS } from "../support/engines.js";
import { expectError, expectRejection } from "../support/errors.js";

const iota = (shape: readonly number[], chunks: readonly number[]): LazyArray<"float64"> =>
  array.fromArray(
    Float64Array.from({ length: shape.reduce((size, length) => size * length, 1) }, (_, index) => index),
    { shape, chunks },
  ) as LazyArray<"float64">;

async function valuesOf(
  x: LazyArray,
  options: object,
): Promise<{ shape: readonly number[]; data: number[] }> {
  const computed = (await x.compute(options)) as NDArray;
  return { shape: computed.shape, data: Array.from(computed.data, Number) };
}

describe("masks", () => {
  const x = iota([4, 6], [2, 4]);
  const even = x.remainder(2).equal(0);

  it("do not know how many elements they let through", () => {
    const taken = array.extract(even, x);
    expect(taken.shape).toEqual([Number.NaN]);
    expect(taken.size).toBeNaN();
    expect(taken.add(1).shape).toEqual([Number.NaN]);
    expect(taken.sum().shape).toEqual([]);
    expect(String(taken.compress(taken.greater(3)).shape)).toBe("NaN");
    expect(x.compress([true, false, true, true], { axis: 0 }).shape).toEqual([Number.NaN, 6]);
  });

  it("must have the shape of what they stand for", () => {
    expectError(() => array.extract(array.ones([4, 5]), x), "SHAPE_MISMATCH", "a mask of shape (4, 5)");
    expectError(() => x.compress([true]), "INVALID_ARGUMENT", "`options.axis`");
    expectError(() => x.compress([[true]], { axis: 0 }), "INVALID_ARGUMENT", "a condition of one axis");
    expectError(() => array.nonzero(array.ones([])), "INVALID_ARGUMENT", "0-d");
  });

  describe.each(WAYS)("by %s", (_, options) => {
    it("keep the order of rows, however the array is cut", async () => {
      for (const chunks of [
        [4, 6],
        [2, 4],
        [1, 1],
        [3, 2],
      ]) {
        const y = iota([4, 6], chunks);
        const taken = array.extract(y.remainder(5).less(2), y);
        expect((await valuesOf(taken, options)).data).toEqual([0, 1, 5, 6, 10, 11, 15, 16, 20, 21]);
      }
    });

    it("work on one axis of several", async () => {
      const rows = x.sum({ axis: 1 }).greater(20);
      expect(await valuesOf(x.compress(rows, { axis: 0 }).slice(":", "1:3"), options)).toEqual({
        shape: [3, 2],
        data: [7, 8, 13, 14, 19, 20],
      });
      const columns = await valuesOf(x.compress([false, true], { axis: -1 }), options);
      expect(columns).toEqual({ shape: [4, 1], data: [1, 7, 13, 19] });
      const none = await valuesOf(x.compress(x.max({ axis: 0 }).less(0), { axis: 1 }), options);
      expect(none).toEqual({ shape: [4, 0], data: [] });
    });

    it("leave axes on which operations, reductions and masks just work", async () => {
      const taken = array.extract(even, x);
      expect(await taken.sum().compute(options)).toBe(132);
      expect(await taken.mean().compute(options)).toBe(11);
      expect(await array.extract(x.less(0), x).mean().compute(options)).toBeNaN();
      const squares = array.extract(even, x.square()).subtract(taken.multiply(taken)).add(taken);
      expect((await valuesOf(squares, options)).data).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]);
      const fewer = taken.compress(taken.greater(15));
      expect((await valuesOf(fewer, options)).data).toEqual([16, 18, 20, 22]);
      const centred = taken.subtract(taken.mean({ keepdims: true }));
      expect((await valuesOf(centred.absolute().less(2), options)).data).toEqual([
        0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0,
      ]);
      const failure = array.extract(x.less(0), x).min().compute(options);
      await expectRejection(failure, "EMPTY_REDUCTION", "min");
    });

    it("leave axes that operations wait for which need their lengths", async () => {
      const taken = array.extract(even, x);
      expect((await valuesOf(taken.slice("2:10:3"), options)).data).toEqual([4, 10, 16]);
      expect(await taken.slice(-1).compute(options)).toBe(22);
      expect((await valuesOf(taken.slice("::-1").slice("0:2").add(0.5), options)).data).toEqual([22.5, 20.5]);
      const twelve = array.arange(12);
      expect((await valuesOf(taken.subtract(twelve.multiply(2)), options)).data).toEqual(Array(12).fill(0));
      const odd = array.extract(even.logicalNot(), x);
      expect((await valuesOf(odd.subtract(taken), options)).data).toEqual(Array(12).fill(1));
      expect((await valuesOf(odd.rechunk(5).add(taken.rechunk(4)).slice("3:5"), options)).data).toEqual([
        13, 17,
      ]);
      const filtered = taken.slice("1:").compress(taken.slice("1:").greater(17));
      expect((await valuesOf(filtered, options)).data).toEqual([18, 20, 22]);
      const [first, last] = await array.compute(taken.slice(0), taken.slice(-1), options);
      expect([first, last]).toEqual([0, 22]);
    });

    it("fail when computed where lengths do not fit", async () => {
      const taken = array.extract(even, x);
      const sum = taken.add(array.ones([5])).compute(options);
      await expectRejection(sum, "SHAPE_MISMATCH", "Shapes (12,) and (5,) do not broadcast");
      await expectRejection(taken.slice(12).compute(options), "OUT_OF_BOUNDS", "is 12, but axis 0 has 12");
    });

    it("give positions", async () => {
      const mask = x.remainder(7).equal(3);
      expect(await Promise.all(array.where(mask).map((axis) => valuesOf(axis, options)))).toEqual([
        { shape: [3], data: [0, 1, 2] },
        { shape: [3], data: [3, 4, 5] },
      ]);
      expect((await valuesOf(array.flatnonzero(mask), options)).data).toEqual([3, 10, 17]);
      expect(await valuesOf(array.argwhere(mask), options)).toEqual({
        shape: [3, 2],
        data: [0, 3, 1, 4, 2, 5],
      });
      const late = array.extract(even, x).remainder(3).equal(0);
      expect((await valuesOf(array.flatnonzero(late), options)).data).toEqual([0, 3, 6, 9]);
    });
  });
});
