import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import type { BenchReport } from "../../dist/bench/index.js";
import { measure, median } from "../../dist/bench/measure.js";

const program = fileURLToPath(new URL("../../dist/cli/bramble.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "bramble-bench-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("bramble bench", () => {
  it("measures both paths, which agree, and leaves the numbers and nothing else", async () => {
    const cache = join(folder, "cache");
    const env = { ...process.env, XDG_CACHE_HOME: cache };
    const { stdout } = await promisify(execFile)(process.execPath, [program, "bench", "--quick"], {
      cwd: folder,
      env,
    });
    const report = JSON.parse(readFileSync(join(folder, "bramble-bench.json"), "utf8")) as BenchReport;
    expect(report.rows.map(({ name }) => name)).toEqual([
      "chain",
      "sin",
      "hdf5",
      "tasks",
      "csv",
      "bag",
      "calls",
    ]);
    for (const { title, native, js, ratio, problem } of report.rows) {
      expect(problem).toBe(undefined);
      expect(native).toBeGreaterThan(0);
      expect(js).toBeGreaterThan(0);
      expect(ratio).toBeGreaterThan(0);
      expect(stdout).toContain(title);
    }
    for (const { rate } of report.limits) expect(rate).toBeGreaterThan(0);
    expect(readdirSync(join(cache, "bramble", "spill"))).toEqual([]);
  });
});

describe("a measurement", () => {
  it("takes the middle of its times", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
  });

  it("runs at least once, and gives the answer", async () => {
    let runs = 0;
    const { answer, runs: counted, seconds } = await measure(async () => ++runs);
    expect(answer).toBe(runs);
    expect(counted).toBe(runs);
    expect(seconds).toBeGreaterThanOrEqual(0);
  });
});
