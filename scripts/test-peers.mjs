// npm run test:peers: reads what Bramble writes with the libraries that define the formats, from PyPI, and uses databases
// from npm.

import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withBuildLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { cache, root } from "./lib/paths.mjs";
import { installWithNpm } from "./lib/npm-peers.mjs";
import { installWithPip } from "./lib/pip.mjs";
import { run } from "./lib/run.mjs";
import { prepare } from "./steps/prepare.mjs";

await main(async () => {
  await prepare();
  const packages = await withBuildLock(installPeers);
  const databases = await withBuildLock(() =>
    installWithNpm(join(root, "__test__", "peers", "databases.json")),
  );
  const folder = mkdtempSync(join(tmpdir(), "bramble-peers-"));
  try {
    await run("node", ["__test__/peers/write.mjs", folder], { echo: true });
    const env = { PYTHONPATH: packages };
    await run("python3", ["__test__/peers/read_back.py", folder], { echo: true, env });
    await run("node", ["__test__/peers/frames.mjs", "write", folder], { echo: true });
    await run("python3", ["__test__/peers/frames.py", folder], { echo: true, env });
    await run("node", ["__test__/peers/frames.mjs", "read", folder], { echo: true });
    await run("node", ["__test__/peers/s3.mjs"], { echo: true, env });
    await run("node", [join(root, "__test__/peers/sql.mjs"), folder], { echo: true, cwd: databases });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** @returns {Promise<string>} the folder with the packages */
async function installPeers() {
  const requirements = join(root, "__test__", "peers", "requirements.txt");
  const key = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const folder = join(cache, "test-peers", key);
  await installWithPip(folder, ["--requirement", requirements], {
    purpose: "h5py, NumPy, Dask, zarr-python, pandas, pyarrow and moto",
    otherwise: "Without them nothing is compared.",
  });
  return folder;
}
