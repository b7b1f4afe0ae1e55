import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { BrambleError } from "../errors.js";

/** What a scheduler writes to its file, so that workers and clients find it. */
export interface SchedulerFile {
  /** Where workers and clients connect. */
  readonly address: string;
  /** The same for every network of its machine. */
  readonly addresses: readonly string[];
  readonly pid: number;
}

/** Writes a file as a whole, and removes it when this process ends. */
export function writeWhileRunning(path: string, content: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    writeFileSync(aside, content);
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw new BrambleError("FILE_ACCESS", `Cannot write ${path}: ${String(error)}`, { cause: error });
  }
  process.once("exit", () => {
    // Unless another process has put its own there.
    if (textOf(path) === content) rmSync(path, { force: true });
  });
}

/**
 * Reads the file of a scheduler.
 *
 * @throws {BrambleError} `FILE_NOT_FOUND`, or `INVALID_FILE` if a scheduler did not write it.
 */
export function readSchedulerFile(path: string): SchedulerFile {
  const text = textOf(path);
  if (text === undefined) throw new BrambleError("FILE_NOT_FOUND", `No scheduler has written ${path} yet`);
  try {
    const content = JSON.parse(text) as SchedulerFile;
    if (typeof content.address === "string") return content;
  } catch {
    // As wrong as one without an address.
  }
  throw new BrambleError(
    "INVALID_FILE",
    `${path} is no file that \`bramble scheduler --scheduler-file\` wrote`,
  );
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
