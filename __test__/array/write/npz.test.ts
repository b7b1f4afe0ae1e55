import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, complex, type LazyArray } from "bramble";
import { openNpz, openRaw } from "bramble/npy";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ENGINES } from "../../support/engines.js";
import { expectError, expectRejection } from "../../support/errors.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bramble-npz-"));
  path = join(folder, "x.npz");
});
afterEach(() => rmSync(folder, { recursive: true }));

const x = array.arange(24, { chunks: 5 }).reshape([4, 6]) as LazyArray;

describe("toNpz", () => {
  it("writes arrays of every kind, which share what they have in common", async () => {
    const arrays = {
      x,
      sums: x.sum({ axis: 0 }),
      "name ä/b": x.greater(7) as LazyArray,
      one: array.full([], 2.5) as LazyArray,
      none: array.zeros([0, 3], { dtype: "int16" }) as LazyArray,
      complex: x.multiply(complex(0, 1)) as LazyArray,
      some: x.ravel().compress(x.ravel().greater(20)) as LazyArray,
    };
    await array.toNpz(path, arrays);
    const file = openNpz(path);
    expect(file.keys()).toEqual(Object.keys(arrays));
    for (const [name, expected] of Object.entries(arrays)) {
      const found = file.get(name);
      expect(found.dtype).toBe(expected.dtype);
      expect(await array.fromArray(found).compute()).toEqual(await expected.compute());
    }
    expect(readdirSync(folder)).toEqual(["x.npz"]);
  });

  it("gives the same bytes whenever and however it is written", async () => {
    await array.toNpz(path, { x, y: x.add(1) as LazyArray });
    const before = readFileSync(path);
    await array.toNpz(path, { x: x.rechunk(2) as LazyArray, y: x.add(1) as LazyArray }, { overwrite: true });
    expect(readFileSync(path)).toEqual(before);
  });

  it("compresses what it is told to compress, alike whenever and however", async () => {
    const noise = array.random.defaultRng(1).random([300, 700], { chunks: 100 }) as LazyArray;
    const arrays = { x, long: array.arange(400_000, { chunks: 33_333 }) as LazyArray, noise };
    await array.toNpz(path, arrays, { compressed: true });
    const file = openNpz(path);
    for (const [name, expected] of Object.entries(arrays)) {
      const found = array.fromArray(file.get(name)) as LazyArray;
      expect(await found.notEqual(expected).any().compute(), name).toBe(false);
    }
    const before = readFileSync(path);
    expect(before.length).toBeLessThan(400_000 * 2 + 300 * 700 * 8);
    // Every byte belongs to something: the last ones say that the directory ends there.
    expect(before.readUInt32LE(before.length - 22)).toBe(0x06054b50);
    await array.toNpz(
      path,
      { ...arrays, noise: noise.rechunk(70) as LazyArray },
      { compressed: true, overwrite: true },
    );
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(["x.npz"]);
  });

  it("refuses what it can't write, and replaces when told to", async () => {
    await array.toNpz(path, { x });
    await expectRejection(array.toNpz(path, { x }), "FILE_EXISTS", "pass `overwrite: true`");
    await expectRejection(array.toNpz(path, {}), "INVALID_ARGUMENT", "an array at least");
    await expectRejection(array.toNpz(path, { "": x }), "INVALID_ARGUMENT", "a name");
    await expectRejection(array.toNpz("s3://bucket/x.npz", { x }), "INVALID_ARGUMENT", "is a URL");
    expectError(() => openNpz(path).get("y"), "PATH_NOT_FOUND", '"x"');
    const write = array.toNpz(path, { y: x }, { overwrite: true, compute: false });
    expect(openNpz(path).keys()).toEqual(["x"]);
    expect(await write.compute()).toBe(true);
    expect(openNpz(path).keys()).toEqual(["y"]);
  });
});

describe.each(ENGINES)("toRaw in the %s engine", (engine) => {
  it("writes elements and nothing else", async () => {
    const raw = join(folder, "x.bin");
    await x.astype("int16").toRaw(raw, { engine });
    expect(statSync(raw).size).toBe(48);
    const found = array.fromArray(openRaw(raw, { shape: [4, 6], dtype: "int16" }));
    expect(await found.astype("float64").compute()).toEqual(await x.compute());
    await expectRejection(x.toRaw(raw, { engine }), "FILE_EXISTS", "x.bin");
  });
});
