import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Home } from "./home.js";
import { linkTree, putInPlace } from "./links.js";
import { npmFolder } from "./npm-config.js";

const inside = fileURLToPath(new URL("inside/", import.meta.url));
const HOOK = "packages-hook.js";
const FILES = [HOOK, "packages-resolver.js", "npm.js"];

/**
 * Puts npm and what runs inside environments into the home: environments go on working when this installation of
 * Bramble moves, or makes place for another one.
 *
 * @returns the folder
 */
export async function installTools(home: Home): Promise<string> {
  const folder = join(home.tools, await release());
  if (existsSync(folder)) return folder;
  await mkdir(home.tools, { recursive: true });
  const partial = await mkdtemp(join(home.tools, ".partial-"));
  for (const file of FILES) await cp(join(inside, file), join(partial, file));
  await writeFile(join(partial, "package.json"), '{ "type": "module" }\n');
  await linkTree(npmFolder(), join(partial, "npm"));
  await putInPlace(partial, folder);
  return folder;
}

/** What Node is told to load in an environment, as one word of NODE_OPTIONS. */
export async function hookOption(home: Home): Promise<string> {
  return `--import=${pathToFileURL(join(await installTools(home), HOOK)).href}`;
}

/** Whether a word of NODE_OPTIONS is such a one, of whatever release. */
export function isHookOption(word: string): boolean {
  return word.startsWith("--import=file://") && word.includes("/store/tools/") && word.endsWith(`/${HOOK}`);
}

/** A name that changes with what is installed. */
async function release(): Promise<string> {
  const npm = JSON.parse(await readFile(join(npmFolder(), "package.json"), "utf8")) as { version: string };
  const hash = createHash("sha256").update(npm.version);
  for (const file of FILES) hash.update(await readFile(join(inside, file)));
  return hash.digest("hex").slice(0, 12);
}
