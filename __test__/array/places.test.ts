import { array, type LazyArray, type NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { errorOf } from "../support/errors.js";
import { describeCases } from "../support/numpy-cases.js";

const SHAPES = { 2: [3, 4], 3: [2, 3, 4] } as const;
type Options = Readonly<Record<string, unknown>>;

/** The arrays of a call, and the options behind them. */
function parted(args: readonly unknown[]): [LazyArray[], Options] {
  const last = args.at(-1) as Options;
  const isOptions = args.length > 0 && Object.getPrototypeOf(last) === Object.prototype;
  return [(isOptions ? args.slice(0, -1) : args) as LazyArray[], isOptions ? last : {}];
}

describeCases("places", {
  choose(...args) {
    const [[numbers, ...choices], options] = parted(args);
    return array.choose(numbers as LazyArray, choices, options);
  },
  coarsen(name, factors, x, options) {
    const reduce = array[name as "sum"] as Parameters<typeof array.coarsen>[0];
    return array.coarsen(reduce, x as LazyArray, factors as Record<number, number>, options as object);
  },
  ravelMultiIndex(...args) {
    const [lists, options] = parted(args);
    return array.ravelMultiIndex(lists, SHAPES[lists.length as 2 | 3], options);
  },
  repeatEach: (counts, x, options) => (x as LazyArray).repeat(counts as number[], options as object),
  unravelIndex: (numbers, options) => array.unravelIndex(numbers as LazyArray, SHAPES[3], options as object),
});

describe("positions", () => {
  it("take the rows of one array for the axes", async () => {
    const positions = array.fromArray([
      [1, 2],
      [3, 0],
    ]);
    const numbers = (await array.ravelMultiIndex(positions.astype("int8"), [3, 4]).compute()) as NDArray;
    expect([...numbers.data]).toEqual([7n, 8n]);
  });

  it.each([
    ["floats", () => array.unravelIndex(array.ones(2), [2, 2]), "UNSUPPORTED_DTYPE"],
    ["floats as choices", () => array.choose(array.ones(2), [1, 2]), "UNSUPPORTED_DTYPE"],
    ["no choices", () => array.choose(array.ones(2, { dtype: "int8" }), []), "INVALID_ARGUMENT"],
    [
      "too few axes",
      () => array.ravelMultiIndex([array.ones(2, { dtype: "int8" })], [2, 2]),
      "INVALID_ARGUMENT",
    ],
    ["boxes that do not fit", () => array.coarsen(array.sum, array.ones(5), { 0: 2 }), "SHAPE_MISMATCH"],
    ["boxes of an axis too many", () => array.coarsen(array.sum, array.ones(5), { 1: 2 }), "OUT_OF_BOUNDS"],
    ["too few repeats", () => array.ones(3).repeat([1, 2]), "SHAPE_MISMATCH"],
    ["a line as a matrix", () => array.trilIndicesFrom(array.ones(3)), "SHAPE_MISMATCH"],
  ])("refuse %s", (_, call, code) => {
    expect(errorOf(call)).toMatchObject({ code });
  });
});
