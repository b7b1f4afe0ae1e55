// The addon of this machine, in its platform folder.

import { copyFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { cargo } from "../lib/cargo.mjs";
import { complete, featureArguments } from "../lib/flavours.mjs";
import { root, targetDir } from "../lib/paths.mjs";
import { addonPath, hostPlatform } from "../lib/platforms.mjs";
import { stamp } from "../lib/stamp.mjs";

/** What an addon is made from. */
export const addonInputs = ["Cargo.toml", "Cargo.lock", "build.rs", ".cargo", "crates"];

/** Builds it unless it is there and fresh. Needs the build lock. */
export async function buildAddon(flavour = complete) {
  const built = addonStamp(flavour);
  if (built.isFresh()) return;
  const label =
    flavour === complete
      ? "Building the addon (the first time takes some minutes)"
      : `Building the addon of ${flavour.name}`;
  await cargo(label, ["build", "--release", "--locked", "-p", "bramble-node", ...featureArguments(flavour)]);
  installAddon(join(targetDir, "release", "libbramble_node.so"), addonPath(hostPlatform(), flavour));
  built.write();
}

/** Whether it was built from the sources as they are now. */
export function isAddonFresh() {
  return addonStamp(complete).isFresh();
}

function addonStamp(flavour) {
  const name = flavour === complete ? "addon" : `addon-${flavour.name}`;
  return stamp(name, { inputs: addonInputs, outputs: [addonPath(hostPlatform(), flavour)] });
}

/** Puts a library in place in one step: a process that has the old one mapped keeps it, no other sees a part. */
export function installAddon(library, addon) {
  const partial = join(root, `${addon}.partial-${process.pid}`);
  copyFileSync(library, partial);
  renameSync(partial, join(root, addon));
}
