import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, type NDArray } from "bramble";
import { openZarr, openZarrArray } from "bramble/zarr";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectRejection } from "../../support/errors.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bramble-write-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const x = array.fromArray(
  new Float64Array(3000).map((_, index) => index * 0.5),
  { shape: [60, 50], chunks: [20, 17] },
);

describe("toZarr", () => {
  it.each([
    [{ format: 3 }, [20, 17], [20, 17]],
    [{ format: 2 }, [20, 17], [20, 17]],
    [{ chunks: [8, 9], chunksPerShard: [2, 3] }, [8, 9], [16, 27]],
    [{ chunks: 50, compression: null }, [50, 50], [50, 50]],
  ] as const)("writes what it reads: %o", async (options, chunks, shards) => {
    const path = join(folder, "x.zarr");
    await x.toZarr(path, { ...options, attrs: { unit: "K", nested: [1, { a: null }] } });
    const handle = openZarrArray(path);
    expect(handle).toMatchObject({ shape: [60, 50], dtype: "float64", chunks, shards });
    expect(handle.attrs).toEqual({ unit: "K", nested: [1, { a: null }] });
    expect((await array.fromArray(handle).compute()).data).toEqual((await x.compute()).data);
    expect(readdirSync(folder)).toEqual(["x.zarr"]);
  });

  it("writes into groups, numbers and arrays without elements too", async () => {
    const path = join(folder, "data.zarr");
    await x.toZarr(path, { component: "/a/x" });
    await array.full([], 3n).toZarr(path, { component: "a/scalar" });
    await array.zeros([3, 0], { dtype: "bool" }).toZarr(path, { component: "empty" });
    const root = openZarr(path);
    expect(root.keys()).toEqual(["a", "empty"]);
    expect(root.group("a").keys()).toEqual(["scalar", "x"]);
    expect(await array.fromArray(root.get("a/scalar")).compute()).toBe(3n);
    expect((await array.fromArray(root.get("empty")).compute()).shape).toEqual([3, 0]);
  });

  it("replaces only if told to, and leaves what was there when it fails", async () => {
    const path = join(folder, "x.zarr");
    await x.toZarr(path);
    await expectRejection(x.toZarr(path), "FILE_EXISTS", "pass `overwrite: true`");
    const failing = array
      .full([4], 2, { dtype: "int64", chunks: 1 })
      .power(array.fromArray([1n, 2n, 3n, -1n]));
    await expectRejection(failing.toZarr(path, { overwrite: true }), "ARITHMETIC", "power");
    expect(await array.fromArray(openZarrArray(path)).sum().compute()).toBe(await x.sum().compute());
    await array.fromArray(openZarrArray(path)).multiply(2).toZarr(path, { overwrite: true });
    expect(await array.fromArray(openZarrArray(path)).sum().compute()).toBe(2 * (await x.sum().compute()));
    expect(readdirSync(folder)).toEqual(["x.zarr"]);
    await expectRejection(
      x.toZarr(path, { format: 2, chunksPerShard: 2 }),
      "INVALID_ARGUMENT",
      "version 3 only",
    );
    await expectRejection(x.toZarr(path, { overwrite: true, engine: "js" }), "ENGINE_UNAVAILABLE", "native");
  });
});

describe("complex numbers", () => {
  const parts = Float64Array.from({ length: 2 * 7 * 5 }, (_, index) => index - 20);
  const z = array.fromArray(parts, { shape: [7, 5], dtype: "complex128", chunks: [3, 2] });

  it.each([
    { format: 3 },
    { format: 2, chunks: [4, 3] },
    { chunks: [2, 2], chunksPerShard: [1, 3], compression: null },
  ] as const)("come back: %o", async (options) => {
    const path = join(folder, "z.zarr");
    await z.toZarr(path, options);
    const handle = openZarrArray(path);
    expect([handle.dtype, handle.shape]).toEqual(["complex128", [7, 5]]);
    for (const chunks of ["auto", [2, 5], [7, 1]] as const) {
      expect((await array.fromArray(handle, { chunks }).compute()).data).toEqual(parts);
    }
    const turned = await array.fromArray(handle).slice("1:6:2", "::-1").T.imag.compute();
    expect(turned).toEqual(await z.slice("1:6:2", "::-1").T.imag.compute());
  });

  it("lie in chunks as others write them, with nothing where nothing was written", async () => {
    const path = join(folder, "z.zarr");
    await z.astype("complex64").toZarr(path, { format: 2, chunks: [7, 3], compression: null });
    const chunk = readFileSync(join(path, "0.1"));
    const found = new Float32Array(chunk.buffer, chunk.byteOffset, 42);
    expect([...found.subarray(0, 4)]).toEqual([...parts.subarray(6, 10)]);
    expect(JSON.parse(readFileSync(join(path, ".zarray"), "utf8"))).toMatchObject({
      dtype: "<c8",
      chunks: [7, 3],
      fill_value: [0, 0],
    });
    rmSync(join(path, "0.1"));
    const left = await array.fromArray(openZarrArray(path)).slice(0).compute();
    expect([...(left as NDArray).data]).toEqual([...parts.subarray(0, 6), 0, 0, 0, 0]);
  });
});
