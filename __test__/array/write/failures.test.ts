import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, type LazyArray } from "bramble";
import { openHDF5 } from "bramble/hdf5";
import { openNpy, openNpyStack, openNpz, openRaw } from "bramble/npy";
import { openZarrArray } from "bramble/zarr";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { scriptWords } from "../../support/script.js";
import { mayMount, runOnSmallDisk } from "../../support/small-disk.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bramble-failures-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Every way to write, as source: `x` is what is written and `path` where, `options` are the computation's. */
const WRITERS = {
  npy: "x.toNpy(path + '.npy', { overwrite: true, ...options })",
  raw: "x.toRaw(path + '.bin', { overwrite: true, ...options })",
  npz: "array.toNpz(path + '.npz', { x }, { overwrite: true, ...options })",
  stack: "x.toNpy(path + '.stack', { overwrite: true, ...options })",
  zarr: "x.toZarr(path + '.zarr', { overwrite: true, compression: null, ...options })",
  hdf5: "x.toHDF5(path + '.h5', '/x', { overwrite: true, ...options })",
  "hdf5 in one piece": "x.toHDF5(path + '.h5', '/x', { overwrite: true, chunks: null, ...options })",
  "region of npy": "x.store(openNpy(path + '.npy'), options)",
  "region of zarr": "x.store(openZarrArray(path + '.zarr'), options)",
  "region of hdf5": "x.store(openHDF5(path + '.h5').get('x'), options)",
} as const;

const PACKAGE = new URL("../../../dist/", import.meta.url).href;
const START = `
  import { array } from "BRAMBLE";
  import { openHDF5 } from "${PACKAGE}hdf5.js";
  import { openNpy } from "${PACKAGE}npy.js";
  import { openZarrArray } from "${PACKAGE}zarr.js";
  const path = ${"PATH"};
  const write = (x, options = {}) => ${"WRITE"};
`;

const program = (write: string, path: string, rest: string): string[] =>
  scriptWords(START.replace("PATH", JSON.stringify(path)).replace("WRITE", () => write) + rest);

/** Opens what is at a path, by the writer that wrote it. */
function open(writer: string, path: string): LazyArray {
  if (writer.includes("npy")) return array.fromArray(openNpy(`${path}.npy`)) as LazyArray;
  if (writer === "raw")
    return array.fromArray(openRaw(`${path}.bin`, { shape: [4, 4], dtype: "float64" })) as LazyArray;
  if (writer === "npz") return array.fromArray(openNpz(`${path}.npz`).get("x")) as LazyArray;
  if (writer === "stack") return array.fromArray(openNpyStack(`${path}.stack`)) as LazyArray;
  if (writer.includes("zarr")) return array.fromArray(openZarrArray(`${path}.zarr`)) as LazyArray;
  return array.fromArray(openHDF5(`${path}.h5`).get("x") as never) as LazyArray;
}

async function writeOld(path: string): Promise<void> {
  const old = array.full([4, 4], 7, { chunks: 2 });
  await old.toNpy(`${path}.npy`);
  await old.toRaw(`${path}.bin`);
  await array.toNpz(`${path}.npz`, { x: old });
  await old.toNpy(`${path}.stack`);
  await old.toZarr(`${path}.zarr`);
  await old.toHDF5(`${path}.h5`, "/x");
}

describe("a process that is killed while it writes", () => {
  it.each(Object.entries(WRITERS))("leaves what was there: %s", async (writer, write) => {
    const path = join(folder, "x");
    await writeOld(path);
    const words = program(
      write,
      path,
      `// The first block is written when the second is asked for, which never comes.
      const x = array.ones([4, 4], { chunks: 2 }).mapBlocks(async (block, { start }) => {
        if (start[0] === 0) return block;
        process.stdout.write("writing");
        return new Promise((resolve) => setTimeout(resolve, 600_000, block));
      });
      await write(x, { scheduler: "sync" });`,
    );
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
    try {
      await new Promise<void>((resolve, reject) => {
        child.stdout.once("data", () => resolve());
        child.once("exit", (code) => reject(new Error(`it ended with ${code}`)));
        child.once("error", reject);
      });
    } finally {
      const ended = new Promise((resolve) => child.once("close", resolve));
      if (child.kill("SIGKILL")) await ended;
    }
    expect(await open(writer, path).sum().compute()).toBe(112);
  });
});

describe("a file system that takes no more", () => {
  it.each(Object.entries(WRITERS))("is said, and other work goes on: %s", async (writer, write) => {
    const path = join(folder, "x");
    await writeOld(path);
    const before = readdirSync(folder).sort();
    const words = program(
      write,
      path,
      `const isRegion = ${writer.startsWith("region")};
      const target = isRegion ? path + "-large" : path;
      const tell = async (promise) => {
        const text = await promise.then(() => "written", (error) => error.code + " " + error.message);
        process.stdout.write(text + "\\n");
      };
      await tell(write(array.ones([512, 512], { chunks: [256, 512] })));
      await tell(write(array.full([4, 4], 5, { chunks: 2 })));`,
    );
    // Files of more than 256 KiB are refused, as by a full disk, with another number.
    const limited = spawnSync(
      "bash",
      ["-c", `trap "" XFSZ; ulimit -f 256; exec "$0" "$@"`, process.execPath, ...words],
      { encoding: "utf8", timeout: 100_000 },
    );
    expect(limited.stderr).toBe("");
    const [refused = "", then] = limited.stdout.trim().split("\n");
    if (writer.startsWith("region")) expect(refused).toContain("SHAPE_MISMATCH");
    else expect(refused).toMatch(/^FILE_ACCESS .*x\.\w+ could not be written: File too large/);
    expect(then).toBe("written");
    expect(await open(writer, path).sum().compute()).toBe(80);
    expect(readdirSync(folder).sort()).toEqual(before);
  });
});

// Where nobody may mount anything, the limit of files above stands for a full disk.
describe.runIf(mayMount)("a full disk", () => {
  const whole = Object.entries(WRITERS).filter(([writer]) => !writer.startsWith("region"));

  it.each(whole)("is said, and other work goes on: %s", (_, write) => {
    const path = join(folder, "x");
    const words = program(
      write,
      path,
      `import { readdirSync } from "node:fs";
      await write(array.full([4, 4], 7, { chunks: 2 }));
      const before = readdirSync(${JSON.stringify(folder)}).sort();
      const tell = async (promise) => {
        const text = await promise.then(() => "written", (error) => error.code + " " + error.message);
        process.stdout.write(text + "\\n");
      };
      await tell(write(array.ones([512, 512], { chunks: [256, 512] })));
      const after = readdirSync(${JSON.stringify(folder)}).sort();
      process.stdout.write("from " + before + " to " + after + "\\n");
      await tell(write(array.full([4, 4], 5, { chunks: 2 })));`,
    );
    const { stdout, stderr } = runOnSmallDisk(folder, [process.execPath, ...words]);
    expect(stderr).toBe("");
    const [refused = "", left, then] = stdout.trim().split("\n");
    expect(refused).toMatch(/^DISK_FULL .*x\.\w+ could not be written: the disk is full/);
    expect(left).toMatch(/^from (x\.\w+) to \1$/);
    expect(then).toBe("written");
  });
});
