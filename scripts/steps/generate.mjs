// src/generated: what TypeScript must know of the Rust core, written by `bramble-codegen`.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cargo } from "../lib/cargo.mjs";
import { root } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";

const FOLDER = "src/generated";

/**
 * Writes the files anew. Needs the build lock and node_modules.
 *
 * @returns {Promise<string[]>} the names of those that changed
 */
export async function generate() {
  const before = readAll();
  // Without optimisation: no kernel runs here, and optimising them takes minutes.
  await cargo("Generating TypeScript from the Rust core", ["run", "--locked", "-p", "bramble-codegen"]);
  await run("node_modules/.bin/biome", ["format", "--write", FOLDER]);
  const after = readAll();
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
}

function readAll() {
  const names = readdirSync(join(root, FOLDER));
  return new Map(names.map((name) => [name, readFileSync(join(root, FOLDER, name), "utf8")]));
}
