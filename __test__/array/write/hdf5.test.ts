import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, type NDArray } from "bramble";
import { openHDF5 } from "bramble/hdf5";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WAYS } from "../../support/engines.js";
import { expectError, expectRejection } from "../../support/errors.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bramble-write-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const x = array.fromArray(
  new Float64Array(3000).map((_, index) => index * 0.5),
  { shape: [60, 50], chunks: [20, 17] },
);
const NATIVE = WAYS.filter(([, { engine }]) => engine === "native");

describe("toHDF5", () => {
  it.each(NATIVE)("writes compressed chunks that both engines read: %s", async (_, way) => {
    const path = join(folder, "x.h5");
    const options = { compression: "gzip", chunks: [16, 20], fletcher32: true } as const;
    await x.toHDF5(path, "/group/x", { ...options, attrs: { unit: "K", range: [0, 1.5] }, ...way });
    using file = openHDF5(path);
    const dataset = file.get("/group/x");
    expect(dataset).toMatchObject({ dtype: "float64", shape: [60, 50], chunks: [16, 20], layout: "chunked" });
    expect(dataset.filters.map(({ name }) => name)).toEqual(["shuffle", "gzip", "fletcher32"]);
    expect(dataset.attrs).toEqual({ unit: "K", range: [0, 1.5] });
    const expected = (await x.compute()).data;
    for (const engine of ["native", "js"] as const) {
      expect((await array.fromArray(dataset).compute({ engine })).data).toEqual(expected);
    }
    expect(readdirSync(folder)).toEqual(["x.h5"]);
  });

  it("has the array's own blocks as chunks, and none where there is nothing to cut", async () => {
    const path = join(folder, "x.h5");
    await x.toHDF5(path, "blocks");
    await x.toHDF5(path, "/whole", { chunks: null });
    await array.full([], 3n).toHDF5(path, "/scalar", { compression: "gzip" });
    await array.zeros([3, 0]).toHDF5(path, "/empty", { compression: "gzip" });
    await array.fromArray([true, false]).toHDF5(path, "/deep/er/flags");
    const file = openHDF5(path);
    expect(file.keys()).toEqual(["blocks", "deep", "empty", "scalar", "whole"]);
    expect(file.get("blocks")).toMatchObject({ chunks: [20, 17], filters: [] });
    expect(file.get("whole")).toMatchObject({ layout: "contiguous" });
    expect(file.get("empty")).toMatchObject({ shape: [3, 0] });
    expect(await array.fromArray(file.get("scalar")).compute()).toBe(3n);
    expect((await array.fromArray(file.get("deep/er/flags")).compute()).data).toEqual(Uint8Array.of(1, 0));
    expect((await array.fromArray(file.get("whole")).compute()).data).toEqual((await x.compute()).data);
  });

  it.each(["complex64", "complex128"] as const)("writes %s as h5py does, which comes back", async (dtype) => {
    const path = join(folder, "x.h5");
    const parts = [x, array.flip(x)] as const;
    const z = array.fromParts(...parts).astype(dtype);
    await z.toHDF5(path, "/packed", { compression: "gzip", chunks: [16, 20], fletcher32: true });
    await z.toHDF5(path, "/blocks", { attrs: { unit: "V" } });
    await z.toHDF5(path, "/whole", { chunks: null });
    await z.slice(3, 4).toHDF5(path, "/scalar");
    await z.slice(":0").toHDF5(path, "/empty", { compression: "gzip" });
    await z.slice(z.real.greater(1400)).toHDF5(path, "/some");
    const file = openHDF5(path);
    expect(file.get("packed")).toMatchObject({ dtype, shape: [60, 50], chunks: [16, 20] });
    expect(file.get("packed").filters.map(({ name }) => name)).toEqual(["shuffle", "gzip", "fletcher32"]);
    expect(file.get("blocks")).toMatchObject({ chunks: [20, 17], attrs: { unit: "V" } });
    expect(file.get("whole")).toMatchObject({ dtype, layout: "contiguous" });
    expect(file.get("empty")).toMatchObject({ dtype, shape: [0, 50] });
    const expected = await z.compute();
    for (const name of ["packed", "blocks", "whole"]) {
      expect(await array.fromArray(file.get(name)).compute(), name).toEqual(expected);
    }
    expect(await array.fromArray(file.get("scalar")).compute()).toEqual(await z.slice(3, 4).compute());
    expect((await array.fromArray(file.get("some")).compute()).shape).toEqual([199]);
  });

  it("writes several arrays in one run", async () => {
    const path = join(folder, "x.h5");
    const seen = new Map<string, number>();
    const y = x.add(1);
    await array.toHDF5(
      path,
      { "/y": y, "/total": y.sum(), "/rows": y.mean({ axis: 0 }) },
      {
        compression: "gzip",
        onProgress: (events) =>
          events.forEach(({ layer, done }) => seen.set(layer.split("-")[0] ?? "", done)),
      },
    );
    expect(seen.get("add")).toBe(9);
    const file = openHDF5(path);
    expect(file.keys()).toEqual(["rows", "total", "y"]);
    expect(await array.fromArray(file.get("total")).compute()).toBe(await y.sum().compute());
  });

  it("replaces a dataset only if told to, and leaves the file when it fails", async () => {
    const path = join(folder, "x.h5");
    await x.toHDF5(path, "/x", { compression: "gzip" });
    await x.toHDF5(path, "/y");
    const before = readFileSync(path);
    await expectRejection(x.toHDF5(path, "/x"), "FILE_EXISTS", '"/x" of');
    const failing = array
      .full([4], 2, { dtype: "int64", chunks: 1 })
      .power(array.fromArray([1n, 2n, 3n, -1n]));
    await expectRejection(failing.toHDF5(path, "/x", { overwrite: true }), "ARITHMETIC", "power");
    expect(readFileSync(path).equals(before)).toBe(true);
    const x1 = array.fromArray(openHDF5(path).get("/x"));
    await x1.multiply(2).toHDF5(path, "/x", { overwrite: true });
    const file = openHDF5(path);
    expect(await array.fromArray(file.get("/x")).sum().compute()).toBe(2 * (await x.sum().compute()));
    expect(await array.fromArray(file.get("/y")).sum().compute()).toBe(await x.sum().compute());
    expect(readdirSync(folder)).toEqual(["x.h5"]);
  });

  it("says what is wrong", async () => {
    const path = join(folder, "x.h5");
    writeFileSync(path, "no HDF5");
    await expectRejection(x.toHDF5(path, "/x"), "INVALID_FILE", "not an HDF5 file");
    await expectRejection(x.toHDF5(folder, "/x"), "FILE_ACCESS", "is a directory");
    await expectRejection(x.toHDF5(join(folder, "no", "x.h5"), "/x"), "FILE_NOT_FOUND", "there is no folder");
    await expectRejection(x.toHDF5(path, "/"), "INVALID_ARGUMENT", "other than its root");
    await expectRejection(
      x.toHDF5(path, "/x", { chunks: null, compression: "gzip" }),
      "INVALID_CHUNKS",
      "in one piece",
    );
    await expectRejection(
      x.toHDF5(path, "/x", { compression: "zip" as "gzip" }),
      "INVALID_ARGUMENT",
      '"gzip"',
    );
    await expectRejection(
      x.toHDF5(path, "/x", { chunk: 3 } as object),
      "INVALID_ARGUMENT",
      "no option `chunk`",
    );
    await expectRejection(
      x.toHDF5(path, "/x", { attrs: { a: {} as string } }),
      "INVALID_ARGUMENT",
      'attrs["a"]',
    );
    const fresh = join(folder, "y.h5");
    await expectRejection(x.toHDF5(fresh, "/x", { engine: "js" }), "ENGINE_UNAVAILABLE", "native engine");
    expect(readdirSync(folder)).toEqual(["x.h5"]);
  });

  it("leaves the old file when the process is killed or the file grows too large", async () => {
    const path = join(folder, "x.h5");
    await x.toHDF5(path, "/x");
    const before = readFileSync(path);
    const script = (then: string): string => `
      import { array } from "bramble";
      const x = array.ones([3000, 3000], { chunks: [100, 3000] }).add(1);
      ${then}
      const options = { overwrite: true, compression: "gzip", compressionLevel: 0, onProgress };
      await x.toHDF5(${JSON.stringify(path)}, "/x", options).catch(({ code, message }) => console.log(code, message));`;
    const run = (limit: string, then: string): string => {
      const command = `${limit}; exec "${process.execPath}" --input-type=module --eval "$SCRIPT"`;
      return spawnSync("sh", ["-c", command], {
        env: { ...process.env, SCRIPT: script(then) },
        encoding: "utf8",
      }).stdout;
    };
    run("true", 'const onProgress = () => process.kill(process.pid, "SIGKILL");');
    expect(readFileSync(path).equals(before)).toBe(true);
    // In blocks of 512 bytes.
    expect(run("ulimit -f 8192", "const onProgress = undefined;")).toContain("FILE_ACCESS");
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(statSync(path).size).toBe(before.length);
  });
});

describe("compute: false", () => {
  it("writes when it is computed, together with others", async () => {
    const paths = ["x.zarr", "x.npy", "x.h5", "several.h5"].map((name) => join(folder, name));
    const [zarr = "", npy = "", hdf5 = "", several = ""] = paths;
    const later = { compute: false } as const;
    const mean = x.mean({ axis: 0 });
    const writes = [
      x.toZarr(zarr, later),
      x.toNpy(npy, later),
      x.toHDF5(hdf5, "/x", later),
      array.toHDF5(several, { "/x": x, "/mean": mean }, later),
    ] as const;
    expect(readdirSync(folder)).toEqual([]);
    expect(await array.compute(...writes, mean.sum())).toEqual([true, true, true, true, 37_487.5]);
    expect(readdirSync(folder).sort()).toEqual(["several.h5", "x.h5", "x.npy", "x.zarr"]);
    using file = openHDF5(several);
    const written = (await array.fromArray(file.get("/mean")).compute()) as NDArray;
    expect(written.data).toEqual(((await mean.compute()) as NDArray).data);
  });

  it("is a boolean", () => {
    const call = (): unknown => x.toNpy(join(folder, "x.npy"), { compute: 0 as never });
    expectError(call, "INVALID_ARGUMENT", "`options.compute`");
  });
});
