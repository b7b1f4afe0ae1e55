// Packages from npm that are no dependencies of ours, in private folders.

import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cache } from "./paths.mjs";
import { withProgress } from "./progress.mjs";
import { run } from "./run.mjs";

/**
 * Installs what a manifest names, unless it is there. Needs the build lock.
 *
 * @param {string} manifest the path of a `package.json`, whatever it is called
 * @param {string[]} [more] packages for this machine alone
 * @returns {Promise<string>} the folder
 */
export async function installWithNpm(manifest, more = []) {
  const hash = createHash("sha256").update(readFileSync(manifest)).update(process.version);
  const folder = join(cache, "npm-peers", hash.update(more.join()).digest("hex").slice(0, 12));
  if (existsSync(folder)) return folder;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  copyFileSync(manifest, join(partial, "package.json"));
  const { description } = JSON.parse(readFileSync(manifest, "utf8"));
  const args = ["install", "--no-audit", "--no-fund", ...more];
  await withProgress(`Installing ${description}`, () => run("npm", args, { cwd: partial }));
  renameSync(partial, folder);
  return folder;
}
