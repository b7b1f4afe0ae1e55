import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { copyFile, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { BrambleError } from "../errors.js";
import { CONTENT, type Environment } from "./environment.js";
import { codeOf } from "./file-errors.js";
import type { Home } from "./home.js";
import { onInterrupt } from "./interrupt.js";
import { linkOrCopy, linkTree } from "./links.js";
import type { NodeProgram } from "./node.js";
import { installTools } from "./tools.js";

/** Endings of folders beside the environments: one that is being made, and one that made place for it. */
const PARTIAL = ".partial";
const OLD = ".old";

/**
 * Makes or remakes an environment aside and puts it in its place as a whole: if something fails there is what was
 * there before. Needs the lock of the name.
 *
 * @param fill - fills the new folder.
 */
export async function remake(
  home: Home,
  { name, path }: Environment,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  await mkdir(home.environments, { recursive: true });
  await recover(home, name);
  const partial = join(home.environments, `.${name}${PARTIAL}-${randomUUID()}`);
  // Before there is a folder: a signal may come between any two steps.
  const stopWatching = onInterrupt(() => rmSync(partial, { recursive: true, force: true }));
  try {
    await mkdir(partial, { mode: 0o755 });
    await fill(partial);
    await swap(home, partial, path);
  } finally {
    stopWatching();
    await rm(partial, { recursive: true, force: true });
  }
}

async function swap(home: Home, partial: string, place: string): Promise<void> {
  const old = join(home.environments, `.${basename(place)}${OLD}`);
  if (existsSync(place)) await rename(place, old);
  await rename(partial, place);
  await rm(old, { recursive: true, force: true });
}

/** Puts back or takes away what a process that was killed left. Needs the lock of the name. */
export async function recover(home: Home, name: string): Promise<void> {
  const place = join(home.environments, name);
  const old = join(home.environments, `.${name}${OLD}`);
  if (existsSync(old) && !existsSync(place)) await rename(old, place);
  const entries = await readdir(home.environments).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  });
  for (const entry of entries) {
    if (entry === basename(old) || entry.startsWith(`.${name}${PARTIAL}-`)) {
      await rm(join(home.environments, entry), { recursive: true, force: true });
    }
  }
}

/** Fills a new folder with the content of an environment. Packages and Node cost no disk. */
export async function copyContent({ path }: Environment, folder: string): Promise<void> {
  const packages = join(path, CONTENT.packages);
  if (existsSync(packages)) await linkTree(packages, join(folder, CONTENT.packages));
  await linkTree(join(path, "bin"), join(folder, "bin"));
  await mkdir(join(folder, dirname(CONTENT.machineConfig)));
  for (const file of [CONTENT.manifest, CONTENT.lock, CONTENT.file, CONTENT.machineConfig]) {
    if (existsSync(join(path, file))) await copyFile(join(path, file), join(folder, file));
  }
}

/** Gives a folder its Node, npm and npx. */
export async function installPrograms(home: Home, folder: string, node: NodeProgram): Promise<void> {
  await rm(join(folder, "bin"), { recursive: true, force: true });
  await mkdir(join(folder, "bin"));
  const own = join(folder, CONTENT.node);
  if (node.isFollowed) await symlink(node.path, own);
  else await linkOrCopy(node.path, own);
  await installNpm(home, folder);
  await checkNode(own);
}

/** Gives a folder the npm and npx of this release. */
export async function installNpm(home: Home, folder: string): Promise<void> {
  const tools = basename(await installTools(home));
  for (const program of ["npm", "npx"]) {
    const file = join(folder, "bin", program);
    // It may be another name of the file of an environment that stays as it is.
    await rm(file, { force: true });
    await writeFile(file, npmScript(tools, program), { mode: 0o755 });
  }
}

/** Paths in it are relative, so that an environment may be renamed. */
function npmScript(tools: string, program: string): string {
  return `#!/bin/sh
# ${program} of this environment: what it installs globally goes into the environment.
prefix=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
exec "$prefix/bin/node" "$prefix/../../store/tools/${tools}/npm.js" "$prefix" ${program} "$@"
`;
}

/** A Node that finds its libraries beside itself alone does not run from elsewhere. */
async function checkNode(path: string): Promise<void> {
  const { output, errors, status } = await collect(path, ["--version"]);
  if (status === 0 && output.startsWith("v")) return;
  throw new BrambleError(
    "ENVIRONMENT_DAMAGED",
    `The Node ${path} does not run in an environment: ${errors.trim() || `it ended with ${status}`}. ` +
      "`--node system` uses the machine's Node where it is, `--node 22` fetches another",
  );
}

/** The version of an environment's Node, such as `v22.11.0`. */
export async function nodeVersion({ path }: Environment): Promise<string> {
  const { output } = await collect(join(path, CONTENT.node), ["--version"]);
  return output.trim();
}

async function collect(
  program: string,
  args: readonly string[],
): Promise<{ output: string; errors: string; status: number | string | null }> {
  // Whatever NODE_OPTIONS asks for must not decide whether a Node works.
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | string | null>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (status, signal) => resolve(signal ?? status));
  });
  const [output, errors, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { output, errors, status };
}
