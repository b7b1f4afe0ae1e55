import { array, type LazyArray, NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { ENGINES } from "../../support/engines.js";
import { expectError } from "../../support/errors.js";

const x = array.arange(10).rechunk(4);
const plane = array.arange(30).reshape([5, 6]).rechunk([2, 3]);

/** The sum of each element and its neighbours, nothing beyond the ends. */
function neighbours(block: NDArray): NDArray {
  const sums = Float64Array.from(
    block.data as Float64Array,
    (value, place) => value + Number(block.data[place - 1] ?? 0) + Number(block.data[place + 1] ?? 0),
  );
  return new NDArray(sums, block.shape);
}

describe.each(ENGINES)("the %s engine", (engine) => {
  const list = async (lazy: LazyArray): Promise<unknown> =>
    ((await lazy.compute({ engine })) as NDArray).toArray();

  it("gives blocks the elements of their neighbours", async () => {
    const around = array.overlap(x, { depth: 2 });
    expect(around.chunks).toEqual([[6, 8, 4]]);
    expect(await list(around)).toEqual([0, 1, 2, 3, 4, 5, 2, 3, 4, 5, 6, 7, 8, 9, 6, 7, 8, 9]);
    const oneSided = array.overlap(x, { depth: [[1, 0]] });
    expect(await list(oneSided)).toEqual([0, 1, 2, 3, 3, 4, 5, 6, 7, 7, 8, 9]);
  });

  it.each([
    ["reflect", [1, 0, 0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 9, 8]],
    ["periodic", [8, 9, 0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 0, 1]],
    ["nearest", [0, 0, 0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 9, 9]],
    [-1, [-1, -1, 0, 1, 2, 3, 4, 5], [6, 7, 8, 9, -1, -1]],
  ] as const)("fills in %s beyond the ends", async (boundary, first, last) => {
    const around = array.overlap(x, { depth: 2, boundary });
    expect(around.chunks).toEqual([[8, 8, 6]]);
    expect(await list(around.blocks(0))).toEqual(first);
    expect(await list(around.blocks(2))).toEqual(last);
  });

  it.each(["none", "reflect", "periodic", "nearest", 7] as const)(
    "takes away what it has added with boundary %s",
    async (boundary) => {
      for (const depth of [0, 1, { 0: 2 }, [1, 2], [[0, 1], 0]] as const) {
        const options = { depth: depth as number, boundary };
        const trimmed = array.trimInternal(array.overlap(plane, options), options);
        expect(trimmed.shape).toEqual(plane.shape);
        expect(await list(trimmed)).toEqual(await list(plane));
      }
    },
  );

  it("puts chunks together that are shorter than they reach", async () => {
    const around = array.overlap(array.arange(9).rechunk(2), { depth: 3 });
    expect(around.chunks).toEqual([[6, 9, 6]]);
    const all = array.overlap(array.arange(3).rechunk(1), { depth: 5 });
    expect(await list(all)).toEqual([0, 1, 2]);
  });

  it("calls functions of blocks and what lies around them", async () => {
    const sums = array.mapOverlap(neighbours, x, { depth: 1 });
    expect(await list(sums)).toEqual([1, 3, 6, 9, 12, 15, 18, 21, 24, 17]);
    const periodic = array.mapOverlap(neighbours, x, { depth: 1, boundary: "periodic" });
    expect(await list(periodic)).toEqual([10, 3, 6, 9, 12, 15, 18, 21, 24, 17]);
    const whole = array.mapOverlap((block) => block, x, { depth: 1, trim: false });
    expect(whole.shape).toEqual([14]);
  });

  it("slides windows along axes", async () => {
    const windows = array.slidingWindowView(x, 3);
    expect([windows.shape, windows.chunks[1]]).toEqual([[8, 3], [3]]);
    expect(await list(windows)).toEqual(
      Array.from({ length: 8 }, (_, start) => [start, start + 1, start + 2]),
    );
    const both = array.slidingWindowView(plane, [2, 3]);
    expect(both.shape).toEqual([4, 4, 2, 3]);
    expect(await list(both.slice(2, 1))).toEqual([
      [13, 14, 15],
      [19, 20, 21],
    ]);
    const means = array.slidingWindowView(plane, 2, { axis: 1 }).mean({ axis: -1 });
    expect(await list(means.slice(0))).toEqual([0.5, 1.5, 2.5, 3.5, 4.5]);
  });
});

it("refuses what makes no sense", () => {
  const text = "options.";
  expectError(() => array.overlap(x, { depth: -1 }), "INVALID_ARGUMENT", `${text}depth[0]`);
  expectError(() => array.overlap(x, { depth: [1, 2] }), "INVALID_ARGUMENT", `${text}depth`);
  expectError(
    () => array.overlap(x, { depth: 1, boundary: "wrap" as "none" }),
    "INVALID_ARGUMENT",
    `${text}boundary`,
  );
  expectError(() => array.overlap(x.slice(x.less(3)), { depth: 1 }), "INVALID_CHUNKS", "computeChunkSizes");
  expectError(() => array.slidingWindowView(x, 11), "SHAPE_MISMATCH", "longer than axis 0");
  expectError(() => array.slidingWindowView(plane, 2), "INVALID_ARGUMENT", "windowShape");
});
