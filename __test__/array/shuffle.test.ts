import { array, type NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { ENGINES } from "../support/engines.js";
import { expectError } from "../support/errors.js";

describe.each(ENGINES)("shuffle in the %s engine", (engine) => {
  it("puts the elements at groups of positions one behind the other", async () => {
    const x = array.arange(24, { chunks: 4 }).reshape([12, 2]);
    const shuffled = array.shuffle(x, [[11, 0], [], [-2, 3, 3], [5]], 0);
    expect(shuffled.shape).toEqual([6, 2]);
    const { data } = (await shuffled.compute({ engine })) as NDArray;
    expect([...data].map(Number)).toEqual([22, 23, 0, 1, 20, 21, 6, 7, 6, 7, 10, 11]);
  });

  it("waits for lengths that are not known", async () => {
    const x = array.arange(10, { chunks: 3 });
    const odd = x.compress(x.remainder(2).equal(1));
    const { data } = (await array.shuffle(odd, [[4], [0, 1]], 0).compute({ engine })) as NDArray;
    expect([...data].map(Number)).toEqual([9, 1, 3]);
  });
});

describe("shuffle", () => {
  it("keeps groups together, and chunks about as long as they were", () => {
    const x = array.arange(12, { chunks: 4 });
    const chunks = (groups: number[][]): number[][] => array.shuffle(x, groups, 0).chunks;
    expect(chunks([[0, 1], [2, 3], [4], [5, 6, 7]])).toEqual([[4, 4]]);
    expect(
      chunks([
        [0, 1, 2],
        [3, 4],
      ]),
    ).toEqual([[3, 2]]);
    expect(chunks([[0, 1, 2, 3, 4, 5], [6]])).toEqual([[6, 1]]);
    expect(chunks([])).toEqual([[0]]);
  });

  it("names what it cannot take", () => {
    const x = array.ones([4, 3]);
    expectError(() => array.shuffle(x, [[0], [4]], 0), "OUT_OF_BOUNDS", "`groups[1][0]` is 4");
    expectError(() => array.shuffle(x, 3 as never, 0), "INVALID_ARGUMENT", "`groups`");
    expectError(() => array.shuffle(x, [["a"]] as never, 0), "INVALID_ARGUMENT", "`groups[0]`");
    expectError(() => array.shuffle(x, [[0]], 2), "OUT_OF_BOUNDS", "`axis` is 2");
  });
});
