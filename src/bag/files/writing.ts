import { randomBytes } from "node:crypto";
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { checkFilePath, invalid } from "../../check.js";
import { BrambleError } from "../../errors.js";
import { fileError } from "../../local-file.js";
import { makeFolder } from "../../make-folder.js";
import { mayBeAlive, OWNER } from "../../owner.js";

/** The files of a folder that are being written, under names of their own until all are complete. */
export class FilesBeingWritten {
  /** Their names at the end. */
  readonly paths: readonly string[];
  /** Their names meanwhile. */
  readonly partial: readonly string[];
  readonly #lock: string;
  /** The lock until it says whose it is. */
  readonly #partialLock: string;

  /**
   * Makes the folder and takes it for one writer.
   *
   * @throws {BrambleError} `FILE_EXISTS` if somebody writes to it, or if a folder is where a file would be.
   */
  constructor(paths: readonly string[]) {
    this.paths = paths;
    const run = randomBytes(4).toString("hex");
    this.partial = paths.map((path) => join(dirname(path), `.${basename(path)}.${run}.partial`));
    this.#lock = join(dirname(paths[0] ?? ""), LOCK);
    this.#partialLock = `${this.#lock}.${run}.partial`;
    try {
      makeFolder(dirname(this.#lock));
      const folder = paths.find((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
      if (folder !== undefined) throw new BrambleError("FILE_EXISTS", `${folder} is a folder`);
      this.#take();
    } catch (error) {
      throw fileError(error, dirname(this.#lock), "written");
    }
  }

  /** Puts all files in their places. */
  commit(): void {
    for (const [number, path] of this.paths.entries()) {
      try {
        renameSync(this.partial[number] ?? "", path);
      } catch (error) {
        throw fileError(error, path, "written");
      }
    }
    rmSync(this.#lock, { force: true });
  }

  /** Takes away what was written. */
  abort(): void {
    for (const path of this.partial) rmSync(path, { force: true });
    rmSync(this.#lock, { force: true });
  }

  #take(): void {
    writeFileSync(this.#partialLock, OWNER);
    try {
      while (!isFirst(this.#partialLock, this.#lock)) if (this.#isTakenOver()) return;
    } finally {
      rmSync(this.#partialLock, { force: true });
    }
  }

  /** Takes the place of a writer that was killed; false where there is none any more. */
  #isTakenOver(): boolean {
    const folder = dirname(this.#lock);
    const owner = ownerOf(this.#lock);
    if (owner === undefined) return false;
    if (mayBeAlive(owner)) {
      const who = owner === "" ? "another process" : `process ${owner}`;
      throw new BrambleError(
        "FILE_EXISTS",
        `${folder} is being written to by ${who}. If it is not, remove ${this.#lock}`,
      );
    }
    renameSync(this.#partialLock, this.#lock);
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (PARTIAL.test(name) && !isOfLiving(path)) rmSync(path, { force: true });
    }
    return true;
  }
}

/** Says whose a folder is. */
const LOCK = ".bramble-writing";

/** Names that files have until all are complete. */
const PARTIAL = /^\.(.*)\.[\da-f]{8}\.partial$/;

/** What a file is called in the end. */
export function finalPath(partial: string): string {
  return join(dirname(partial), basename(partial).replace(PARTIAL, "$1"));
}

/**
 * Gives a lock its name, if nobody else has. It says whose it is as soon as it is there: of one that says nothing, for its writer was
 * killed meanwhile, nobody could know that.
 */
function isFirst(partial: string, lock: string): boolean {
  try {
    linkSync(partial, lock);
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (!NO_LINKS.includes(code)) throw error;
    return isWritten(lock);
  }
}

/** What systems say whose files have one name each. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

function isWritten(lock: string): boolean {
  try {
    writeFileSync(lock, OWNER, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Whether a file is what somebody at work is about to take a folder with. */
function isOfLiving(path: string): boolean {
  return basename(path).startsWith(`${LOCK}.`) && mayBeAlive(ownerOf(path) ?? "");
}

/** Whom a folder belongs to; undefined if it has just been left. */
function ownerOf(lock: string): string | undefined {
  try {
    return readFileSync(lock, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Names the file of each partition: in the place of the asterisk stands its number, or what a function makes of it. */
export function partitionPaths(pattern: unknown, count: number, nameFunction: unknown): string[] {
  if (Array.isArray(pattern)) return listed(pattern, count);
  checkFilePath(pattern, "path", "a path with an asterisk, or a list of paths");
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
    checkFilePath(path, "path", "paths");
    return resolve(path);
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
