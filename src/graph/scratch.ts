import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Argument } from "../engine/engine.js";
import { fileError } from "../local-file.js";
import { makeFolder } from "../make-folder.js";
import type { CollectedGraph } from "./collect.js";

/** Stands among arguments for the path of a folder that is there for as long as a run. */
export const SCRATCH: Argument = { value: Object.freeze({ scratch: true }) };

/** Runs a graph, with a folder if one of its calls wants one; whatever happens, nothing stays behind. */
export async function withScratch<T>(
  graph: CollectedGraph,
  parent: string,
  run: (graph: CollectedGraph) => Promise<T>,
): Promise<T> {
  if (!graph.args.some((list) => list.some(wantsScratch))) return run(graph);
  const folder = makeScratchFolder(parent);
  try {
    const args = graph.args.map((list) => list.map((entry) => fill(entry, folder)));
    return await run({ ...graph, args });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether an argument is a folder, or a list with one. */
export function wantsScratch(argument: Argument): boolean {
  return argument === SCRATCH || ("list" in argument && argument.list.includes(SCRATCH));
}

function fill(argument: Argument, folder: string): Argument {
  if (argument === SCRATCH) return { value: folder };
  if (!wantsScratch(argument)) return argument;
  return "list" in argument ? { list: argument.list.map((entry) => fill(entry, folder)) } : argument;
}

/**
 * A folder of this process, beside which those of processes that were killed are taken away.
 *
 * @throws {BrambleError} `FILE_ACCESS`, or what else the system says of the folder around it.
 */
export function makeScratchFolder(parent: string): string {
  try {
    return scratchFolderIn(parent);
  } catch (error) {
    throw fileError(error, parent, "written");
  }
}

function scratchFolderIn(parent: string): string {
  makeFolder(parent);
  for (const name of readdirSync(parent)) {
    const [, owner] = /^scratch-(\d+)-/.exec(name) ?? [];
    if (owner !== undefined && !isAlive(Number(owner)))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
  return mkdtempSync(join(parent, `scratch-${process.pid}-`));
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
