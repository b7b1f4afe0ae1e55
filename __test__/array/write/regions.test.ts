import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, type BlockInfo, complex, type LazyArray, type NDArray, type StoreTarget } from "bramble";
import { openHDF5 } from "bramble/hdf5";
import { type NpyArray, openNpy, openNpyStack, openNpz, openRaw } from "bramble/npy";
import { openZarrArray } from "bramble/zarr";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectRejection } from "../../support/errors.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bramble-regions-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const values = (): LazyArray =>
  array.fromArray(
    Float64Array.from({ length: 63 }, (_, index) => index),
    { shape: [7, 9], chunks: [3, 4] },
  );

/** Files of every kind that hold `values`, and how each is opened. */
const KINDS: Readonly<Record<string, () => Promise<() => StoreTarget>>> = {
  npy: async () => {
    await values().toNpy(join(folder, "x.npy"));
    return () => openNpy(join(folder, "x.npy"));
  },
  raw: async () => {
    await values().toRaw(join(folder, "x.bin"));
    return () => openRaw(join(folder, "x.bin"), { shape: [7, 9], dtype: "float64" });
  },
  "raw, big-endian and column by column": async () => {
    const bytes = new DataView(new ArrayBuffer(63 * 4));
    for (let index = 0; index < 63; index += 1)
      bytes.setInt32((index % 9) * 28 + Math.floor(index / 9) * 4, index);
    writeFileSync(join(folder, "x.bin"), new Uint8Array(bytes.buffer));
    return () =>
      openRaw(join(folder, "x.bin"), { shape: [7, 9], dtype: "int32", byteOrder: "big", order: "F" });
  },
  "Zarr, version 2": async () => {
    await values().toZarr(join(folder, "x"), { format: 2, chunks: [2, 4] });
    return () => openZarrArray(join(folder, "x"));
  },
  "Zarr in shards": async () => {
    await values().toZarr(join(folder, "x"), { chunks: [2, 3], chunksPerShard: 2, compression: null });
    return () => openZarrArray(join(folder, "x"));
  },
  "HDF5 in one piece": async () => {
    await values().toHDF5(join(folder, "x.h5"), "/x", { chunks: null });
    return () => openHDF5(join(folder, "x.h5")).get("x") as StoreTarget;
  },
  "HDF5 in compressed chunks": async () => {
    await values().toHDF5(join(folder, "x.h5"), "/x", {
      chunks: [2, 5],
      compression: "gzip",
      fletcher32: true,
    });
    return () => openHDF5(join(folder, "x.h5")).get("x") as StoreTarget;
  },
};

/** What a file holds now. */
const held = async (open: () => StoreTarget): Promise<unknown> => {
  const x = array.fromArray(open() as NpyArray).astype("float64");
  return ((await x.compute()) as NDArray).toArray();
};

/** What `setItem` makes of `values`. */
const changed = async (...changes: (readonly [index: unknown[], value: LazyArray])[]): Promise<unknown> => {
  const all = changes.reduce((x, [index, value]) => x.setItem(index as never, value) as LazyArray, values());
  return ((await all.compute()) as { toArray(): unknown }).toArray();
};

const minus = (...shape: number[]): LazyArray =>
  array
    .arange(1, shape.reduce((product, n) => product * n, 1) + 1)
    .negative()
    .reshape(shape) as LazyArray;

describe.each(Object.entries(KINDS))("store to %s", (_, make) => {
  it.each([
    ["a box that cuts through chunks", ["1:6", "3:8"], [5, 5]],
    ["every second row, backwards", ["::-2", ":"], [4, 9]],
    ["a row", [-1, "..."], [9]],
    ["some of a column", ["1::3", 0], [2]],
    ["one element", [3, 4], []],
    ["nothing", ["2:2", ":"], [0, 9]],
    ["all", [":", ":"], [7, 9]],
  ] as const)("writes %s and leaves the rest", async (_name, index, shape) => {
    const open = await make();
    const elements = shape.length === 0 ? (array.full([], -1) as LazyArray) : minus(...shape);
    const expected = shape.includes(0 as never) ? await changed() : await changed([[...index], elements]);
    await elements.store(open(), { regions: [[...index]] });
    expect(await held(open)).toEqual(expected);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("writes several regions at once, of arrays that are made of the file itself", async () => {
    const open = await make();
    const x = array.fromArray(open() as NpyArray) as LazyArray;
    const [top, rest] = [x.slice(":3").add(100), x.slice("3:").multiply(2)];
    await array.store([top, rest], [open(), open()], { regions: [[":3"], ["3:"]] });
    const doubled = values().slice("3:").multiply(2) as LazyArray;
    expect(await held(open)).toEqual(
      await changed([[":3"], values().slice(":3").add(100) as LazyArray], [["3:"], doubled]),
    );
  });

  it("leaves the file alone when the run fails", async () => {
    const open = await make();
    const broken = minus(7, 9)
      .rechunk([3, -1])
      .mapBlocks((block: NDArray, { start }: BlockInfo) => {
        if (start[0] !== 0) throw new Error("enough");
        return block;
      });
    await expect(broken.store(open(), { scheduler: "sync" })).rejects.toThrow("enough");
    expect(await held(open)).toEqual(await changed());
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("waits until it is computed if told so", async () => {
    const open = await make();
    const data = new Float64Array(9);
    const write = array.store([minus(9), values().sum({ axis: 0 })], [open(), data], {
      regions: [[2], [":"]],
      compute: false,
    });
    expect(await held(open)).toEqual(await changed());
    expect(data[0]).toBe(0);
    expect(await write.compute()).toBe(true);
    expect(await held(open)).toEqual(await changed([[2], minus(9)]));
    expect([...data]).toEqual([189, 196, 203, 210, 217, 224, 231, 238, 245]);
  });
});

describe("store to files", () => {
  it("refuses what does not fit before anything is written", async () => {
    await values().toNpy(join(folder, "x.npy"));
    const before = readFileSync(join(folder, "x.npy"));
    const open = (): StoreTarget => openNpy(join(folder, "x.npy"));
    const x = minus(2, 9);
    await expectRejection(
      x.store(open()),
      "SHAPE_MISMATCH",
      "(2, 9) does not fit `targets[0]`, whose shape is (7, 9)",
    );
    await expectRejection(x.store(open(), { regions: [[7]] }), "OUT_OF_BOUNDS", "7 elements");
    await expectRejection(x.store(open(), { regions: [["5:9"], ["1"]] }), "INVALID_ARGUMENT", "1 regions");
    await expectRejection(
      x.store(open(), { regions: [[null, "5:"]] }),
      "INVALID_ARGUMENT",
      "without new axes",
    );
    await expectRejection(
      array.store([x, minus(3, 9)], [open(), open()], { regions: [["0:4:2"], ["2:7:2"]] }),
      "INVALID_ARGUMENT",
      "`targets[0]` and `targets[1]` have elements in common",
    );
    const complex = x.astype("complex128") as LazyArray;
    await expectRejection(
      complex.store(open(), { regions: [["5:"]] }),
      "UNSUPPORTED_DTYPE",
      "takes no complex128",
    );
    expect(readFileSync(join(folder, "x.npy"))).toEqual(before);
    // Every other row is another row.
    await array.store([x, x], [open(), open()], { regions: [["0:4:2"], ["1:5:2"]] });
    expect(await held(open)).toEqual(await changed([["0:4:2"], x], [["1:5:2"], x]));
  });

  it("says which stores take no other elements", async () => {
    await values().toNpy(join(folder, "stack"));
    await array.toNpz(join(folder, "x.npz"), { x: values() });
    for (const target of [openNpyStack(join(folder, "stack")), openNpz(join(folder, "x.npz")).get("x")]) {
      await expectRejection(values().store(target), "INVALID_ARGUMENT", "takes no other elements");
    }
    await values().toNpy(join(folder, "x.npy"));
    const target = openNpy(join(folder, "x.npy"));
    await expectRejection(values().store(target, { engine: "js" }), "ENGINE_UNAVAILABLE", "native engine");
  });

  it("does not undo what somebody else wrote meanwhile", async () => {
    await values().toNpy(join(folder, "x.npy"));
    const other = minus(7, 9);
    const slow = other.mapBlocks(async (block: NDArray) => {
      await other.toNpy(join(folder, "x.npy"), { overwrite: true });
      return block;
    }) as LazyArray;
    const target = openNpy(join(folder, "x.npy"));
    await expectRejection(slow.store(target, { scheduler: "sync" }), "INVALID_FILE", "has changed");
    expect(
      (await array
        .fromArray(openNpy(join(folder, "x.npy")))
        .slice(0, 0)
        .compute()) as unknown,
    ).toBe(-1);
    expect(readdirSync(folder)).toEqual(["x.npy"]);
  });

  it("writes complex elements to neighbours", async () => {
    const x = values().multiply(complex(0, 1)) as LazyArray;
    await x.toNpy(join(folder, "x.npy"));
    await x.toZarr(join(folder, "x"), { chunks: [2, 4] });
    const ones = array.ones([3, 2], { dtype: "complex128" }) as LazyArray;
    for (const open of [() => openNpy(join(folder, "x.npy")), () => openZarrArray(join(folder, "x"))]) {
      await ones.store(open(), { regions: [["1:6:2", "3:5"]] });
      const found = array.fromArray(open());
      expect((await found.real.sum().compute()) as unknown).toBe(6);
      expect((await found.imag.slice(1, "3:5").sum().compute()) as unknown).toBe(0);
      expect((await found.imag.slice(2, "3:5").sum().compute()) as unknown).toBe(43);
    }
    const target = openZarrArray(join(folder, "x"));
    await expectRejection(
      ones.slice(":", 0).store(target, { regions: [["1:6:2", 3]] }),
      "INVALID_ARGUMENT",
      "last axis",
    );
  });

  it("changes what a link leads to", async () => {
    await values().toNpy(join(folder, "x.npy"));
    symlinkSync("x.npy", join(folder, "link.npy"));
    await minus(9).store(openNpy(join(folder, "link.npy")), { regions: [[0]] });
    expect(
      (await array
        .fromArray(openNpy(join(folder, "x.npy")))
        .slice(0, 8)
        .compute()) as unknown,
    ).toBe(-9);
  });
});
