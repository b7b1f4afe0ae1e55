// What test runners report, added up in the form that a person and a CI can read.

/** @typedef {{ passed: number, failed: number, failures?: string[] }} Counts what passed and failed, and what of it, in a line each */

/**
 * Counts what `cargo test` printed.
 *
 * @param {string} output
 * @param {boolean} succeeded whether cargo ended with 0
 * @returns {Counts}
 */
export function countCargoTests(output, succeeded) {
  const results = [...output.matchAll(/^test result: .*?(\d+) passed; (\d+) failed/gm)];
  const sum = (group) => results.reduce((total, match) => total + Number(match[group]), 0);
  const failures = [...output.matchAll(/^test (.+) \.\.\. FAILED$/gm)].map(([, name]) => name);
  return withFailure({ passed: sum(1), failed: sum(2), failures }, succeeded);
}

/** A runner that failed without a failed test (it did not compile, it crashed) counts as one. */
export function withFailure(counts, succeeded) {
  return { ...counts, failed: succeeded ? counts.failed : Math.max(counts.failed, 1) };
}

/** Prints each failure in a line and the sum in the last, and fails the process if any test failed or none ran. */
export function reportCounts(counts) {
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  const [passed, failed] = [sum("passed"), sum("failed")];
  for (const failure of counts.flatMap(({ failures = [] }) => failures))
    process.stdout.write(`failed: ${failure}\n`);
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}
