// The programs of clusters that run without Node, for this machine and for the Raspberry Pis.

import { join } from "node:path";
import { crossCargo, GLIBC } from "../cross/cargo.mjs";
import { checkBinary } from "../cross/check-binary.mjs";
import { cargo } from "../lib/cargo.mjs";
import { complete, featureArguments, withoutFrames } from "../lib/flavours.mjs";
import { piTargetDir, targetDir } from "../lib/paths.mjs";

/** Builds `bramble` for this machine, with its own C library, and gives its path. Needs the build lock. */
export async function buildCli() {
  // Beside the addon, with whose features its crates are built.
  const what = ["-p", "bramble-node", "-p", "bramble-cli"];
  await cargo("Building bramble without Node", ["build", "--release", "--locked", ...what]);
  return join(targetDir, "release", "bramble");
}

/**
 * Builds `bramble` for another machine, and gives its path. Needs the build lock.
 *
 * @param {{ name: string, arch: string, target: string }} platform
 * @param {"emulated" | "dist"} profile as of the addon, with which it is built: it shares nearly all crates
 */
export async function buildCrossCli(platform, profile) {
  const flavour = profile === "dist" ? complete : withoutFrames;
  await crossCargo(`Building bramble without Node for ${platform.name}`, [
    "zigbuild",
    `--profile=${profile}`,
    "--locked",
    `--target=${platform.target}.${GLIBC}`,
    "--package=bramble-node",
    "--package=bramble-cli",
    ...featureArguments(flavour),
  ]);
  const program = join(piTargetDir, platform.target, profile, "bramble");
  await checkBinary(program, platform);
  return program;
}
