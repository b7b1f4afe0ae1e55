import { array, type LazyArray, type NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { WAYS } from "../../support/engines.js";

const x = array.arange(24, { chunks: 5 }).reshape([6, 4]);
/** The last four rows, which nobody knows before they are counted. */
const masked = x.compress(array.greater(x.slice(":", 0), 5), { axis: 0 });
const rows = x.slice("2:");

const USES: Readonly<Record<string, (y: LazyArray) => LazyArray>> = {
  rechunk: (y) => y.rechunk([3, 1], { balance: true }).add(1),
  transpose: (y) => y.T.add(1),
  reshape: (y) => y.reshape([2, -1]).ravel(),
  concatenate: (y) => array.concatenate([y, x, y]),
  stack: (y) => array.stack([y, y], { axis: -1 }),
  block: (y) => array.block([[y, y]]),
  expandDims: (y) => array.expandDims(y, 1),
  roll: (y) => array.roll(array.roll(y, 1, { axis: 0 }), 3),
  flip: (y) => array.rot90(array.flip(y)),
  pad: (y) => array.pad(array.pad(y, 1), 2, { mode: "reflect" }),
  repeat: (y) => array.tile(y.repeat(2, { axis: 0 }), 2),
  broadcastTo: (y) => array.broadcastTo(y, [2, 4, 4]),
  broadcastArrays: (y) => array.broadcastArrays(y.slice(":", "0:1"), y)[0],
  diagonal: (y) => array.diag(array.diagonal(y), 1),
  triangle: (y) => array.tril(y).add(array.triu(y, 1)),
  like: (y) => array.fullLike(y, 7),
  meshgrid: (y) => array.meshgrid([y.ravel(), y.slice(":", 0)])[1] as LazyArray,
  insert: (y) => array.delete(array.insert(y, [0, 2], 9, { axis: 0 }), -1, { axis: 0 }),
  append: (y) => array.append(y, y),
};

describe("arrays whose length is known only when computed", () => {
  it.each(WAYS)("%s: are moved and put together as those whose length is known", async (_, options) => {
    for (const [name, use] of Object.entries(USES)) {
      const made = (await use(masked).compute(options)) as NDArray;
      const expected = (await use(rows).compute(options)) as NDArray;
      expect({ name, shape: made.shape, data: [...made.contiguous().data] }).toEqual({
        name,
        shape: expected.shape,
        data: [...expected.contiguous().data],
      });
    }
  });
});
