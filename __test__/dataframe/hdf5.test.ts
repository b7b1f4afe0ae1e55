import { existsSync } from "node:fs";
import { join } from "node:path";
import { array, col, dataframe } from "bramble";
import { describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { temporaryFolder } from "../support/frames.js";

const folder = temporaryFolder();
const table = dataframe.fromMap({
  n: new Int32Array([3, 1, 2]),
  b: [true, false, true],
  big: [2n ** 60n, 0n, -1n],
  x: [0.5, null, -2],
});

describe("tables in HDF5 files", () => {
  it("come back with their columns in order", async () => {
    const path = join(folder, "table.h5");
    await table.toHDF5(path, { group: "/tables/first", compression: "gzip" });
    const read = dataframe.readHDF5(path, { group: "/tables/first" });
    expect(read.schema).toEqual({ n: "i32", b: "bool", big: "i64", x: "f64" });
    // What was null among floats is NaN.
    expect(await read.toRecords()).toEqual(
      await table.withColumns(col("x").fillNull(Number.NaN)).toRecords(),
    );
    const some = dataframe.readHDF5(path, { group: "/tables/first", columns: ["x", "n"] });
    expect(some.columns).toEqual(["x", "n"]);
  });

  it("are datasets that others wrote, by name", async () => {
    const path = join(folder, "others.h5");
    await array.toHDF5(path, { "/b": array.arange(4), "/a": array.ones([4]), "/m": array.ones([4, 2]) });
    const read = dataframe.readHDF5(path, { columns: ["a", "b"] });
    expect(await read.toArray().then(({ shape }) => shape)).toEqual([4, 2]);
    expect(() => dataframe.readHDF5(path)).toThrowError(expect.objectContaining({ code: "SCHEMA_MISMATCH" }));
    await array.arange(3).toHDF5(path, "/c");
    const uneven = (): unknown => dataframe.readHDF5(path, { columns: ["a", "c"] });
    expect(uneven).toThrowError("c in");
    expect(uneven).toThrowError(expect.objectContaining({ code: "SHAPE_MISMATCH" }));
  });

  it("hold numbers, without null where these have none", async () => {
    const path = join(folder, "refused.h5");
    const text = dataframe.fromMap({ s: ["a"] });
    await expectRejection(text.toHDF5(path), "SCHEMA_MISMATCH", "s is str");
    const holes = dataframe.fromMap({ k: [1, null] });
    await expectRejection(holes.toHDF5(path), "INVALID_VALUE", "k has some");
    expect(existsSync(path)).toBe(false);
    await table.toHDF5(path);
    await expectRejection(table.toHDF5(path), "FILE_EXISTS", "n");
    await table.toHDF5(path, { overwrite: true });
  });
});
