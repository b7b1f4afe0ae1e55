// The tests of the package, in vitest.

import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { root, stampDir } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { withFailure } from "./test-counts.mjs";

/** @returns {Promise<import("./test-counts.mjs").Counts>} */
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
  const counts = readCounts(report);
  // An error that no test waited for.
  if (!succeeded && counts.failures.length === 0)
    counts.failures.push("vitest: an error outside of all tests");
  return withFailure(counts, succeeded);
}

function readCounts(report) {
  try {
    const {
      numPassedTests: passed,
      numFailedTests: failed,
      testResults,
    } = JSON.parse(readFileSync(report, "utf8"));
    return { passed, failed, failures: testResults.flatMap(failuresOf) };
  } catch {
    return { passed: 0, failed: 0, failures: [] };
  } finally {
    rmSync(report, { force: true });
  }
}

/** What failed in a file, and with what. A file that could not be run is a failure itself. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(root, name);
  const failed = assertionResults.filter((test) => test.status === "failed");
  if (failed.length === 0) return status === "failed" ? [`${file}: ${firstLine(message)}`] : [];
  return failed.map(
    ({ fullName, failureMessages }) => `${file}: ${fullName}: ${firstLine(failureMessages[0])}`,
  );
}

function firstLine(text = "") {
  return text.split("\n", 1)[0];
}
