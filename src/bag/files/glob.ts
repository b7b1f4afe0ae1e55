import { readdirSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { checkFilePath, invalid } from "../../check.js";
import { BrambleError } from "../../errors.js";
import { fileError } from "../../local-file.js";
import { nearest } from "../../nearest.js";

/** Whether something is a URL that is fetched. */
export function isUrl(path: string): boolean {
  return /^https?:\/\//.test(path);
}

/**
 * The files that paths and patterns stand for, those of a pattern in the order of their names. In a name `*` stands for
 * any characters, `?` for one, `[ab]` for one of these, and `**` for any folders.
 *
 * @throws {BrambleError} `FILE_NOT_FOUND`, with what there is instead.
 */
export function findFiles(paths: unknown, name: string): string[] {
  const list = Array.isArray(paths) ? (paths as unknown[]) : [paths];
  if (list.length === 0) throw invalid("at least one path", name, paths);
  return list.flatMap((path) => {
    checkFilePath(path, name, "a path, a pattern or a list of such");
    return isUrl(path) ? [path] : filesOf(path);
  });
}

function filesOf(path: string): string[] {
  const absolute = resolve(path);
  if (!hasPattern(absolute)) {
    if (statOf(absolute) === undefined) throw notFound(absolute);
    return [absolute];
  }
  const found = search(
    "/",
    absolute.split("/").filter((part) => part !== ""),
  );
  if (found.length === 0) throw notFound(absolute);
  return found;
}

function hasPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/** Files below a folder whose path there matches the parts of a pattern. */
function search(folder: string, [part, ...rest]: readonly string[]): string[] {
  if (part === undefined) return [];
  if (part === "**")
    return [
      ...search(folder, rest),
      ...subfolders(folder).flatMap((name) => search(join(folder, name), [part, ...rest])),
    ];
  if (!hasPattern(part)) return enter(join(folder, part), rest);
  const matches = nameMatcher(part);
  const names = entriesOf(folder).filter(
    (name) => matches.test(name) && (part.startsWith(".") || !name.startsWith(".")),
  );
  return names.flatMap((name) => enter(join(folder, name), rest));
}

function enter(path: string, rest: readonly string[]): string[] {
  const stat = statOf(path);
  if (stat === undefined) return [];
  if (rest.length > 0) return stat.isDirectory() ? search(path, rest) : [];
  return stat.isFile() ? [path] : [];
}

/** What is at a path; undefined if nothing is, as below a file. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw fileError(error, path, "read");
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // A folder that may not be looked into has nothing to find.
    return [];
  }
}

function subfolders(folder: string): string[] {
  return entriesOf(folder).filter(
    (name) => !name.startsWith(".") && statOf(join(folder, name))?.isDirectory() === true,
  );
}

function nameMatcher(pattern: string): RegExp {
  const source = pattern.replace(/\[!?[^\]]+\]|[\\^$.*+?()[\]{}|]/g, (special) => {
    if (special === "*") return ".*";
    if (special === "?") return ".";
    return special.length > 1 ? special.replace("[!", "[^") : `\\${special}`;
  });
  return new RegExp(`^${source}$`, "su");
}

/** Tells the nearest folder that there is, and what it has. */
function notFound(path: string): BrambleError {
  let folder = dirname(path);
  let missing = basename(path);
  while (hasPattern(folder) || statOf(folder)?.isDirectory() !== true) {
    missing = basename(folder);
    folder = dirname(folder);
  }
  const names = nearest(missing, entriesOf(folder));
  const there = names.length === 0 ? "which is empty" : `which has ${names.join(", ")}`;
  return new BrambleError("FILE_NOT_FOUND", `No file ${path}. There is ${folder}, ${there}`);
}
