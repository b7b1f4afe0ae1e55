// A Rust compiler with a standard library for the Raspberry Pis: rustup's where it can add one, else Debian's.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { SetupError } from "../lib/errors.mjs";
import { piPlatforms } from "../lib/platforms.mjs";
import { withProgress } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";
import { probe } from "../lib/tools.mjs";
import { DEBIAN_RUSTC, installDebianRust, isDebianStdCurrent } from "./debian-rust.mjs";

const targets = piPlatforms.map(({ target }) => target);

/**
 * Makes sure that there is one.
 *
 * @returns {Promise<{ rustc: string, version: string, env: Record<string, string> }>} with the environment
 *   that makes cargo use it
 * @throws {SetupError} if neither rustup nor Debian's packages can give one
 */
export async function installCrossRust() {
  const found = findCrossRust();
  if (found) return found;
  await addWithRustup();
  if (!findCrossRust()) await installDebianRust(targets);
  const installed = findCrossRust();
  if (installed) return installed;
  throw new SetupError(
    `No Rust standard library could be had for ${targets.join(" and ")}.\n` +
      `  To get it: rustup target add ${targets.join(" ")}`,
  );
}

function findCrossRust() {
  const rustc = ["rustc", DEBIAN_RUSTC].find((command) => targets.every((target) => hasStd(command, target)));
  if (!rustc) return undefined;
  const env = rustc === DEBIAN_RUSTC ? { RUSTC: rustc, PATH: `${dirname(rustc)}:${process.env.PATH}` } : {};
  return { rustc, version: probe(rustc).version, env };
}

function hasStd(rustc, target) {
  const { status, stdout } = spawnSync(rustc, ["--print", "target-libdir", "--target", target], {
    encoding: "utf8",
  });
  const folder = stdout?.trim();
  if (status !== 0 || !existsSync(folder)) return false;
  if (rustc === DEBIAN_RUSTC && !isDebianStdCurrent(folder)) return false;
  return readdirSync(folder).some((name) => name.startsWith("libstd-") && name.endsWith(".rlib"));
}

/** Not every network lets rustup through; then Debian's packages are tried. */
async function addWithRustup() {
  if (probe("rustup").problem) return;
  try {
    await withProgress("Adding the Raspberry Pi targets with rustup", () =>
      run("rustup", ["target", "add", ...targets]),
    );
  } catch (error) {
    process.stderr.write(`  rustup can't add them here: ${error.output.trim().split("\n").at(-1)}\n`);
  }
}
