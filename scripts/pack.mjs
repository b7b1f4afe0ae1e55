// npm run pack: tarballs of every package in .dist-packages, with their sizes. Packs the addons that are there;
// `npm run build:dist` makes those that are published.

import { withBuildLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { checkPackages } from "./release/check.mjs";
import { PACKED, packAll } from "./release/pack.mjs";
import { printSizes } from "./release/sizes.mjs";
import { prepareJavaScript } from "./steps/prepare.mjs";

await main(async () => {
  await prepareJavaScript();
  await withBuildLock(async () => {
    const packed = await packAll(PACKED);
    await checkPackages(packed);
    printSizes(packed);
    process.stdout.write(`They are in ${PACKED}\n`);
  });
});
