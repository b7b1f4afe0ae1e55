// npm run build:dist [-- PLATFORM ...]: every addon and program as it is published, for all platforms or some. Takes a
// quarter of an hour or more for each.

import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { flavours } from "./lib/flavours.mjs";
import { withBuildLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";
import { addonPath, platformsNamed } from "./lib/platforms.mjs";
import { requireNode } from "./lib/tools.mjs";
import { writeStripped } from "./release/strip.mjs";
import { buildCrossCli } from "./steps/cli-programs.mjs";
import { installNodePackages } from "./steps/packages.mjs";
import { buildCrossAddon } from "./steps/pi-addons.mjs";

await main(async () => {
  const wanted = platformsNamed(process.argv.slice(2));
  await withBuildLock(async () => {
    requireNode();
    await installNodePackages();
    for (const platform of wanted) {
      for (const flavour of flavours) {
        await buildCrossAddon(platform, flavour, "dist");
        process.stdout.write(`${addonPath(platform, flavour)}\n`);
      }
      const folder = join(root, ".dist-cli");
      mkdirSync(folder, { recursive: true });
      const program = join(folder, `bramble-${platform.name}`);
      writeStripped(await buildCrossCli(platform, "dist"), program);
      chmodSync(program, 0o755);
      process.stdout.write(`${program}\n`);
    }
  });
});
