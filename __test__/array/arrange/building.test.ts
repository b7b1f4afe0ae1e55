import { array, type ArrayLike, type ErrorCode, type LazyArray } from "bramble";
import { describe, expect, it } from "vitest";
import { NODE } from "../../../dist/array/operand.js";
import { collect, encode } from "../../../dist/graph/index.js";
import { expectError } from "../../support/errors.js";

/** Bytes of an expression as engines get it: what building it, sending it and planning it takes time by. */
function wireSize(x: LazyArray): number {
  const { layers, outputs } = collect([x[NODE]]);
  return encode({ layers, outputs }).byteLength;
}

/** An array of so many chunks. */
const line = (chunks: number): LazyArray => array.arange(0, chunks * 1000, 1, { chunks: 1000 });
const plane = (chunks: number): LazyArray => array.ones([chunks * 100, 100], { chunks: [100, 100] });

describe("building", () => {
  it.each<[string, (chunks: number) => LazyArray]>([
    ["slices", (chunks) => line(chunks).slice("1000:-1000:5").slice("::-1")],
    ["rechunks", (chunks) => line(chunks).rechunk(1500).rechunk(7000, { balance: true })],
    ["concatenates", (chunks) => array.concatenate([line(chunks), line(chunks), line(3)])],
    ["stacks", (chunks) => array.stack([line(chunks), line(chunks)], { axis: 1 })],
    ["transposes", (chunks) => plane(chunks).T.rechunk([100, 300])],
    ["reshapes", (chunks) => plane(chunks).reshape([chunks, 100, 10, 10]).ravel()],
    ["splits axes", (chunks) => line(chunks).reshape([chunks, -1]).reshape([-1, 50])],
    ["pads", (chunks) => array.pad(plane(chunks), 3, { mode: "reflect" })],
    ["rolls", (chunks) => array.roll(plane(chunks), 12_345)],
    ["repeats", (chunks) => array.tile(line(chunks).repeat(3), 2)],
    ["turns", (chunks) => array.rot90(array.flip(plane(chunks)))],
    ["takes triangles", (chunks) => array.triu(plane(chunks).T, 5)],
    ["inserts", (chunks) => array.delete(array.insert(line(chunks), [5, 700], 3), 9)],
    ["makes grids", (chunks) => array.indices([chunks * 10, 1000], { chunks: [10, 1000] })],
  ])("%s a million chunks with the work of a thousand", (_, build) => {
    const [thousand, million] = [wireSize(build(1000)), wireSize(build(1_000_000))];
    // Larger numbers take some bytes more.
    expect(million).toBeLessThan(thousand * 1.2 + 100);
    expect(million).toBeLessThan(20_000);
  });

  it("keeps about as many blocks in another shape", () => {
    const x = array.ones([1000, 1000], { chunks: 100 });
    for (const shape of [-1, [100, 10, 1000], [1000, 10, 100], [10, 100_000], [8, 125, 8, 125]]) {
      const blocks = x.reshape(shape).numblocks.reduce((product, count) => product * count, 1);
      expect(blocks).toBeGreaterThanOrEqual(100);
      expect(blocks).toBeLessThanOrEqual(1000);
    }
    expect(x.ravel({ mergeChunks: false }).numblocks).toEqual([10_000]);
    expect(x.ravel({ limit: 8000 }).numblocks).toEqual([1000]);
    expect(array.ones([6, 4], { chunks: [2, 4] }).ravel().chunks).toEqual([[8, 8, 8]]);
    expect(array.ones(24, { chunks: 8 }).reshape([6, 4]).chunks).toEqual([[2, 2, 2], [4]]);
  });

  it("leaves alone what does not change", () => {
    const x = array.ones([2, 3]);
    const same = [x.reshape([2, 3]), x.transpose([0, 1]), x.T.T, array.roll(x, 6), array.pad(x, 0)];
    expect(new Set(same.map((y) => y.name))).toEqual(new Set([x.name]));
  });

  it("follows the chunks of what is put together", () => {
    const x = array.ones([4, 6], { chunks: [2, 3] });
    const y = array.ones([4, 5], { chunks: [4, 2] });
    expect(array.concatenate([x, y], { axis: 1 }).chunks).toEqual([
      [2, 2],
      [3, 3, 2, 2, 1],
    ]);
    expect(array.stack([x, x.rechunk(-1)]).chunks).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });
});

describe("bad arguments", () => {
  const x = array.ones([2, 3]);
  it.each<[string, () => unknown, ErrorCode, string]>([
    [
      "another size",
      () => x.reshape([4, 2]),
      "SHAPE_MISMATCH",
      "shape (2, 3) has 6 elements, which do not make up shape (4, 2)",
    ],
    [
      "a rest that does not divide",
      () => x.reshape([4, -1]),
      "SHAPE_MISMATCH",
      "do not make up shape (4, -1)",
    ],
    ["two rests", () => x.reshape([-1, -1]), "INVALID_ARGUMENT", "one -1 at most for `shape`"],
    ["a length below -1", () => x.reshape([-2, 3]), "INVALID_ARGUMENT", "`shape[0]` but received -2"],
    ["a rest of nothing", () => array.ones([0, 3]).reshape([0, -1]), "SHAPE_MISMATCH", "do not make up"],
    ["too few axes", () => x.transpose([0]), "INVALID_ARGUMENT", "a list of 2 axes for `axes`"],
    ["an axis twice", () => x.transpose([1, -1]), "INVALID_ARGUMENT", "different axes for `axes`"],
    ["an axis beyond", () => x.swapaxes(0, 2), "OUT_OF_BOUNDS", "`axis2` is 2, but the array has 2 axes"],
    ["unequal lists", () => array.moveaxis(x, [0, 1], 0), "INVALID_ARGUMENT", "as many axes as `source` has"],
    [
      "a long axis",
      () => x.squeeze({ axis: 1 }),
      "SHAPE_MISMATCH",
      "Axis 1 of an array of shape (2, 3) has 3 elements",
    ],
    ["a new axis beyond", () => array.expandDims(x, 3), "OUT_OF_BOUNDS", "`axis[0]` is 3"],
    [
      "a wrong shape",
      () => array.broadcastTo(x, [3, 2]),
      "SHAPE_MISMATCH",
      "shape (2, 3) does not broadcast to shape (3, 2)",
    ],
    ["fewer axes", () => array.broadcastTo(x, 3), "SHAPE_MISMATCH", "does not broadcast to shape (3,)"],
    ["no arrays", () => array.concatenate([]), "INVALID_ARGUMENT", "one array at least for `arrays`"],
    ["no list", () => array.concatenate(x as never), "INVALID_ARGUMENT", "a list of arrays for `arrays`"],
    [
      "raw data",
      () => array.concatenate([[1, 2]] as never),
      "INVALID_ARGUMENT",
      "wrap data in array.fromArray",
    ],
    [
      "rows of other lengths",
      () => array.concatenate([x, array.ones([2, 4])]),
      "SHAPE_MISMATCH",
      "`arrays[1]` of shape (2, 4) does not go behind one of shape (2, 3) along axis 0",
    ],
    [
      "numbers alone",
      () => array.concatenate([array.ones([])]),
      "INVALID_ARGUMENT",
      "arrays with an axis at least",
    ],
    [
      "other shapes",
      () => array.stack([x, array.ones([3, 2])]),
      "SHAPE_MISMATCH",
      "`arrays[1]` has shape (3, 2), but `arrays[0]` has (2, 3)",
    ],
    [
      "uneven nesting",
      () => array.block([[x], x] as readonly (ArrayLike | ArrayLike[])[]),
      "SHAPE_MISMATCH",
      "`arrays[1]` is nested 0 deep, but `arrays[0]` is nested 1 deep",
    ],
    [
      "an unknown mode",
      () => array.pad(x, 1, { mode: "mirror" as never }),
      "INVALID_ARGUMENT",
      "`options.mode` but received 'mirror'",
    ],
    ["negative widths", () => array.pad(x, -1), "INVALID_ARGUMENT", "`padWidth` but received -1"],
    ["pairs for other axes", () => array.pad(x, [[1, 1]]), "INVALID_ARGUMENT", "a pair for each of 2 axes"],
    [
      "nothing to repeat",
      () => array.pad(array.ones([0]), 1, { mode: "edge" }),
      "SHAPE_MISMATCH",
      "no elements along axis 0",
    ],
    [
      "shifts without axes",
      () => array.roll(x, [1, 2, 3], { axis: [0, 1] }),
      "INVALID_ARGUMENT",
      "a shift for each axis",
    ],
    ["half a repeat", () => x.repeat(1.5), "INVALID_ARGUMENT", "`repeats` but received 1.5"],
    ["too many elements", () => array.tile(x, 2 ** 52), "INVALID_ARGUMENT", "more than 2^53 - 1 elements"],
    ["one axis twice", () => array.diagonal(x, { axis1: 1, axis2: -1 }), "INVALID_ARGUMENT", "another axis"],
    [
      "three axes",
      () => array.diag(array.ones([2, 2, 2])),
      "INVALID_ARGUMENT",
      "an array of one or two axes",
    ],
    [
      "one axis",
      () => array.tril(array.ones(3)),
      "SHAPE_MISMATCH",
      "two axes at least for `x` but received one of shape (3,)",
    ],
    [
      "a place beyond",
      () => array.insert(x, 4, 1, { axis: 1 }),
      "OUT_OF_BOUNDS",
      "`index` is 4, but axis 1 has 3 elements",
    ],
    ["nothing there", () => array.delete(x, [0, 3], { axis: 1 }), "OUT_OF_BOUNDS", "`index[1]` is 3"],
    [
      "an endless line",
      () => array.linspace(0, Number.POSITIVE_INFINITY),
      "INVALID_ARGUMENT",
      "`stop` but received Infinity",
    ],
    ["a grid of planes", () => array.meshgrid([x]), "INVALID_ARGUMENT", "arrays of one axis for `arrays[0]`"],
    [
      "a misspelt option",
      () => array.flip(x, { axes: 1 } as never),
      "INVALID_ARGUMENT",
      "has no option `axes`",
    ],
  ])("refuses %s", (_, build, code, message) => {
    expectError(build, code, message);
  });
});
