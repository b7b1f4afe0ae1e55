// Everything that building for the Raspberry Pis and running the result takes; see the files in cross/.

import { installEmulator } from "./cross/emulator.mjs";
import { installPiNodes } from "./cross/pi-nodes.mjs";
import { installCrossRust } from "./cross/rust.mjs";
import { installZig } from "./cross/zig.mjs";
import { withBuildLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { cache } from "./lib/paths.mjs";
import { requireNode } from "./lib/tools.mjs";

await main(() =>
  withBuildLock(async () => {
    requireNode();
    const { rustc, version } = await installCrossRust();
    await installZig();
    await installEmulator();
    await installPiNodes();
    process.stdout.write(
      `Ready to build for the Raspberry Pis: rustc ${version} (${rustc}), zig and ARM Nodes in ${cache}\n`,
    );
  }),
);
