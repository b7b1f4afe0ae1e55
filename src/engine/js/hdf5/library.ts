import { type BigIntStats, closeSync, openSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type * as h5wasm from "h5wasm/node";
import { BrambleError } from "../../../errors.js";
import { type Addressing, findAddressing, type HeaderMessages, readHeader } from "./object-header.js";
import type { FileState } from "./protocol.js";

/** The functions of the HDF5 library, compiled to WebAssembly. */
export type Module = typeof h5wasm.Module;

/** Files that are kept open at most. */
const MOST_FILES = 64;

/** An open file. */
export interface OpenFile {
  readonly path: string;
  /** The library's handle. */
  readonly id: bigint;
  readonly identity: string;
  /** Looks up what the library does not tell. */
  readonly header: (name: string) => HeaderMessages;
}

/** The HDF5 library and the files that it has open. */
export interface Library {
  readonly module: Module;
  /** The class of attributes, which knows how to read their values. */
  readonly Attribute: typeof h5wasm.Attribute;
  /**
   * The file at a path, opened where it is not yet.
   *
   * @throws {BrambleError} `INVALID_FILE` if it is no longer in the state that was asked for.
   */
  file(state: FileState): OpenFile;
  close(path: string): void;
  /** What the library printed since the last call: why it failed, in a few words. */
  readonly problem: () => string;
}

/** Loads the library. */
export async function loadLibrary(): Promise<Library> {
  const { ready, Attribute } = await import("h5wasm/node");
  const module = await ready;
  const problem = captureProblems(module);
  const files = new Map<string, OpenFile>();

  function close(path: string): void {
    const file = files.get(path);
    if (file !== undefined) module.close_file(file.id);
    files.delete(path);
  }

  function file({ path, identity }: FileState): OpenFile {
    const now = identityOf(path);
    if (identity !== undefined && identity !== now) {
      throw new BrambleError(
        "INVALID_FILE",
        `the file ${path} has changed since it was opened; open it again`,
      );
    }
    const known = files.get(path);
    if (known?.identity === now) return known;
    close(path);
    const [oldest] = files.keys();
    if (oldest !== undefined && files.size >= MOST_FILES) close(oldest);
    const opened = openFile(module, path, now, problem);
    files.set(path, opened);
    return opened;
  }

  return { module, Attribute, file, close, problem };
}

/** Keeps what the library would print to the standard error output. */
function captureProblems(module: Module): () => string {
  const { FS } = module as unknown as { FS: { write: WriteBytes } };
  const write = FS.write;
  let printed = "";
  FS.write = (stream, bytes, offset, length, ...rest) => {
    if (stream.fd !== 2) return write(stream, bytes, offset, length, ...rest);
    printed += Buffer.from(bytes.subarray(offset, offset + length)).toString();
    return length;
  };
  return () => {
    // The innermost function comes last: "#006: H5Fsuper.c line 577 in H5F__super_read(): truncated file".
    const reason = printed
      .match(/^ +#\d+: .*?\(\): (.*)$/gm)
      ?.at(-1)
      ?.replace(/^.*?\(\): /, "");
    printed = "";
    return reason ?? "the HDF5 library does not say why";
  };
}

type WriteBytes = (
  stream: { readonly fd: number },
  bytes: Uint8Array,
  offset: number,
  length: number,
  ...rest: unknown[]
) => number;

/** Tells one state of a file from others. */
function identityOf(path: string): string {
  const { dev, ino, size, mtimeNs } = checkFile(path);
  return [dev, ino, size, mtimeNs].join(":");
}

function checkFile(path: string): BigIntStats {
  const stats = asFileError(path, () => statSync(path, { bigint: true }));
  if (stats.isFile()) return stats;
  const found = stats.isDirectory() ? "a directory" : "no regular file";
  throw new BrambleError("FILE_ACCESS", `${path} is ${found}, expected an HDF5 file`);
}

function openFile(module: Module, path: string, identity: string, problem: () => string): OpenFile {
  const addressing = readAddressing(path);
  const id = module.open(path, module.H5F_ACC_RDONLY, false, -1, -1);
  const reason = problem();
  if (id < 0n) {
    const [, truncation] = /^truncated file: (.*)$/.exec(reason) ?? [];
    const what = truncation === undefined ? `damaged: ${reason}` : `truncated: ${truncation}`;
    throw new BrambleError("INVALID_FILE", `the file ${path} is ${what}`);
  }
  return { path, id, identity, header: (name) => headerOf(module, { path, id }, addressing, name) };
}

function readAddressing(path: string): Addressing {
  return withDescriptor(path, (file) => {
    const size = Number(checkFile(path).size);
    const addressing = findAddressing(file, size);
    if (addressing !== undefined) return addressing;
    const found = size === 0 ? "it is empty" : "it has no HDF5 signature";
    throw new BrambleError("INVALID_FILE", `${path} is not an HDF5 file: ${found}`);
  });
}

function headerOf(
  module: Module,
  { path, id }: Pick<OpenFile, "path" | "id">,
  addressing: Addressing,
  name: string,
): HeaderMessages {
  // A reference to an object is the position of its header.
  const reference = Buffer.from(module.create_object_reference(id, name));
  return withDescriptor(path, (file) => readHeader(file, addressing, Number(reference.readBigUInt64LE(0))));
}

function withDescriptor<T>(path: string, use: (file: number) => T): T {
  const file = asFileError(path, () => openSync(path, "r"));
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

/** Where an external link leads: a path beside the file that has it. */
export function besideFile(path: string, target: string): string {
  return resolve(dirname(path), target);
}

function asFileError<T>(path: string, access: () => T): T {
  try {
    return access();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new BrambleError("FILE_NOT_FOUND", `no file at ${path}`, { cause: error });
    }
    const problem =
      code === "EACCES" ? `no permission to read ${path}` : `${path} could not be read: ${message}`;
    throw new BrambleError("FILE_ACCESS", problem, { cause: error });
  }
}
