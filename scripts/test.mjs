// npm test: builds what is missing and runs every test of this machine. The last line counts them.

import { withBuildLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { prepare } from "./steps/prepare.mjs";
import { testRust } from "./steps/rust-tests.mjs";
import { installShells } from "./steps/shells.mjs";
import { installSshServer } from "./steps/ssh-server.mjs";
import { reportCounts } from "./steps/test-counts.mjs";
import { testTypeScript } from "./steps/typescript-tests.mjs";

await main(async () => {
  await prepare();
  const rust = await withBuildLock(async () => {
    await installShells();
    await installSshServer();
    return testRust();
  });
  reportCounts([rust, await testTypeScript()]);
});
