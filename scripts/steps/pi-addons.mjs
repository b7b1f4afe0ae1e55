// The addons of the Raspberry Pis, in their platform folders.

import { join } from "node:path";
import { crossCargo, GLIBC } from "../cross/cargo.mjs";
import { checkBinary } from "../cross/check-binary.mjs";
import { piTargetDir } from "../lib/paths.mjs";
import { addonPath, piPlatforms } from "../lib/platforms.mjs";
import { stamp } from "../lib/stamp.mjs";
import { addonInputs, installAddon } from "./addon.mjs";

/**
 * Builds those that are not there and fresh. Needs the build lock and node_modules.
 *
 * @param {"release" | "dist"} profile
 */
export async function buildPiAddons(profile) {
  for (const platform of piPlatforms) {
    const addon = addonPath(platform);
    const addonStamp = stamp(`addon-${platform.name}`, {
      inputs: addonInputs,
      outputs: [addon],
      settings: profile,
    });
    if (addonStamp.isFresh()) continue;
    const target = `${platform.target}.${GLIBC}`;
    const args = [
      "--profile",
      profile,
      "--locked",
      "-p",
      "bramble-node",
      "--target",
      target,
      ...features(profile),
    ];
    await crossCargo(`Building the addon for ${platform.name}`, ["zigbuild", ...args]);
    const library = join(piTargetDir, platform.target, profile, "libbramble_node.so");
    await checkBinary(library, platform);
    installAddon(library, addon);
    addonStamp.write();
  }
}

/** What tests load goes without data frames: Polars takes longer to build than all the rest, on two targets. */
function features(profile) {
  return profile === "dist" ? [] : ["--no-default-features"];
}
