// The peers from PyPI, in a private folder.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cache, root } from "../../scripts/lib/paths.mjs";
import { installWithPip } from "../../scripts/lib/pip.mjs";

const requirements = join(root, "bench", "requirements.txt");

/**
 * Installs the peers unless they are there. Needs the build lock.
 *
 * @returns {Promise<{ python: string, env: Record<string, string> } | { problem: string }>} how Python is started
 *   with them, or why they are missing
 */
export async function preparePeers() {
  const { error, stdout } = spawnSync("python3", ["--version"], { encoding: "utf8" });
  if (error) return { problem: "there is no python3" };
  const key = createHash("sha256")
    .update(stdout)
    .update(readFileSync(requirements))
    .digest("hex")
    .slice(0, 12);
  const folder = join(cache, "bench-peers", key);
  try {
    await installWithPip(folder, ["--requirement", requirements], {
      purpose: "Dask, NumPy and h5py for comparison",
      otherwise: "The benchmarks go on without them.",
    });
  } catch (problem) {
    return { problem: problem.message };
  }
  return { python: "python3", env: { PYTHONPATH: folder } };
}
