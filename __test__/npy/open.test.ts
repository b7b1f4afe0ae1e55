import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { array, type DType, slice } from "bramble";
import { type NpyArray, openNpy, openNpyStack, openNpz, openRaw } from "bramble/npy";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allocate } from "../../dist/dtype/index.js";
import { ENGINES } from "../support/engines.js";
import { expectError, expectRejection } from "../support/errors.js";
import { readOracle } from "../support/oracle.js";
import { expectSameValues } from "../support/same-values.js";
import { elementsOf } from "../support/values.js";

interface Entry {
  readonly file: string;
  readonly member: string | null;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: readonly string[];
}

const entries = readOracle<Entry[]>("npy/expected");
const oracle = (file: string): string =>
  fileURLToPath(new URL(`../oracle/data/npy/${file}`, import.meta.url));

function open({ file, member }: Entry): NpyArray {
  if (member !== null) return openNpz(oracle(file)).get(member);
  return file.endsWith("/") ? openNpyStack(oracle(file)) : openNpy(oracle(file));
}

function typed({ dtype, values }: Entry): ReturnType<typeof allocate> {
  const data = allocate(dtype, values.length);
  for (const [index, value] of values.entries()) {
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[index] = BigInt(value);
    else data[index] = dtype === "bool" ? Number(value === "True") : Number(value);
  }
  return data;
}

describe.each(ENGINES)("in the %s engine", (engine) => {
  it.each(entries)("reads $file $member as NumPy does", async (entry) => {
    const handle = open(entry);
    expect({ dtype: handle.dtype, shape: handle.shape }).toEqual({ dtype: entry.dtype, shape: entry.shape });
    const expected = array.fromArray(typed(entry), { shape: entry.shape, dtype: entry.dtype });
    for (const chunks of ["auto", entry.shape.map(() => 2)] as const) {
      const x = array.fromArray(handle, { chunks });
      expectSameValues(elementsOf(await x.compute({ engine }), entry.dtype), typed(entry));
      const index = entry.shape.map((length) => slice(length, null, -2));
      const [backwards, wanted] = await array.compute(x.slice(...index), expected.slice(...index), {
        engine,
      });
      expectSameValues(elementsOf(backwards, entry.dtype), elementsOf(wanted, entry.dtype));
    }
  });
});

describe("files that are no use", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "bramble-npy-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const made = (name: string, bytes: Uint8Array | string): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };

  it("are refused when they are opened", () => {
    expectError(() => openNpy(join(folder, "none.npy")), "FILE_NOT_FOUND", "none.npy");
    expectError(() => openNpy(folder), "FILE_ACCESS", "is a directory");
    expectError(() => openNpy(made("text.npy", "text")), "INVALID_FILE", "does not begin as one");
    expectError(() => openNpy(oracle("refused.npy")), "UNSUPPORTED_DTYPE", "'<U4'");
    expectError(() => openNpz(made("text.npz", "text")), "INVALID_FILE", "not a zip file");
    expectError(() => openNpz(oracle("plain.npz")).get("y"), "PATH_NOT_FOUND", '"x", "big", "turned"');
    const cut = made("cut.npy", readFileSync(oracle("0-C.npy")));
    truncateSync(cut, 140);
    expectError(() => openNpy(cut), "INVALID_FILE", "it has 140 bytes, and should have 163");
    expectError(() => openNpyStack(folder), "FILE_NOT_FOUND", "info");
    made("info", "no pickle");
    expectError(() => openNpyStack(folder), "INVALID_FILE", "does not describe a stack");
  });

  it.each(ENGINES)("are noticed by the %s engine when they have changed since", async (engine) => {
    const path = made("changing.npy", readFileSync(oracle("0-C.npy")));
    const x = array.fromArray(openNpy(path));
    truncateSync(path, 150);
    await expectRejection(x.compute({ engine }), "INVALID_FILE", "has changed since it was opened");
  });
});

describe("files without a header", () => {
  const path = oracle("3-C.npy");

  it.each(ENGINES)("are read by the %s engine as the options say", async (engine) => {
    const options = { shape: [5, 7], dtype: "int32", offset: 128, byteOrder: "big" } as const;
    const [raw, npy] = await array.compute(
      array.fromArray(openRaw(path, options)),
      array.fromArray(openNpy(path)),
      { engine },
    );
    expectSameValues(elementsOf(raw, "int32"), elementsOf(npy, "int32"));
    const turned = array.fromArray(openRaw(path, { ...options, shape: [7, 5], order: "F" }));
    expect(await turned.slice(1, 0).compute({ engine })).toBe(
      await array.fromArray(openNpy(path)).slice(0, 1).compute(),
    );
  });

  it("must be long enough", () => {
    expectError(
      () => openRaw(path, { shape: [6, 7], dtype: "int32", offset: 128 }),
      "INVALID_FILE",
      "truncated",
    );
    expectError(
      () => openRaw(path, { shape: 1, dtype: "int3" as "int32" }),
      "INVALID_ARGUMENT",
      "options.dtype",
    );
  });
});
