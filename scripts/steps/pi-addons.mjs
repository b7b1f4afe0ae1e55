// The addons of the Raspberry Pis, in their platform folders.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { crossCargo, GLIBC } from "../cross/cargo.mjs";
import { checkBinary } from "../cross/check-binary.mjs";
import { complete, featureArguments, withoutFrames } from "../lib/flavours.mjs";
import { piTargetDir, root } from "../lib/paths.mjs";
import { addonPath, piPlatforms } from "../lib/platforms.mjs";
import { stamp } from "../lib/stamp.mjs";
import { addonInputs, installAddon } from "./addon.mjs";

/**
 * Builds those that are not there and fresh. Needs the build lock and node_modules.
 *
 * @param {"emulated" | "dist"} profile what tests load goes without data frames: Polars takes longer to build than all
 *   the rest, on two targets
 */
export async function buildPiAddons(profile) {
  const flavour = profile === "dist" ? complete : withoutFrames;
  for (const platform of piPlatforms) {
    await buildCrossAddon(platform, flavour, profile);
    // The loader prefers it, and it is of other sources.
    if (flavour === withoutFrames) rmSync(join(root, addonPath(platform, complete)), { force: true });
  }
}

/** Builds an addon that runs with an old glibc, unless it is there and fresh. */
export async function buildCrossAddon(platform, flavour, profile) {
  const addon = addonPath(platform, flavour);
  const addonStamp = stamp(`addon-${platform.name}-${flavour.name}`, {
    inputs: addonInputs,
    outputs: [addon],
    settings: profile,
  });
  if (addonStamp.isFresh()) return;
  const target = `${platform.target}.${GLIBC}`;
  const what = ["--profile", profile, "--locked", "-p", "bramble-node", "--target", target];
  await crossCargo(`Building ${flavour.name} for ${platform.name}`, [
    "zigbuild",
    ...what,
    ...featureArguments(flavour),
  ]);
  const library = join(piTargetDir, platform.target, profile, "libbramble_node.so");
  await checkBinary(library, platform);
  installAddon(library, addon);
  addonStamp.write();
}
