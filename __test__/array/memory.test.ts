import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { array, type ComputeOptions } from "bramble";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { makeExampleFile } from "../support/example-file.js";
import { scriptWords } from "../support/script.js";

const program = fileURLToPath(new URL("../support/peak-memory.mjs", import.meta.url));
const MB = 2 ** 20;
/** 128 MB of numbers. */
const [ROWS, COLUMNS] = [4096, 4096];
const LIMIT = 32 * MB;
/** What a program may take beside blocks: up to 64 MB for chunks that are decoded, its own code, stacks, the allocator. */
const OWN = 80 * MB;

interface Outcome {
  readonly peak: number;
  readonly values: readonly number[];
}

describe("a computation with less memory than its data", () => {
  let folder = "";
  const spilled = (): string => join(folder, "spill");

  beforeAll(async () => {
    // Beside the tests and not in the system's folder for such, which may lie in memory.
    folder = await mkdtemp(
      fileURLToPath(new URL("../../node_modules/.cache/bramble/memory-", import.meta.url)),
    );
    await makeExampleFile(join(folder, "x.h5"), { rows: ROWS, columns: COLUMNS, chunk: 256 });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function compute(expression: string, options: ComputeOptions, dtype = "float64"): Promise<Outcome> {
    const env = { ...process.env, BRAMBLE_MEMORY__SPILL_FOLDER: spilled() };
    const out = await mkdtemp(join(folder, "out-"));
    const args = [program, expression, join(folder, "x.h5"), out, JSON.stringify(options), dtype];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    return JSON.parse(stdout) as Outcome;
  }

  it.each([
    { scheduler: "threads", dtype: "float64" },
    { scheduler: "threads", dtype: "float32" },
    { scheduler: "sync", dtype: "float64" },
  ] as const)("that streams stays below: $scheduler, $dtype", async ({ scheduler, dtype }) => {
    const plenty = await compute("centred", { memoryLimit: 4096 * MB }, dtype);
    const little = await compute("centred", { memoryLimit: LIMIT, scheduler }, dtype);
    expect(little.values).toEqual(plenty.values);
    expect(little.peak).toBeLessThan(LIMIT);
  });

  it.each(["transposed", "written"])("that reads blocks again keeps none: %s", async (expression) => {
    const { peak, values } = await compute(expression, { memoryLimit: LIMIT });
    expect(values).toEqual([50.489529138909745]);
    expect(peak).toBeLessThan(LIMIT + OWN);
  });

  it.each(["threads", "sync"] as const)(
    "keeps blocks on disk, leaves nothing there: %s",
    async (scheduler) => {
      const plenty = await compute("recut", { memoryLimit: 4096 * MB });
      const little = await compute("recut", { memoryLimit: LIMIT, scheduler });
      expect(little.values).toEqual(plenty.values);
      expect(plenty.peak).toBeGreaterThan(ROWS * COLUMNS * 8 * 0.9);
      expect(little.peak).toBeLessThan(LIMIT + OWN);
      expect(await readdir(spilled())).toEqual([]);
    },
  );
});

describe("a disk that takes no more while blocks go there", () => {
  it("is said, and other work goes on", async () => {
    const folder = await mkdtemp(
      fileURLToPath(new URL("../../node_modules/.cache/bramble/memory-", import.meta.url)),
    );
    const words = scriptWords(`
      import { array } from "BRAMBLE";
      const options = { memoryLimit: 2 ** 20, scheduler: "sync" };
      const roots = array.random.defaultRng(1).random([1024, 1024], { chunks: 128 }).sqrt().rechunk([32, -1]);
      const tell = async (promise) => {
        const text = await promise.then(String, (error) => error.code + " " + error.message);
        process.stdout.write(text + "\\n");
      };
      await tell(roots.subtract(roots.mean({ axis: 0 })).max().compute(options));
      await tell(array.arange(10).sum().compute(options));
    `);
    try {
      // No file grows beyond a megabyte.
      const limited = await promisify(execFile)(
        "bash",
        ["-c", `trap "" XFSZ; ulimit -f 1024; exec "$0" "$@"`, process.execPath, ...words],
        { env: { ...process.env, BRAMBLE_MEMORY__SPILL_FOLDER: folder } },
      );
      const [refused, then] = limited.stdout.trim().split("\n");
      expect(refused).toMatch(/^SPILL_FAILED \d+ bytes that memory has no room for cannot be written to /);
      expect(refused).toContain(`${folder}: File too large`);
      expect(then).toBe("45");
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("bad input of memory limits", () => {
  const x = array.ones([64, 64], { chunks: 8 });

  it("is refused", async () => {
    for (const memoryLimit of ["much", -1, Number.NaN]) {
      await expectRejection(x.compute({ memoryLimit }), "INVALID_ARGUMENT", "`options.memoryLimit`");
    }
  });
});
