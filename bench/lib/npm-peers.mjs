// The peers from npm, in a private folder.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { installWithNpm } from "../../scripts/lib/npm-peers.mjs";
import { root } from "../../scripts/lib/paths.mjs";

const manifest = join(root, "bench", "peers.json");

/**
 * Installs the peers unless they are there. Needs the build lock.
 *
 * @returns {Promise<{ npm: string } | { npmProblem: string }>} their folder, or why they are missing
 */
export async function prepareNpmPeers() {
  const { dependencies } = JSON.parse(readFileSync(manifest, "utf8"));
  // Its addon asks for Node 22, and so npm leaves it out below that unless it is named; it runs there too.
  const isLinux = process.platform === "linux" && ["x64", "arm64"].includes(process.arch);
  const addon = `nodejs-polars-linux-${process.arch}-gnu@${dependencies["nodejs-polars"]}`;
  try {
    const npm = await installWithNpm(manifest, isLinux ? [addon] : []);
    const { status } = spawnSync(process.execPath, ["-e", 'require("nodejs-polars")'], { cwd: npm });
    return status === 0 ? { npm } : { npmProblem: "its addon does not run here" };
  } catch (problem) {
    return { npmProblem: problem.message };
  }
}
