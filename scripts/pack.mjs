// npm run pack: tarballs of every package in .dist-packages, with their sizes. Packs the addons that are there;
// `-- --dist` builds all of them first, as they are published, which takes an hour or more.

import { join } from "node:path";
import { flavours } from "./lib/flavours.mjs";
import { withBuildLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";
import { platforms } from "./lib/platforms.mjs";
import { checkPackages } from "./release/check.mjs";
import { packAll } from "./release/pack.mjs";
import { printSizes } from "./release/sizes.mjs";
import { buildCrossAddon } from "./steps/pi-addons.mjs";
import { prepare } from "./steps/prepare.mjs";

const folder = join(root, ".dist-packages");

await main(async () => {
  await prepare();
  await withBuildLock(async () => {
    if (process.argv.includes("--dist"))
      for (const flavour of flavours)
        for (const platform of platforms) await buildCrossAddon(platform, flavour, "dist");
    const packed = await packAll(folder);
    await checkPackages(packed);
    printSizes(packed);
  });
});
