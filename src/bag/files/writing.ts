import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { invalid } from "../../check.js";
import { BrambleError } from "../../errors.js";
import { fileError } from "../../local-file.js";
import { makeFolder } from "../../make-folder.js";

/** The files of a folder that are being written, under names of their own until all are complete. */
export class FilesBeingWritten {
  /** Their names at the end. */
  readonly paths: readonly string[];
  /** Their names meanwhile. */
  readonly partial: readonly string[];
  readonly #lock: string;

  /**
   * Makes the folder and takes it for one writer.
   *
   * @throws {BrambleError} `FILE_EXISTS` if somebody writes to it.
   */
  constructor(paths: readonly string[]) {
    this.paths = paths;
    const run = randomBytes(4).toString("hex");
    this.partial = paths.map((path) => join(dirname(path), `.${basename(path)}.${run}.partial`));
    this.#lock = join(dirname(paths[0] ?? ""), ".bramble-writing");
    try {
      makeFolder(dirname(this.#lock));
      this.#take();
    } catch (error) {
      throw fileError(error, dirname(this.#lock), "written");
    }
  }

  /** Puts all files in their places. */
  commit(): void {
    for (const [number, path] of this.paths.entries()) renameSync(this.partial[number] ?? "", path);
    rmSync(this.#lock, { force: true });
  }

  /** Takes away what was written. */
  abort(): void {
    for (const path of this.partial) rmSync(path, { force: true });
    rmSync(this.#lock, { force: true });
  }

  #take(): void {
    try {
      writeFileSync(this.#lock, String(process.pid), { flag: "wx" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const owner = Number(readFileSync(this.#lock, "utf8"));
      if (isAlive(owner)) {
        throw new BrambleError(
          "FILE_EXISTS",
          `${dirname(this.#lock)} is being written to by process ${owner}. If it is not, remove ${this.#lock}`,
        );
      }
      // Its writer was killed.
      writeFileSync(this.#lock, String(process.pid));
    }
  }
}

function isAlive(id: number): boolean {
  if (!Number.isSafeInteger(id) || id <= 0) return false;
  try {
    return process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Names the file of each partition: in the place of the asterisk stands its number, or what a function makes of it. */
export function partitionPaths(pattern: unknown, count: number, nameFunction: unknown): string[] {
  if (Array.isArray(pattern)) return listed(pattern, count);
  if (typeof pattern !== "string" || pattern === "")
    throw invalid("a path with an asterisk, or a list of paths", "path", pattern);
  const name = basename(pattern);
  if (dirname(pattern).includes("*") || name.split("*").length > 2) {
    throw invalid("a path with one asterisk, in the name of the file", "path", pattern);
  }
  const [before, behind] = name.includes("*") ? name.split("*") : [`${name}/`, ".part"];
  const digits = String(count - 1).length;
  const nameOf =
    typeof nameFunction === "function" ? (nameFunction as (number: number) => unknown) : undefined;
  const names = Array.from({ length: count }, (_, number) => {
    const middle = nameOf === undefined ? String(number).padStart(digits, "0") : nameOf(number);
    if (typeof middle !== "string" || middle.includes("/"))
      throw invalid("a name", "what `nameFunction` gives", middle);
    return resolve(dirname(pattern), `${before}${middle}${behind}`);
  });
  return checkDistinct(names);
}

function listed(paths: readonly unknown[], count: number): string[] {
  const names = paths.map((path) => {
    if (typeof path === "string" && path !== "") return resolve(path);
    throw invalid("paths", "path", path);
  });
  const [first = ""] = names;
  if (names.length !== count || names.some((name) => dirname(name) !== dirname(first))) {
    throw invalid(`${count} paths in one folder, one for each partition`, "path", paths);
  }
  return checkDistinct(names);
}

function checkDistinct(names: string[]): string[] {
  if (new Set(names).size === names.length) return names;
  throw new BrambleError("INVALID_ARGUMENT", "Two partitions would be written to the same file");
}
