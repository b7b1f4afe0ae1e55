// npm run generate: writes src/generated anew.

import { withBuildLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { generate } from "./steps/generate.mjs";
import { installNodePackages } from "./steps/packages.mjs";

await main(() =>
  withBuildLock(async () => {
    await installNodePackages();
    const changed = await generate();
    process.stdout.write(changed.length > 0 ? `Changed: ${changed.join(", ")}\n` : "Nothing changed\n");
  }),
);
