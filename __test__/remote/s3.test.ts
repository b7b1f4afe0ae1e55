import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, type LazyArray } from "bramble";
import { openRemoteHDF5 } from "bramble/hdf5";
import { openRemoteNpy } from "bramble/npy";
import { openRemoteZarr } from "bramble/zarr";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { type ObjectServer, startObjectServer } from "../support/object-server.js";

const KEYS = { user: "secret/with+signs" };
const VARIABLES = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL"] as const;

let server: ObjectServer;
const before = VARIABLES.map((name) => [name, process.env[name]] as const);

function setKeys(key: string, secret: string): void {
  process.env["AWS_ACCESS_KEY_ID"] = key;
  process.env["AWS_SECRET_ACCESS_KEY"] = secret;
}

beforeAll(async () => {
  server = await startObjectServer({ keys: KEYS });
  process.env["AWS_REGION"] = "eu-north-1";
  process.env["AWS_ENDPOINT_URL"] = server.url;
});

beforeEach(() => {
  setKeys("user", KEYS.user);
  server.objects.clear();
  server.log.length = 0;
});

afterAll(async () => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await server.close();
});

const numbers = (): LazyArray<"float64", "array"> =>
  array.arange(60).reshape([6, 10]).rechunk([4, 3]) as LazyArray<"float64", "array">;

/** Paths of a folder's files. */
function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

describe("an S3 server", () => {
  it.each([
    ["version 2", { format: 2 }],
    ["version 3", {}],
    ["version 3 in shards", { chunksPerShard: 2 }],
    ["a group, in no compression", { component: "deep/er ä&b", compression: null }],
  ] as const)("gets the bytes that a folder gets, and gives them back: %s", async (_, options) => {
    const folder = mkdtempSync(join(tmpdir(), "bramble-s3-"));
    try {
      await numbers().toZarr(join(folder, "x.zarr"), options);
      await numbers().toZarr("s3://bucket/x.zarr", options);
      const expected = files(join(folder, "x.zarr"));
      expect([...server.objects.keys()].sort()).toEqual(
        expected.map((name) => `/bucket/x.zarr/${name}`).sort(),
      );
      for (const name of expected) {
        const stored = server.objects.get(`/bucket/x.zarr/${name}`);
        expect(stored?.equals(readFileSync(join(folder, "x.zarr", name)))).toBe(true);
      }
      const component = "component" in options ? `/${options.component}` : "";
      const handle = await openRemoteZarr(`s3://bucket/x.zarr${component}/`);
      expect(handle.shape).toEqual([6, 10]);
      const x = array.fromArray(handle);
      const found = await x.slice("1:", "::-2").compute();
      expect(found.toArray()).toEqual((await numbers().slice("1:", "::-2").compute()).toArray());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("replaces an array only when told to, and as a whole", async () => {
    await numbers().toZarr("s3://bucket/x.zarr");
    await expectRejection(numbers().toZarr("s3://bucket/x.zarr"), "FILE_EXISTS", "s3://bucket/x.zarr");
    await array.ones([2, 2]).toZarr("s3://bucket/x.zarr", { overwrite: true });
    expect([...server.objects.keys()]).toEqual(["/bucket/x.zarr/c/0/0", "/bucket/x.zarr/zarr.json"]);
  });

  it("leaves nothing behind of a write that fails", async () => {
    const broken = numbers().mapBlocks(() => {
      throw new Error("no");
    });
    const write = array.concatenate([numbers(), broken.slice("4:")]).toZarr("s3://bucket/x.zarr", {
      scheduler: "sync",
    });
    await expect(write).rejects.toThrow("no");
    expect(server.log.some((line) => line.startsWith("PUT /bucket/x.zarr/c/0/0"))).toBe(true);
    expect([...server.objects.keys()]).toEqual([]);
  });

  it("is asked again when it fails or hangs up, and not for ever", async () => {
    await numbers().toZarr("s3://bucket/x.zarr", { chunks: [6, 10] });
    server.failures.push(503, "hang up", 500);
    const x = array.fromArray(await openRemoteZarr("s3://bucket/x.zarr"));
    expect(await x.sum().compute()).toBe(1770);
    server.failures.push(500, 500, 500, 500, 500);
    await expectRejection(x.sum().compute(), "NETWORK", "the server answered 500 (SlowDown)");
  });

  it("says what it refuses", async () => {
    await numbers().toZarr("s3://bucket/x.zarr");
    const x = array.fromArray(await openRemoteZarr("s3://bucket/x.zarr"));
    await expectRejection(openRemoteZarr("s3://bucket/y.zarr"), "FILE_NOT_FOUND", "s3://bucket/y.zarr");
    await expectRejection(openRemoteZarr("s3://missing/x.zarr"), "FILE_ACCESS", 'no bucket "missing"');
    await expectRejection(numbers().toZarr("s3://missing/x.zarr"), "FILE_ACCESS", 'no bucket "missing"');
    setKeys("user", "wrong");
    await expectRejection(openRemoteZarr("s3://bucket/x.zarr"), "FILE_ACCESS", "SignatureDoesNotMatch");
    await expectRejection(x.sum().compute(), "FILE_ACCESS", "s3://bucket/x.zarr");
    await expectRejection(numbers().toZarr("s3://bucket/z.zarr"), "FILE_ACCESS", "s3://bucket/z.zarr");
  });

  it("finds out that a shard is another than its index said", async () => {
    await numbers().toZarr("s3://bucket/x.zarr", { chunks: [2, 10], chunksPerShard: [3, 1] });
    const x = array.fromArray(await openRemoteZarr("s3://bucket/x.zarr"));
    const whole = server.objects.get("/bucket/x.zarr/c/0/0") ?? Buffer.of();
    // Whatever is asked after the index gets other bytes.
    const asked = server.log.push.bind(server.log);
    server.log.push = (...lines) => {
      if (server.log.some((line) => line.startsWith("GET") && line.includes("c/0/0"))) {
        server.objects.set("/bucket/x.zarr/c/0/0", Buffer.concat([whole, whole]));
      }
      return asked(...lines);
    };
    try {
      await expectRejection(x.sum().compute({ scheduler: "sync" }), "INVALID_FILE", "has changed");
    } finally {
      server.log.push = asked;
    }
  });

  it("has .npy files too", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bramble-s3-"));
    try {
      await numbers().astype("int16").toNpy(join(folder, "x.npy"));
      server.objects.set("/bucket/x.npy", readFileSync(join(folder, "x.npy")));
    } finally {
      rmSync(folder, { recursive: true });
    }
    const x = array.fromArray(await openRemoteNpy("s3://bucket/x.npy"), { chunks: [2, 10] });
    expect(
      await x.slice("::-1").astype("float64").subtract(numbers().slice("::-1")).absolute().max().compute(),
    ).toBe(0);
  });

  it("has HDF5 files, for those whom it knows", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bramble-s3-"));
    try {
      await numbers().toHDF5(join(folder, "x.h5"), "/x", { compression: "gzip" });
      server.objects.set("/bucket/deep/er ä.h5", readFileSync(join(folder, "x.h5")));
    } finally {
      rmSync(folder, { recursive: true });
    }
    const file = await openRemoteHDF5("s3://bucket/deep/er ä.h5");
    const x = array.fromArray(await file.get("/x")) as LazyArray;
    expect(await file.keys()).toEqual(["x"]);
    expect(await x.compute()).toEqual(await numbers().compute());
    setKeys("user", "another");
    await expectRejection(openRemoteHDF5("s3://bucket/deep/er ä.h5"), "FILE_ACCESS", "s3://bucket/deep");
    await expectRejection(x.sum().compute(), "FILE_ACCESS", "s3://bucket/deep");
  });

  it("is written to by `toZarr` alone", async () => {
    const x = array.ones(3);
    await expectRejection(x.toNpy("s3://bucket/x.npy"), "INVALID_ARGUMENT", "`toZarr`");
    await expectRejection(x.toHDF5("s3://bucket/x.h5", "/x"), "INVALID_ARGUMENT", "`toZarr`");
    await expectRejection(x.toZarr("https://host/x.zarr"), "INVALID_ARGUMENT", "s3://");
  });
});
