import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, type LazyArray } from "bramble";
import { openHDF5, openRemoteHDF5 } from "bramble/hdf5";
import { openNpy, openNpyStack, openNpz, openRaw, openRemoteNpy } from "bramble/npy";
import { openRemoteZarr, openZarr, openZarrArray } from "bramble/zarr";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CERTIFICATE, PRIVATE_KEY } from "../support/certificate.js";
import { expectError, expectRejection } from "../support/errors.js";
import { type ObjectServer, startObjectServer } from "../support/object-server.js";

const RAW = { shape: [1], dtype: "int8" } as const;

let folder: string;
let server: ObjectServer;
const before = process.env["SSL_CERT_FILE"];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bramble-web-"));
  // Whom the system trusts is found out at the first request of this process.
  process.env["SSL_CERT_FILE"] = join(folder, "certificate.pem");
  writeFileSync(join(folder, "certificate.pem"), CERTIFICATE);
  server = await startObjectServer({ tls: { key: PRIVATE_KEY, cert: CERTIFICATE } });
  const x = array.arange(60).reshape([6, 10]);
  await x.toNpy(join(folder, "x.npy"));
  await x.toHDF5(join(folder, "x.h5"), "/x", { chunks: [2, 5] });
  await x.toZarr(join(folder, "x.zarr"), { chunks: [2, 5] });
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    server.objects.set(path.slice(folder.length), readFileSync(path));
  }
});

afterAll(async () => {
  if (before === undefined) delete process.env["SSL_CERT_FILE"];
  else process.env["SSL_CERT_FILE"] = before;
  await server.close();
  rmSync(folder, { recursive: true });
});

describe("a web server", () => {
  it("serves the rows that are wanted, and no others", async () => {
    const x = array.fromArray(await openRemoteNpy(`${server.url}/x.npy`), { chunks: [2, 10] });
    server.log.length = 0;
    const rows = await x.slice("4:1:-2", "3:5").compute();
    expect(rows.toArray()).toEqual([
      [43, 44],
      [23, 24],
    ]);
    const header = readFileSync(join(folder, "x.npy")).length - 60 * 8;
    const ranges = server.log.filter((line) => line.startsWith("GET"));
    const bytesOf = (row: number): string =>
      `GET /x.npy bytes=${header + row * 80}-${header + row * 80 + 79}`;
    expect(ranges.sort()).toEqual([bytesOf(2), bytesOf(4)].sort());
  });

  it("serves HDF5 files over TLS", async () => {
    const x = array.fromArray(await (await openRemoteHDF5(`${server.url}/x.h5`)).get("/x")) as LazyArray;
    expect(await x.slice("4:1:-2", "3:5").compute()).toMatchObject({ shape: [2, 2] });
    expect(await x.sum().compute()).toBe(1770);
  });

  it("serves the chunks of Zarr", async () => {
    const x = array.fromArray(await openRemoteZarr(`${server.url}/x.zarr`));
    server.log.length = 0;
    expect(await x.slice("2:4", "5:").sum().compute()).toBe(320);
    expect(server.log).toEqual(["GET /x.zarr/c/1/1"]);
  });

  it("may not know ranges", async () => {
    const plain = await startObjectServer({ ranges: false });
    try {
      for (const [name, object] of server.objects) plain.objects.set(name, object);
      const x = array.fromArray(await openRemoteNpy(`${plain.url}/x.npy`), { chunks: [2, 10] });
      expect(await x.sum().compute()).toBe(1770);
    } finally {
      await plain.close();
    }
  });

  it("may replace a file, which is found out", async () => {
    const x = array.fromArray(await openRemoteNpy(`${server.url}/x.npy`));
    const old = server.objects.get("/x.npy") ?? Buffer.of();
    server.objects.set("/x.npy", Buffer.concat([old, old]));
    try {
      await expectRejection(x.sum().compute(), "INVALID_FILE", "has changed");
      // As long as before, but with another number.
      const other = Buffer.from(old);
      other.writeDoubleLE(-1, old.length - 8);
      server.objects.set("/x.npy", other);
      await expectRejection(x.sum().compute(), "INVALID_FILE", "has changed");
    } finally {
      server.objects.set("/x.npy", old);
    }
  });

  it("is asked by its own functions only, and by the native engine", async () => {
    const url = `${server.url}/x.npy`;
    expectError(() => openNpy(url), "INVALID_ARGUMENT", `${url} is a URL: \`await openRemoteNpy(url)\``);
    for (const open of [openZarr, openZarrArray]) {
      expectError(() => open(url), "INVALID_ARGUMENT", "`await openRemoteZarr(url)`");
    }
    expectError(() => openHDF5(url), "INVALID_ARGUMENT", `${url} is a URL: \`await openRemoteHDF5(url)\``);
    for (const open of [openNpz, openNpyStack, (path: string) => openRaw(path, RAW)]) {
      expectError(() => open(url), "INVALID_ARGUMENT", `${url} is a URL: of such, .npy files and arrays`);
    }
    const x = array.fromArray(await openRemoteNpy(url));
    await expectRejection(x.sum().compute({ engine: "js" }), "ENGINE_UNAVAILABLE", url);
  });

  it("is asked for several blocks at once", async () => {
    const x = array.fromArray(await openRemoteNpy(`${server.url}/x.npy`), { chunks: [1, 10] });
    const begun = server.holdAnswers(6);
    const sum = x.sum().compute();
    await begun;
    expect(await sum).toBe(1770);
  });

  it("may not be there", async () => {
    // Nobody listens at the first of the ports that only root may have.
    const nobody = "http://127.0.0.1:1/x.npy";
    await expectRejection(openRemoteNpy(nobody), "NETWORK", `${nobody} cannot be reached`);
    await expectRejection(openRemoteNpy(`${server.url}/y.npy`), "FILE_NOT_FOUND", "/y.npy");
    await expectRejection(openRemoteNpy("ftp://host/x.npy"), "INVALID_ARGUMENT", "`url`");
  });
});
