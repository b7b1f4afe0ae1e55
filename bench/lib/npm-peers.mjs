// The peers from npm, in a private folder.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { installWithNpm } from "../../scripts/lib/npm-peers.mjs";
import { root } from "../../scripts/lib/paths.mjs";

const manifest = join(root, "bench", "peers.json");

/** Contestants by the names that workloads give them, and the packages that they are. */
const PACKAGES = { nodejs: "nodejs-polars", numpyts: "numpy-ts", arquero: "arquero" };

/**
 * Installs the peers unless they are there. Needs the build lock.
 *
 * @returns {Promise<{ npm?: string, npmMissing: Record<string, string> }>} their folder, and why contestants are missing
 */
export async function prepareNpmPeers() {
  const { dependencies } = JSON.parse(readFileSync(manifest, "utf8"));
  // Its addon asks for Node 22, and so npm leaves it out below that unless it is named; it runs there too.
  const isLinux = process.platform === "linux" && ["x64", "arm64"].includes(process.arch);
  const addon = `nodejs-polars-linux-${process.arch}-gnu@${dependencies["nodejs-polars"]}`;
  try {
    const npm = await installWithNpm(manifest, isLinux ? [addon] : []);
    const broken = Object.entries(PACKAGES).filter(([, name]) => !loads(name, npm));
    return { npm, npmMissing: Object.fromEntries(broken.map(([key]) => [key, "it does not run here"])) };
  } catch (problem) {
    const missing = Object.keys(PACKAGES).map((key) => [key, problem.message]);
    return { npmMissing: Object.fromEntries(missing) };
  }
}

function loads(name, npm) {
  const program = `import(require.resolve(${JSON.stringify(name)}))`;
  return spawnSync(process.execPath, ["-e", program], { cwd: npm }).status === 0;
}
