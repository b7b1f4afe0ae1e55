// The tests of the package, in vitest.

import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stampDir } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { withFailure } from "./test-counts.mjs";

/** @returns {Promise<{ passed: number, failed: number }>} */
export async function testTypeScript() {
  const report = join(stampDir, `vitest-${process.pid}.json`);
  mkdirSync(stampDir, { recursive: true });
  let succeeded = true;
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const color = process.stdout.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
    await run("node_modules/.bin/vitest", ["run", ...reporters, ...process.argv.slice(2)], {
      echo: true,
      env: color,
    });
  } catch {
    // Vitest has printed what failed.
    succeeded = false;
  }
  return withFailure(readCounts(report), succeeded);
}

function readCounts(report) {
  try {
    const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, "utf8"));
    return { passed, failed };
  } catch {
    return { passed: 0, failed: 0 };
  } finally {
    rmSync(report, { force: true });
  }
}
