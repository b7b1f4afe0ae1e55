import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { array, complex, type DType, type LazyArray, type NDArray, slice } from "bramble";
import { type HDF5Dataset, openHDF5 } from "bramble/hdf5";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allocate } from "../../dist/dtype/index.js";
import { ENGINES } from "../support/engines.js";
import { expectError, expectRejection } from "../support/errors.js";
import { readOracle } from "../support/oracle.js";
import { expectSameValues } from "../support/same-values.js";
import { elementsOf } from "../support/values.js";

type Values = readonly (string | number | boolean)[];

interface Entry {
  readonly file: string;
  readonly dataset: string;
  readonly error?: string;
  readonly dtype: DType;
  readonly shape: number[];
  readonly chunks: number[] | null;
  readonly filters: string[];
  readonly fill: string | number | boolean;
  readonly values: Values;
  readonly slices: readonly { start: number[]; step: number[]; count: number[]; values: Values }[];
}

const entries = readOracle<Entry[]>("hdf5/expected");
const files = [...new Set(entries.map(({ file }) => file))];
const oracle = (file: string): string =>
  fileURLToPath(new URL(`../oracle/data/hdf5/${file}`, import.meta.url));

/** What h5py read, as a typed array. */
function typed(dtype: DType, values: Values): ReturnType<typeof allocate> {
  const data = allocate(dtype, values.length);
  for (const [index, value] of values.entries()) {
    const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array;
    data[index] = (isBig ? BigInt(value) : Number(String(value).replace("inf", "Infinity"))) as never;
    if (typeof value === "boolean") data[index] = Number(value) as never;
  }
  return data;
}

/** Elements of an axis as a slice takes them; one before the first is written as nothing. */
function sliceOf(start: number, step: number, count: number): ReturnType<typeof slice> {
  const stop = start + step * count;
  return slice(start, stop < 0 ? null : stop, step);
}

async function expectDataset(
  dataset: HDF5Dataset,
  entry: Entry,
  engine: (typeof ENGINES)[number],
): Promise<void> {
  const { dtype, shape } = entry;
  const { dtype: found, shape: lengths, chunks, filters } = dataset;
  expect([found, lengths, chunks]).toEqual([dtype, shape, entry.chunks]);
  expect(filters.map(({ name }) => name)).toEqual(entry.filters);
  const [fill] = typed(dtype, [entry.fill]);
  expect(dataset.fillValue).toBe(dtype === "bool" ? fill !== 0 : fill);
  for (const length of [-1, 2]) {
    const x: LazyArray = array.fromArray(dataset, { chunks: shape.map(() => length) });
    const computed = await x.compute({ engine });
    expectSameValues(elementsOf(computed, dtype), typed(dtype, entry.values));
    for (const { start, step, count, values } of entry.slices) {
      const taken = x.slice(...start.map((first, axis) => sliceOf(first, step[axis] ?? 1, count[axis] ?? 0)));
      expectSameValues(elementsOf(await taken.compute({ engine }), dtype), typed(dtype, values));
    }
  }
}

/** Only the native engine has LZF. */
const isReadable = (entry: Entry, engine: string): boolean =>
  engine === "native" || !entry.filters.includes("lzf");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bramble-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(ENGINES)("HDF5 in the %s engine", (engine) => {
  it.each(files)("reads %s as h5py does", async (name) => {
    using file = openHDF5(oracle(name), { engine });
    for (const entry of entries.filter((candidate) => candidate.file === name)) {
      if (entry.error !== undefined) continue;
      const dataset = file.get(entry.dataset);
      if (isReadable(entry, engine)) await expectDataset(dataset, entry, engine);
      else
        await expectRejection(
          array.fromArray(dataset).compute({ engine }),
          "UNSUPPORTED_FILTER",
          "filter lzf (32000)",
        );
    }
  });

  it("says what it does not read", async () => {
    using file = openHDF5(oracle("refused.hdf5"), { engine });
    for (const { dataset, error } of entries.filter((entry) => entry.error !== undefined)) {
      const read = async (): Promise<unknown> => array.fromArray(file.get(dataset)).compute({ engine });
      await expect(read(), dataset).rejects.toThrow(error);
    }
  });

  it("finds its way through groups and links", () => {
    using file = openHDF5(oracle("tree.hdf5"), { engine });
    expect(file.keys()).toEqual(["alias", "dangling", "elsewhere", "empty", "kind", "lost", "measurements"]);
    expect(file.group("measurements").keys()).toEqual(["pressure", "relative", "temperature", "up"]);
    expect(file.get("alias").shape).toEqual([2, 3]);
    expect(file.get("/measurements/up/up/relative").dtype).toBe("int16");
    expect(file.group("empty").keys()).toEqual([]);
    expect(file.get("alias").layout).toBe("contiguous");
    expect(file.get("elsewhere").shape).toEqual([6, 10]);
  });

  it("reads attributes", () => {
    using file = openHDF5(oracle("tree.hdf5"), { engine });
    expect(file.group("measurements").attrs).toEqual({ station: "Lindenberg" });
    expect(file.get("alias").attrs).toEqual({
      big: [1, 2, 3],
      count: 2n ** 53n + 1n,
      fixed: "fixed text",
      flag: true,
      names: ["x", "yy", ""],
      nothing: null,
      pair: "<compound of a, b>",
      scale: 0.5,
      units: "°C",
    });
  });

  it("offers names for one that is missing", () => {
    using file = openHDF5(oracle("tree.hdf5"), { engine });
    expectError(() => file.get("measurements/temprature"), "PATH_NOT_FOUND", 'did you mean "temperature"?');
    expectError(() => file.get("empty/x"), "PATH_NOT_FOUND", 'no "x" in "/empty"');
    expectError(() => file.get("dangling"), "PATH_NOT_FOUND", '"/dangling"');
    expectError(() => file.get("alias/x"), "PATH_NOT_FOUND", "is a dataset, expected a group");
    expectError(() => file.get("kind"), "PATH_NOT_FOUND", "is a data type");
  });

  it("refuses what is no readable HDF5 file", () => {
    const open = (path: string) => () => openHDF5(path, { engine });
    expectError(open(join(folder, "missing.h5")), "FILE_NOT_FOUND", "no file at");
    expectError(open(folder), "FILE_ACCESS", "is a directory");
    const [empty, text, cut] = ["empty", "text", "cut"].map((name) =>
      join(folder, `${engine}-${name}.h5`),
    ) as [string, string, string];
    writeFileSync(empty, "");
    expectError(open(empty), "INVALID_FILE", "it is empty");
    writeFileSync(text, "some text");
    expectError(open(text), "INVALID_FILE", "it has no HDF5 signature");
    writeFileSync(cut, readFileSync(oracle("filters.hdf5")).subarray(0, 9000));
    expectError(open(cut), "INVALID_FILE", "is truncated: eof = 9000");
  });

  it("refuses a file that is closed or has changed", async () => {
    const path = join(folder, `${engine}-changing.h5`);
    writeFileSync(path, readFileSync(oracle("shapes.hdf5")));
    const file = openHDF5(path, { engine });
    const x: LazyArray = array.fromArray(file.get("5x7-contiguous"));
    file.close();
    expectError(() => file.keys(), "FILE_CLOSED", "closed");
    // Arrays open the file for themselves.
    expect(await x.isnan().any().compute({ engine })).toBeTypeOf("boolean");
    using again = openHDF5(path, { engine });
    utimesSync(path, new Date(), new Date(Date.now() + 10_000));
    expectError(() => again.keys(), "INVALID_FILE", "has changed since it was opened");
  });

  it("says which block of which layer has damaged data", async () => {
    const path = join(folder, `${engine}-damaged.h5`);
    const bytes = readFileSync(oracle("filters.hdf5"));
    // A byte in the middle of every zlib stream.
    for (
      let at = bytes.indexOf("\x78\x5e", 0, "latin1");
      at !== -1;
      at = bytes.indexOf("\x78\x5e", at + 9, "latin1")
    ) {
      bytes[at + 6] = (bytes[at + 6] ?? 0) ^ 0xff;
    }
    writeFileSync(path, bytes);
    using file = openHDF5(path, { engine });
    const x: LazyArray = array.fromArray(file.get("f8-gzip-4x3"), { chunks: [4, 3] });
    // One block after the other: of several that are damaged, whichever fails first is told.
    const failure = x.sum().compute({ engine, scheduler: "sync" });
    await expectRejection(failure, "CORRUPT_DATA", "cannot be read");
    await expect(failure).rejects.toMatchObject({
      block: [0, 0],
      layer: expect.stringContaining("-") as string,
    });
  });

  it("lets the process end", () => {
    const script = `
      const { openHDF5 } = await import(${JSON.stringify(new URL("../../dist/hdf5.js", import.meta.url).href)});
      console.log(openHDF5(${JSON.stringify(oracle("tree.hdf5"))}, { engine: "${engine}" }).keys().length);`;
    expect(
      execFileSync(process.execPath, ["--input-type=module", "-e", script], {
        timeout: 100_000,
        encoding: "utf8",
      }),
    ).toBe("7\n");
  });
});

describe("complex numbers in HDF5", () => {
  const path = fileURLToPath(new URL("../oracle/data/hdf5/complex.hdf5", import.meta.url));
  const values = Float64Array.from({ length: 35 }, (_, index) => index);

  it.each([
    ["plain", "complex128"],
    ["single", "complex64"],
    ["virtual", "complex128"],
  ] as const)("are read as h5py wrote them: %s", async (name, dtype) => {
    using file = openHDF5(path, { engine: "native" });
    const dataset = file.get(name) as HDF5Dataset;
    expect(dataset).toMatchObject({ dtype, shape: [5, 7], chunks: name === "single" ? [2, 3] : null });
    const x = array.fromArray(dataset, { chunks: [2, 4] });
    expect(Array.from((await x.real.astype("float64").compute()).data)).toEqual([...values]);
    const part = (await x.slice("::-2", 3).compute()) as NDArray;
    expect(part.toArray()).toEqual([31, 17, 3].map((n) => complex(n, -n / 2)));
  });

  it("are 0 where none was written, and change in a region", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bramble-complex-"));
    try {
      copyFileSync(path, join(folder, "x.h5"));
      const open = (name: string): LazyArray =>
        array.fromArray(openHDF5(join(folder, "x.h5")).get(name) as HDF5Dataset) as LazyArray;
      expect(await open("gaps").sum().compute()).toEqual(complex(176, -88));
      expect(await open("one").compute()).toEqual(complex(9, -4.5));
      const handle = openHDF5(join(folder, "x.h5")).get("single") as HDF5Dataset;
      const ones = array.ones([5, 2]).multiply(complex(1, 2));
      await ones.store(handle, { regions: [[":", "1:7:5"]] });
      expect(await open("single").slice(4, "5:").compute()).toMatchObject({
        data: Float32Array.of(33, -16.5, 1, 2),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
