// The packages of package-lock.json in node_modules.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/paths.mjs";
import { withProgress } from "../lib/progress.mjs";
import { run } from "../lib/run.mjs";

/**
 * Installs them unless they are there. Needs the build lock.
 *
 * It is what `npm ci` does, which refuses a lock file without the optional packages of every platform; a
 * registry that lacks some of them, such as a company's mirror, gives no other.
 */
export async function installNodePackages() {
  if (arePackagesInstalled()) return;
  await withProgress("Installing packages from npm", async () => {
    rmSync(join(root, "node_modules"), { recursive: true, force: true });
    await run("npm", ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]);
  });
}

/** npm notes what it installed, as the last thing it does. Packages for other platforms are not there. */
export function arePackagesInstalled() {
  const note = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(note)) return false;
  const installed = readPackages(note);
  const { "": _checkout, ...wanted } = readPackages(join(root, "package-lock.json"));
  return Object.entries(wanted).every(([path, { version, optional }]) =>
    installed[path] ? installed[path].version === version : optional,
  );
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}
