// The program that measures what the machine can do, and the files that it makes.

import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { cargo } from "../../scripts/lib/cargo.mjs";
import { cache, targetDir } from "../../scripts/lib/paths.mjs";
import { withProgress } from "../../scripts/lib/progress.mjs";
import { run } from "../../scripts/lib/run.mjs";

const CHUNK = 1000;

/** Builds the program and answers its path. Needs the build lock. */
export async function buildLimits() {
  // Beside the addon, whose crates are there: alone it would have other features, and all of them be built once more.
  const args = ["build", "--release", "--locked", "-p", "bramble-node", "-p", "bramble-limits"];
  await cargo("Building what measures the machine", args);
  return join(targetDir, "release", "bramble-limits");
}

/**
 * Makes the files that workloads read, once. Needs the build lock.
 *
 * @param {string} limits the program
 * @param {{ rows: number, columns: number }} size
 */
export async function prepareFiles(limits, { rows, columns }) {
  const folder = join(cache, "bench-data");
  const path = (name) => join(folder, `${name}-${rows}x${columns}.h5`);
  const files = { plain: path("plain"), gzip: path("gzip"), shape: [rows, columns], chunks: [CHUNK, CHUNK] };
  mkdirSync(dirname(files.plain), { recursive: true });
  // The plain one is written last.
  if (existsSync(files.plain)) return files;
  const words = ["data", files.plain, files.gzip, rows, columns, CHUNK].map(String);
  await withProgress(`Making files of ${(rows * columns * 8) / 1e6} MB`, () => run(limits, words));
  return files;
}
