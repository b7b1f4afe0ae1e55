import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array } from "bramble";
import { openNpy, openNpyStack } from "bramble/npy";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ENGINES } from "../../support/engines.js";
import { expectRejection } from "../../support/errors.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bramble-write-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const values = array.arange(60, { dtype: "int16" });

describe.each(ENGINES)("toNpy in the %s engine", (engine) => {
  const options = { engine } as const;

  it("writes one file in any blocks", async () => {
    const x = array.fromArray(
      new Int16Array(60).map((_, index) => index * 7),
      { shape: [3, 4, 5], chunks: [2, 3, 2] },
    );
    const path = join(folder, "x.npy");
    await x.toNpy(path, options);
    const y = array.fromArray(openNpy(path));
    expect(y.dtype).toBe("int16");
    expect((await y.compute()).data).toEqual((await x.compute()).data);
    expect(readdirSync(folder)).toEqual(["x.npy"]);
  });

  it("writes numbers and arrays without elements", async () => {
    await array.full([], 2.5).toNpy(join(folder, "scalar.npy"), options);
    expect(await array.fromArray(openNpy(join(folder, "scalar.npy"))).compute()).toBe(2.5);
    await array.zeros([3, 0], { dtype: "bool" }).toNpy(join(folder, "empty.npy"), options);
    expect(openNpy(join(folder, "empty.npy"))).toMatchObject({ shape: [3, 0], dtype: "bool" });
    for (const axis of [0, 1]) {
      const stack = join(folder, `empty-${axis}`);
      await array.zeros([3, 0], { chunks: 2 }).toNpy(stack, { axis, ...options });
      expect(openNpyStack(stack)).toMatchObject({ shape: [3, 0], dtype: "float64" });
      expect((await array.fromArray(openNpyStack(stack)).compute({ engine })).shape).toEqual([3, 0]);
    }
  });

  it("writes a folder of files along an axis", async () => {
    const x = array.fromArray(
      new Float32Array(35).map((_, index) => index / 4),
      { shape: [5, 7], chunks: [2, 3] },
    );
    for (const axis of [0, 1]) {
      const path = join(folder, `stack-${axis}`);
      await x.toNpy(path, { axis, ...options });
      expect(readdirSync(path).sort()).toEqual(["0.npy", "1.npy", "2.npy", "info"]);
      expect(openNpy(join(path, "2.npy")).shape).toEqual(axis === 0 ? [1, 7] : [5, 1]);
      const y = array.fromArray(openNpyStack(path));
      expect(openNpyStack(path).chunks).toEqual(axis === 0 ? [2, 7] : [5, 3]);
      expect((await y.compute({ engine })).data).toEqual((await x.compute()).data);
    }
  });

  it("replaces only what it is told to replace", async () => {
    const path = join(folder, "x.npy");
    writeFileSync(path, "old");
    await expectRejection(values.toNpy(path, options), "FILE_EXISTS", "pass `overwrite: true`");
    expect(readFileSync(path, "utf8")).toBe("old");
    chmodSync(path, 0o600);
    await values.toNpy(path, { overwrite: true, ...options });
    expect(openNpy(path).shape).toEqual([60]);
    const stack = join(folder, "stack");
    await values.rechunk(20).toNpy(stack, options);
    await expectRejection(values.toNpy(stack, options), "FILE_EXISTS", "stack");
    await values.rechunk(30).toNpy(stack, { overwrite: true, ...options });
    expect(openNpyStack(stack).chunks).toEqual([30]);
    expect(readdirSync(folder).sort()).toEqual(["stack", "x.npy"]);
    await expectRejection(values.toNpy(join(folder, "x.npy", "y"), options), "FILE_ACCESS", "x.npy");
    await expectRejection(values.toNpy(join(folder, "no", "x.npy"), options), "FILE_NOT_FOUND", "no folder");
  });

  it("leaves nothing behind when it fails or is stopped", async () => {
    const failing = array
      .full([4], 2, { dtype: "int64", chunks: 1 })
      .power(array.fromArray([1n, 2n, 3n, -1n]));
    await expectRejection(failing.toNpy(join(folder, "x.npy"), options), "ARITHMETIC", "power");
    await expectRejection(failing.toNpy(join(folder, "x"), options), "ARITHMETIC", "power");
    const stopping = new AbortController();
    const many = array.arange(0, 1e9, 1, { chunks: 1e5 }).sin();
    const onProgress = (): void => stopping.abort(new Error("enough"));
    const written = many.toNpy(join(folder, "x.npy"), { signal: stopping.signal, onProgress, ...options });
    await expect(written).rejects.toThrow("enough");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("writes arrays whose lengths are known only when they are computed", async () => {
    const large = values.compress(array.greater(values, 50));
    await large.toNpy(join(folder, "x.npy"), options);
    expect(openNpy(join(folder, "x.npy")).shape).toEqual([9]);
    await large.toNpy(join(folder, "stack"), options);
    expect(
      await array
        .fromArray(openNpyStack(join(folder, "stack")))
        .sum()
        .compute(),
    ).toBe(495n);
  });

  it("reads and writes the same file", async () => {
    const path = join(folder, "x.npy");
    await values.toNpy(path, options);
    await array
      .fromArray(openNpy(path), { chunks: 7 })
      .add(1)
      .toNpy(path, { overwrite: true, ...options });
    expect(await array.fromArray(openNpy(path)).sum().compute()).toBe(1830n);
    expect(existsSync(path)).toBe(true);
  });
});
