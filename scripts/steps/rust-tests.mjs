// The tests of the Rust crates, on this machine.

import { cargo } from "../lib/cargo.mjs";
import { countCargoTests } from "./test-counts.mjs";

/**
 * The addon's own crate has no tests: its functions only run inside Node. The code generator would have every
 * crate compiled once more, with its features. Needs the build lock.
 *
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export function testRust() {
  const selection = ["--workspace", "--exclude", "bramble-node", "--exclude", "bramble-codegen"];
  return countedCargoTest((args) => cargo("Testing the Rust crates", args), selection);
}

/**
 * Runs `cargo test` and prints what failed, or one line if nothing did.
 *
 * @param {(args: string[]) => Promise<string>} start runs cargo with these arguments
 * @param {string[]} selection which crates, and for what
 */
export async function countedCargoTest(start, selection) {
  const args = ["test", "--release", "--locked", "--no-fail-fast", ...selection];
  let output = "";
  let succeeded = true;
  try {
    output = await start(args);
  } catch (error) {
    output = error.output ?? error.message;
    succeeded = false;
    process.stdout.write(`${output}\n`);
  }
  const counts = countCargoTests(output, succeeded);
  process.stdout.write(`cargo test: ${counts.passed} passed; ${counts.failed} failed\n`);
  return counts;
}
