import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { checkFilePath } from "./check.js";
import { BrambleError, type ErrorCode } from "./errors.js";

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOENT: "FILE_NOT_FOUND",
  EEXIST: "FILE_EXISTS",
  ENOSPC: "DISK_FULL",
  EDQUOT: "DISK_FULL",
};

/** The operating system's refusal as one of our errors. */
export function fileError(error: unknown, path: string, action: "read" | "written"): BrambleError {
  if (error instanceof BrambleError) return error;
  const { code = "", message } = error as NodeJS.ErrnoException;
  return new BrambleError(CODES[code] ?? "FILE_ACCESS", `${path} could not be ${action}: ${message}`, {
    cause: error,
  });
}

/** A file that is open to look into. */
export class LocalFile {
  /** Absolute path. */
  readonly path: string;
  /** Bytes that it has. */
  readonly size: number;
  readonly #descriptor: number;

  private constructor(path: string) {
    this.path = path;
    this.#descriptor = openSync(path, "r");
    const stat = fstatSync(this.#descriptor);
    if (!stat.isFile()) {
      closeSync(this.#descriptor);
      throw new BrambleError(
        "FILE_ACCESS",
        `${path} is ${stat.isDirectory() ? "a directory" : "no regular file"}`,
      );
    }
    this.size = stat.size;
  }

  /**
   * Opens a file for as long as `look` runs.
   *
   * @throws {BrambleError} `FILE_NOT_FOUND`, `FILE_ACCESS`, and what `look` throws.
   */
  static look<T>(path: unknown, look: (file: LocalFile) => T): T {
    checkFilePath(path, "path");
    const absolute = resolve(path);
    let file: LocalFile | undefined;
    try {
      file = new LocalFile(absolute);
      return look(file);
    } catch (error) {
      throw error instanceof Error && "errno" in error ? fileError(error, absolute, "read") : error;
    } finally {
      if (file !== undefined) closeSync(file.#descriptor);
    }
  }

  /** Some bytes; fewer where the file ends. */
  read(position: number, length: number): Buffer {
    const room = Buffer.alloc(Math.max(0, Math.min(length, this.size - position)));
    let done = 0;
    while (done < room.length) {
      const read = readSync(this.#descriptor, room, done, room.length - done, position + done);
      if (read === 0) break;
      done += read;
    }
    return room.subarray(0, done);
  }
}
