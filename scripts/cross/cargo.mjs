// Cargo for the Raspberry Pis.

import { cargo } from "../lib/cargo.mjs";
import { piTargetDir } from "../lib/paths.mjs";
import { installCrossRust } from "./rust.mjs";
import { installZig } from "./zig.mjs";

/** The oldest C library that the binaries run with: that of Node's own. */
export const GLIBC = "2.28";

/**
 * Runs one of cargo-zigbuild's commands under a progress line. Needs the build lock.
 *
 * @param {string} label
 * @param {string[]} args such as `["zigbuild", "--target", "…"]`
 * @param {Record<string, string>} [env]
 * @returns {Promise<string>} what it printed
 */
export async function crossCargo(label, args, env = {}) {
  const rust = await installCrossRust();
  const zig = await installZig();
  return cargo(label, args, {
    command: zig.zigbuild,
    env: { ...rust.env, ...zig.env, CARGO_TARGET_DIR: piTargetDir, ...env },
  });
}
