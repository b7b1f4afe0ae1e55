// What test runners report, added up in the form that a person and a CI can read.

/**
 * Counts what `cargo test` printed.
 *
 * @param {string} output
 * @param {boolean} succeeded whether cargo ended with 0
 * @returns {{ passed: number, failed: number }}
 */
export function countCargoTests(output, succeeded) {
  const results = [...output.matchAll(/^test result: .*?(\d+) passed; (\d+) failed/gm)];
  const sum = (group) => results.reduce((total, match) => total + Number(match[group]), 0);
  return withFailure({ passed: sum(1), failed: sum(2) }, succeeded);
}

/** A runner that failed without a failed test (it did not compile, it crashed) counts as one. */
export function withFailure({ passed, failed }, succeeded) {
  return { passed, failed: succeeded ? failed : Math.max(failed, 1) };
}

/** Prints the sum as the last line, and fails the process if any test failed or none ran. */
export function reportCounts(counts) {
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  const [passed, failed] = [sum("passed"), sum("failed")];
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}
