import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { array, type LazyArray } from "bramble";
import { openHDF5, openRemoteHDF5 } from "bramble/hdf5";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { type ObjectServer, startObjectServer } from "../support/object-server.js";

const oracle = (name: string): string =>
  fileURLToPath(new URL(`../oracle/data/hdf5/${name}`, import.meta.url));

/** Bytes of a block in which the library reads. */
const BLOCK = 256 * 1024;

let folder: string;
let server: ObjectServer;
const x = array.arange(1200, { chunks: 500 }).reshape([30, 40]) as LazyArray;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bramble-remote-hdf5-"));
  server = await startObjectServer({});
  const path = join(folder, "x.h5");
  await x.toHDF5(path, "/deep/chunked", { chunks: [10, 10], attrs: { units: "K" } });
  await x.toHDF5(path, "/packed", { chunks: [10, 10], compression: "gzip", fletcher32: true });
  server.objects.set("/x.h5", readFileSync(path));
  for (const name of ["filters.hdf5", "shapes.hdf5", "tree.hdf5", "complex.hdf5"]) {
    server.objects.set(`/${name}`, readFileSync(oracle(name)));
  }
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe("an HDF5 file behind a URL", () => {
  it("is looked into like a file", async () => {
    const file = await openRemoteHDF5(`${server.url}/x.h5`);
    expect(await file.keys()).toEqual(["deep", "packed"]);
    expect(await file.keys("deep")).toEqual(["chunked"]);
    const data = await file.get("/deep/chunked");
    expect(data).toMatchObject({ shape: [30, 40], chunks: [10, 10], dtype: "float64" });
    expect(data.attrs).toEqual({ units: "K" });
    expect(await file.attrs("deep/chunked")).toEqual({ units: "K" });
  });

  it.each(["/deep/chunked", "/packed"])("gives the elements that are wanted: %s", async (name) => {
    const file = await openRemoteHDF5(`${server.url}/x.h5`);
    const read = array.fromArray(await file.get(name)) as LazyArray;
    expect(await read.compute()).toEqual(await x.compute());
    server.log.length = 0;
    const part = await read.slice("11:19", "25:").compute();
    expect(part).toEqual(await x.slice("11:19", "25:").compute());
    const asked = server.log.filter((line) => line.startsWith("GET"));
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it.each(["filters.hdf5", "shapes.hdf5", "complex.hdf5"])("has what the local one has: %s", async (name) => {
    using local = openHDF5(oracle(name), { engine: "native" });
    const file = await openRemoteHDF5(`${server.url}/${name}`);
    expect(await file.keys()).toEqual(local.keys());
    for (const key of local.keys()) {
      const expected = array.fromArray(local.get(key)) as LazyArray;
      const found = array.fromArray(await file.get(key)) as LazyArray;
      expect(await found.compute(), key).toEqual(await expected.compute());
    }
  });

  it("reads blocks of a long file, and no more of them than it needs", async () => {
    const path = join(folder, "long.h5");
    const long = array.zeros([1024, 1024], { chunks: 256 }).add(1) as LazyArray;
    await long.toHDF5(path, "/x");
    const bytes = readFileSync(path);
    expect(bytes.length).toBeGreaterThan(8 * BLOCK);
    server.objects.set("/long.h5", bytes);
    server.log.length = 0;
    const file = await openRemoteHDF5(`${server.url}/long.h5`);
    const read = array.fromArray(await file.get("/x")) as LazyArray;
    expect(await read.slice("300:310", "10:20").sum().compute()).toBe(100);
    expect(server.log.filter((line) => line.startsWith("GET")).length).toBeLessThan(8);
  });

  it("may be replaced, before it is read and meanwhile", async () => {
    const url = `${server.url}/changing.h5`;
    const old = readFileSync(join(folder, "x.h5"));
    const path = join(folder, "other.h5");
    await x.add(1).toHDF5(path, "/packed", { chunks: [10, 10] });
    server.objects.set("/changing.h5", old);
    const open = async (): Promise<LazyArray> =>
      array.fromArray(await (await openRemoteHDF5(url)).get("/packed")) as LazyArray;
    const outdated = await open();
    server.objects.set("/changing.h5", readFileSync(path));
    await expectRejection(outdated.sum().compute(), "INVALID_FILE", "has changed");
    const read = await open();
    expect(await read.sum().compute()).toBe(await x.add(1).sum().compute());
    // Once the run has looked at the file, it must stay as it is.
    const swapped = server.holdAnswers(1).then(() => server.objects.set("/changing.h5", old));
    server.objects.set("/changing.h5", Buffer.concat([readFileSync(path), Buffer.alloc(1)]));
    await expectRejection(read.sum().compute(), "INVALID_FILE", "has changed");
    await swapped;
    expect(await (await openRemoteHDF5(url)).keys()).toEqual(["deep", "packed"]);
    server.objects.set("/changing.h5", old.subarray(0, 3000));
    await expectRejection(openRemoteHDF5(url), "INVALID_FILE", "truncated");
  });

  it("is refused where it is none, or not there", async () => {
    server.objects.set("/text.h5", Buffer.from("some text"));
    await expectRejection(openRemoteHDF5(`${server.url}/text.h5`), "INVALID_FILE", "no HDF5 signature");
    await expectRejection(openRemoteHDF5(`${server.url}/y.h5`), "FILE_NOT_FOUND", "/y.h5");
    await expectRejection(openRemoteHDF5("http://127.0.0.1:1/x.h5"), "NETWORK", "cannot be reached");
    await expectRejection(openRemoteHDF5("x.h5"), "INVALID_ARGUMENT", "`url`");
    const file = await openRemoteHDF5(`${server.url}/tree.hdf5`);
    await expectRejection(file.get("measurements/temprature"), "PATH_NOT_FOUND", "temperature");
    await expectRejection(file.get("measurements"), "INVALID_ARGUMENT", "is a group");
    await expectRejection(file.keys("measurements/temperature"), "INVALID_ARGUMENT", "is a dataset");
    const read = array.fromArray(await (await openRemoteHDF5(`${server.url}/x.h5`)).get("/packed"));
    await expectRejection(read.sum().compute({ engine: "js" }), "ENGINE_UNAVAILABLE", "/x.h5");
    await expectRejection(
      array.zeros([30, 40]).store(await (await openRemoteHDF5(`${server.url}/x.h5`)).get("/packed")),
      "INVALID_ARGUMENT",
      "target",
    );
  });
});
