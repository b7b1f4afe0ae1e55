// Everything that must be there before a program can import the package from a checkout.

import { withBuildLock } from "../lib/lock.mjs";
import { requireNode } from "../lib/tools.mjs";
import { buildAddon, isAddonFresh } from "./addon.mjs";
import { buildDist, isDistFresh } from "./dist.mjs";
import { arePackagesInstalled, installNodePackages } from "./packages.mjs";

/** Makes what is missing or out of date. Does not wait for another build if there is nothing to make. */
export async function prepare() {
  requireNode();
  if (arePackagesInstalled() && isAddonFresh() && isDistFresh()) return;
  await withBuildLock(async () => {
    await installNodePackages();
    await buildAddon();
    await buildDist();
  });
}

/** The same but for the addon: the one that is there may be the one that is published. */
export async function prepareJavaScript() {
  requireNode();
  await withBuildLock(async () => {
    await installNodePackages();
    await buildDist();
  });
}
