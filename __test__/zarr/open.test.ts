import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { array, type DType, slice } from "bramble";
import { openZarr, openZarrArray } from "bramble/zarr";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allocate } from "../../dist/dtype/index.js";
import { expectError, expectRejection } from "../support/errors.js";
import { readOracle } from "../support/oracle.js";
import { expectSameValues } from "../support/same-values.js";
import { elementsOf } from "../support/values.js";

interface Entry {
  readonly path: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  readonly values: readonly string[];
}

const entries = readOracle<Entry[]>("zarr/expected");
const oracle = (path: string): string =>
  fileURLToPath(new URL(`../oracle/data/zarr/${path}`, import.meta.url));

function typed({ dtype, values }: Entry): ReturnType<typeof allocate> {
  const data = allocate(dtype, values.length);
  for (const [index, value] of values.entries()) {
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[index] = BigInt(value);
    else data[index] = dtype === "bool" ? Number(value === "True") : Number(value);
  }
  return data;
}

describe("openZarr", () => {
  it.each(entries)("reads $path as zarr-python does", async (entry) => {
    const handle = openZarrArray(oracle(entry.path));
    const { dtype, shape, chunks } = entry;
    expect({ dtype: handle.dtype, shape: handle.shape, chunks: handle.chunks }).toEqual({
      dtype,
      shape,
      chunks,
    });
    const expected = array.fromArray(typed(entry), { shape, dtype });
    for (const cut of ["auto", shape.map(() => 4)] as const) {
      const x = array.fromArray(handle, { chunks: cut });
      expectSameValues(elementsOf(await x.compute(), dtype), typed(entry));
      const index = shape.map((length) => slice(length, null, -3));
      const [backwards, wanted] = await array.compute(x.slice(...index), expected.slice(...index), {});
      expectSameValues(elementsOf(backwards, dtype), elementsOf(wanted, dtype));
    }
  });

  it("finds its way in groups", () => {
    const root = openZarr(oracle("v3.zarr"));
    expect(root.attrs).toEqual({ title: "a group" });
    expect(root.keys()).toEqual(["codecs", "dtypes", "fill", "shapes", "shards"]);
    expect(root.group("shards").keys()).toEqual(["end", "sparse"]);
    expect(root.get("shards/end")).toMatchObject({ format: 3, shards: [15, 16], codecs: ["bytes", "zstd"] });
    expect(openZarr(oracle("v2.zarr")).get("codecs/shuffle")).toMatchObject({
      format: 2,
      codecs: ["shuffle", "zlib"],
    });
    expectError(() => root.get("nothing"), "PATH_NOT_FOUND", "codecs, dtypes");
    expectError(() => root.get("shards"), "INVALID_ARGUMENT", "is a group");
    expectError(() => openZarr(oracle("v3.zarr/shards/end")), "INVALID_ARGUMENT", "openZarrArray");
    expectError(() => openZarrArray(oracle("v3.zarr")), "INVALID_ARGUMENT", "openZarr");
  });
});

describe("arrays that are no use", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "bramble-zarr-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const changed = (name: string, change: (json: Record<string, unknown>) => unknown): string => {
    const path = join(folder, name);
    cpSync(oracle("v3.zarr/codecs/checked"), path, { recursive: true });
    const json = JSON.parse(readFileSync(join(path, "zarr.json"), "utf8")) as Record<string, unknown>;
    writeFileSync(join(path, "zarr.json"), JSON.stringify(change(json)));
    return path;
  };

  it("are refused when they are opened", () => {
    expectError(() => openZarr(join(folder, "none")), "FILE_NOT_FOUND", "no folder");
    expectError(() => openZarr(folder), "INVALID_FILE", "not in Zarr's format");
    const lacking = changed("lacking", (json) => ({ ...json, shape: undefined }));
    expectError(() => openZarrArray(lacking), "INVALID_FILE", "does not describe a Zarr array");
    const strange = changed("strange", (json) => ({ ...json, codecs: [{ name: "bytes" }, { name: "zfp" }] }));
    expectError(() => openZarrArray(strange), "UNSUPPORTED_FILTER", '"zfp"');
    const complex = changed("complex", (json) => ({ ...json, data_type: "float8" }));
    expectError(() => openZarrArray(complex), "UNSUPPORTED_DTYPE", "float8");
  });

  it("are noticed when a chunk is damaged", async () => {
    const path = changed("damaged", (json) => json);
    const chunk = join(path, "c", "0", "1");
    const bytes = readFileSync(chunk);
    bytes.writeUInt8(bytes.readUInt8(20) ^ 1, 20);
    writeFileSync(chunk, bytes);
    const x = array.fromArray(openZarrArray(path));
    await expectRejection(x.compute(), "CORRUPT_DATA", "CRC32C");
    rmSync(chunk);
    expect(await x.slice(0, 20).compute()).toBe(0);
    await expectRejection(x.compute({ engine: "js" }), "ENGINE_UNAVAILABLE", "Zarr");
  });
});
