// npm run build:pi: the addons of both Raspberry Pi platforms. `-- --dist` makes those that are published.

import { GLIBC } from "./cross/cargo.mjs";
import { complete, withoutFrames } from "./lib/flavours.mjs";
import { withBuildLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { addonPath, piPlatforms } from "./lib/platforms.mjs";
import { requireNode } from "./lib/tools.mjs";
import { installNodePackages } from "./steps/packages.mjs";
import { buildPiAddons } from "./steps/pi-addons.mjs";

const profile = process.argv.includes("--dist") ? "dist" : "emulated";
const flavour = profile === "dist" ? complete : withoutFrames;

await main(() =>
  withBuildLock(async () => {
    requireNode();
    // The notes of what is fresh stand in node_modules, which installing packages empties.
    await installNodePackages();
    await buildPiAddons(profile);
    for (const platform of piPlatforms)
      process.stdout.write(`${addonPath(platform, flavour)}: ${profile}, glibc ${GLIBC}\n`);
  }),
);
