// HDF5 files for the example and for the comparison of machines: 2-D, float64, gzip and shuffle.

import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { SetupError } from "../lib/errors.mjs";
import { root } from "../lib/paths.mjs";
import { addonPath, hostPlatform } from "../lib/platforms.mjs";
import { withProgress } from "../lib/progress.mjs";

/** Where the dataset is in the files. */
export const EXAMPLE_DATASET = "/file/path";

/**
 * Makes a file, once. Needs the build lock and the addon.
 *
 * @param {string} path
 * @param {{ rows: number, columns: number, chunk: number }} size
 */
export async function makeExampleFile(path, { rows, columns, chunk }) {
  if (existsSync(path)) return;
  const addon = createRequire(import.meta.url)(join(root, addonPath(hostPlatform())));
  const partial = `${path}.partial`;
  const removePartial = () => rmSync(partial, { force: true });
  mkdirSync(dirname(path), { recursive: true });
  removePartial();
  // An interruption ends the process without coming back here.
  process.on("exit", removePartial);
  const total = Math.ceil(rows / chunk) * Math.ceil(columns / chunk);
  await withProgress("Making an example file", async (update) => {
    const showDone = (done) => update(`${done} of ${total} chunks`);
    const { error } = await addon.makeExampleFile(partial, rows, columns, chunk, showDone);
    if (error) throw new SetupError(`The example file can't be written: ${error.message}`);
  });
  renameSync(partial, path);
}
