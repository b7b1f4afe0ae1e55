// The tests of the Rust crates, on this machine.

import { cargo } from "../lib/cargo.mjs";
import { countCargoTests } from "./test-counts.mjs";

/** The features of the addon, whose own crate has no tests, so that its build is used: no crate is compiled twice. */
const FEATURES = ["--no-default-features", "--features", "bramble-node/default"];

/**
 * Leaves out the code generator, whose features would have every crate compiled once more. Needs the build lock.
 *
 * @returns {Promise<import("./test-counts.mjs").Counts>}
 */
export function testRust() {
  const selection = ["--workspace", "--exclude", "bramble-codegen", ...FEATURES];
  return countedCargoTest((args) => cargo("Testing the Rust crates", args), selection);
}

/**
 * Runs `cargo test` and prints what failed, or one line if nothing did.
 *
 * @param {(args: string[]) => Promise<string>} start runs cargo with these arguments
 * @param {string[]} selection which crates, and for what
 * @param {"release" | "emulated"} profile
 */
export async function countedCargoTest(start, selection, profile = "release") {
  const args = ["test", "--profile", profile, "--locked", "--no-fail-fast", ...selection];
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
