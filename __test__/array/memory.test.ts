import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { array } from "bramble";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { makeExampleFile } from "../support/example-file.js";

const program = fileURLToPath(new URL("../support/peak-memory.mjs", import.meta.url));
const MB = 2 ** 20;
/** 128 MB of numbers. */
const [ROWS, COLUMNS] = [4096, 4096];
const LIMIT = 32 * MB;

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

  async function compute(expression: string, limit: number): Promise<Outcome> {
    const env = { ...process.env, BRAMBLE_MEMORY__SPILL_FOLDER: spilled() };
    const args = [program, expression, String(limit), join(folder, "x.h5")];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    return JSON.parse(stdout) as Outcome;
  }

  it("that streams stays far below", async () => {
    const plenty = await compute("centred", 4096 * MB);
    const little = await compute("centred", LIMIT);
    expect(little.values).toEqual(plenty.values);
    expect(little.peak).toBeLessThan(LIMIT);
  });

  it("keeps blocks on disk, leaves nothing there, and gives the same bits", async () => {
    const plenty = await compute("recut", 4096 * MB);
    const little = await compute("recut", LIMIT);
    expect(little.values).toEqual(plenty.values);
    expect(plenty.peak).toBeGreaterThan(ROWS * COLUMNS * 8 * 0.9);
    // What tasks under way read and make comes on top of the limit.
    expect(little.peak).toBeLessThan(0.75 * plenty.peak);
    expect(await readdir(spilled())).toEqual([]);
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
