// Cargo, with its progress shown and its target folder shared safely between checkouts.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cmakeEnvironment } from "./cmake.mjs";
import { root, targetDir } from "./paths.mjs";
import { withProgress } from "./progress.mjs";
import { run } from "./run.mjs";
import { requireCompilers } from "./tools.mjs";

/** Cargo draws its bar for a pipe too if it is told a width; the bar has the only count of what is to be compiled. */
const SHOW_PROGRESS = { CARGO_TERM_PROGRESS_WHEN: "always", CARGO_TERM_PROGRESS_WIDTH: "120" };

/**
 * Runs cargo under a progress line. Needs the build lock.
 *
 * @param {string} label
 * @param {string[]} args
 * @param {object} [options] as for `run`
 * @returns {Promise<string>} what cargo and its children printed, without cargo's bars
 */
export async function cargo(label, args, options = {}) {
  await requireCompilers();
  const env = {
    ...(await cmakeEnvironment()),
    CARGO_TARGET_DIR: targetDir,
    ...SHOW_PROGRESS,
    ...options.env,
  };
  claimTargetDir(env.CARGO_TARGET_DIR);
  return withProgress(label, (update) => runCargo(options.command ?? "cargo", args, env, update));
}

async function runCargo(command, args, env, update) {
  const lines = [];
  const onLine = (line) => {
    const bar = line.match(/^\s*Building \[.*?\] (\d+)\/(\d+)/);
    if (bar) update(`${bar[1]} of ${bar[2]} crates`);
    else if (!/^\s*(Compiling|Checking|Documenting) |^\s*$/.test(line))
      lines.push(line.replaceAll("\x1b[K", ""));
  };
  try {
    await run(command, args, { env, onLine });
  } catch (error) {
    error.output = lines.join("\n");
    throw error;
  }
  return lines.join("\n");
}

/**
 * Cargo tells whether a workspace crate is fresh by its files' times alone, and takes the same crate of two
 * checkouts for one. So whenever another checkout was the last to build here, its crates are forgotten; what
 * comes from the registry stays.
 */
function claimTargetDir(folder) {
  const owner = join(folder, ".checkout");
  mkdirSync(folder, { recursive: true });
  if (existsSync(owner) && readFileSync(owner, "utf8") === root) return;
  for (const profile of profileFolders(folder)) {
    const fingerprints = join(profile, ".fingerprint");
    for (const name of foldersIn(fingerprints).filter((name) => name.startsWith("bramble-"))) {
      rmSync(join(fingerprints, name), { recursive: true });
    }
  }
  writeFileSync(owner, root);
}

/** `release`, and `<target>/release` of cross builds (among others that hold no fingerprints). */
function profileFolders(folder) {
  return foldersIn(folder).flatMap((first) => {
    const path = join(folder, first);
    return [path, ...foldersIn(path).map((second) => join(path, second))];
  });
}

function foldersIn(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
