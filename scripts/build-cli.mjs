// npm run build:cli: the program `bramble` for machines without Node, for all three platforms, as it is published.

import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { withBuildLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";
import { platforms } from "./lib/platforms.mjs";
import { buildCrossCli } from "./steps/cli-programs.mjs";

const folder = join(root, ".dist-cli");

await main(() =>
  withBuildLock(async () => {
    mkdirSync(folder, { recursive: true });
    for (const platform of platforms) {
      const program = join(folder, `bramble-${platform.name}`);
      copyFileSync(await buildCrossCli(platform, "dist"), program);
      process.stdout.write(`${program}\n`);
    }
  }),
);
