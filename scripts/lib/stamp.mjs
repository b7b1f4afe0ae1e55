// Remembers what an output was made from, so that nothing is made twice.

import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { root, stampDir } from "./paths.mjs";

/**
 * Describes a step by what goes in and what comes out.
 *
 * @param {string} name names the stamp's file
 * @param {{ inputs: string[], outputs: string[], settings?: string }} step files and folders of the checkout,
 *   and whatever else the outputs depend on
 */
export function stamp(name, { inputs, outputs, settings = "" }) {
  const file = join(stampDir, `${name}.stamp`);
  const hash = createHash("sha256").update(settings);
  for (const path of inputs.flatMap(filesBelow))
    hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
  const wanted = hash.digest("hex");
  const content = () => JSON.stringify({ inputs: wanted, outputs: outputs.map(identity) });
  return {
    /** Whether the outputs are those that these inputs gave. */
    isFresh: () => outputs.every((path) => existsSync(join(root, path))) && read(file) === content(),
    /** To be called when the outputs are complete. */
    write: () => {
      mkdirSync(stampDir, { recursive: true });
      // Written aside and renamed: an interruption leaves the old stamp or the new one, never a part.
      writeFileSync(`${file}.${process.pid}`, content());
      renameSync(`${file}.${process.pid}`, file);
    },
  };
}

/** The files of the checkout at or below a path, sorted; none if there is nothing. */
function filesBelow(path) {
  const entry = statSync(join(root, path), { throwIfNoEntry: false });
  if (!entry) return [];
  if (!entry.isDirectory()) return [path];
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

/** Tells an output from one that something else wrote in its place. */
function identity(path) {
  const { size, mtimeMs } = statSync(join(root, path));
  return `${path} ${size} ${mtimeMs}`;
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
