import { array, type NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { ENGINES } from "../support/engines.js";
import { expectError } from "../support/errors.js";

const NAN = Number.NaN;
const ROWS = Float64Array.of(NAN, 1, NAN, NAN, NAN, 2, 3, NAN, NAN, NAN, NAN, 4);
const matrix = (chunks: number): ReturnType<typeof array.fromArray> =>
  array.fromArray(ROWS, { shape: [2, 6], chunks });

describe.each(ENGINES)("push in the %s engine", (engine) => {
  it.each([1, 2, -1])("fills NaNs from what is before them, in chunks of %i", async (chunks) => {
    const rows = (await array.push(matrix(chunks)).compute({ engine })) as NDArray;
    expect([...rows.data]).toEqual([NAN, 1, 1, 1, 1, 2, 3, 3, 3, 3, 3, 4]);
    const columns = (await array.push(matrix(chunks), { axis: 0 }).compute({ engine })) as NDArray;
    expect([...columns.data]).toEqual([NAN, 1, NAN, NAN, NAN, 2, 3, 1, NAN, NAN, NAN, 4]);
  });

  it("fills so many in a row at most", async () => {
    const rows = (await array.push(matrix(4), { n: 2 }).compute({ engine })) as NDArray;
    expect([...rows.data]).toEqual([NAN, 1, 1, 1, NAN, 2, 3, 3, 3, NAN, NAN, 4]);
    const same = (await array.push(matrix(4), { n: 0 }).compute({ engine })) as NDArray;
    expect([...same.data]).toEqual([...ROWS]);
  });

  it("fills what has no elements, one axis, and single floats", async () => {
    const empty = array.zeros([0, 3]);
    expect(await array.push(empty).compute({ engine })).toMatchObject({ shape: [0, 3] });
    expect(await array.push(empty, { axis: 0 }).compute({ engine })).toMatchObject({ shape: [0, 3] });
    const line = array.fromArray(Float32Array.of(5, NAN, NAN), { shape: [3], chunks: 1 });
    expect(await array.push(line).compute({ engine })).toMatchObject({ data: Float32Array.of(5, 5, 5) });
  });
});

describe("push", () => {
  it("gives integers back as they are", () => {
    expect(array.push(array.arange(5n)).dtype).toBe("int64");
  });

  it("names what it cannot take", () => {
    const x = array.ones([2, 3]);
    expectError(() => array.push(x, { axis: 2 }), "OUT_OF_BOUNDS", "`options.axis` is 2");
    expectError(() => array.push(x, { n: -1 }), "INVALID_ARGUMENT", "`options.n`");
    expectError(() => array.push(1 as never), "INVALID_ARGUMENT", "received 1");
  });
});
