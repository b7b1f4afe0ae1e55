// Where things are. Nothing that takes long to make lives in the checkout, so that a clean clone finds it.

import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** What the scripts install and build for themselves; shared by every checkout. */
export const cache = resolve(
  process.env.BRAMBLE_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "bramble"),
);

/** Cargo's target folder for this machine. */
export const targetDir = resolve(root, process.env.CARGO_TARGET_DIR || join(cache, "target"));

/** Cargo's target folder for the Raspberry Pis, which another toolchain may fill. */
export const piTargetDir = join(cache, "target-pi");

/** Notes of what was built from what; deleted together with `node_modules`. */
export const stampDir = join(root, "node_modules", ".cache", "bramble");
