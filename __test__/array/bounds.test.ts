import { array, slice } from "bramble";
import { describe, expect, it } from "vitest";
import { WAYS } from "../support/engines.js";
import { expectError, expectRejection } from "../support/errors.js";

const x = array.ones([4, 5], { chunks: 2 });

describe("a position that an array does not have", () => {
  it.each([
    ["slice", () => x.slice(0, 7), "`index[1]` is 7, but axis 1 has 5 elements"],
    ["slice behind a new axis", () => x.slice(null, -5), "`index[1]` is -5, but axis 0 has 4 elements"],
    ["slice with a list", () => x.slice(0, [1, 9]), "`index[1][1]` is 9, but axis 1 has 5 elements"],
    [
      "slice behind an ellipsis",
      () => x.slice("...", [-6]),
      "`index[1][0]` is -6, but axis 1 has 5 elements",
    ],
    ["vindex", () => x.vindex([1, 2], [3, 9]), "`index[1][1]` is 9, but axis 1 has 5 elements"],
    ["take", () => x.take([4], { axis: 0 }), "`index[0][0]` is 4, but axis 0 has 4 elements"],
    ["setItem", () => x.setItem([1, 9], 3), "`index[1]` is 9, but axis 1 has 5 elements"],
    ["setItem with a list", () => x.setItem([1, [9]], 3), "`index[1][0]` is 9, but axis 1 has 5 elements"],
    ["blocks", () => x.blocks(0, 5), "`index[1]` is 5, but axis 1 has 3 chunks"],
    ["blocks with a list", () => x.blocks(0, [1, 3]), "`index[1][1]` is 3, but axis 1 has 3 chunks"],
    ["insert", () => array.insert(x, 6, 0, { axis: 1 }), "`index` is 6, but axis 1 has 5 elements"],
    ["delete", () => array.delete(x, [0, 4], { axis: 0 }), "`index[1]` is 4, but axis 0 has 4 elements"],
    ["shuffle", () => array.shuffle(x, [[0], [1, 5]], 1), "`groups[1][1]` is 5, but axis 1 has 5"],
  ])("is refused by %s, which says where, on which axis and of what length", (_, build, message) => {
    expectError(build, "OUT_OF_BOUNDS", message);
  });

  it("is no error of a slice, which takes what there is", () => {
    expect(x.slice(slice(-9, 9), "3:100").shape).toEqual([4, 2]);
    expect(x.slice("7:").shape).toEqual([0, 5]);
  });
});

describe.each(WAYS)("%s: a position on an axis whose length is not known before", (_, options) => {
  const kept = x.slice(x.sum({ axis: 1 }).greater(0));
  const far = array.fromArray([0, 7]).astype("int64");

  it.each([
    ["slice", () => kept.slice(4), "`index[0]` is 4, but axis 0 has 4 elements"],
    ["slice with a list", () => kept.slice([0, -5]), "`index[0][1]` is -5, but axis 0 has 4 elements"],
    [
      "slice with a computed list",
      () => kept.slice(0, far),
      "`index[1][1]` is 7n, but axis 1 has 5 elements",
    ],
    ["vindex", () => kept.vindex([9], [0]), "`index[0][0]` is 9, but axis 0 has 4 elements"],
    ["take", () => kept.take([4], { axis: 0 }), "`index[0][0]` is 4, but axis 0 has 4 elements"],
    ["setItem", () => kept.setItem([5], 0), "`index[0]` is 5, but axis 0 has 4 elements"],
    ["setItem with a computed list", () => x.setItem([":", far], 0), "`index[1][1]` is 7n, but axis 1 has 5"],
    ["insert", () => array.insert(kept, 6, 0, { axis: 0 }), "`index` is 6, but axis 0 has 4 elements"],
    ["delete", () => array.delete(kept, 4, { axis: 0 }), "`index` is 4, but axis 0 has 4 elements"],
    ["shuffle", () => array.shuffle(kept, [[4]], 0), "`groups[0][0]` is 4, but axis 0 has 4"],
  ])("is refused by %s when it is computed", async (__, build, message) => {
    await expectRejection(build().compute(options), "OUT_OF_BOUNDS", message);
  });
});
