import { resolve } from "node:path";
import { checkFilePath, checkOptions } from "../check.js";
import type { HDF5Backend } from "../engine/engine.js";
import { type EngineName, selectEngine } from "../engine/select.js";
import { refuseUrl } from "../remote.js";
import { HDF5Group } from "./group.js";

/** How a file is opened. */
export interface OpenHDF5Options {
  /** Which engine opens it. Default: `BRAMBLE_ENGINE`, else `native` where its binary loads, else `js`. */
  readonly engine?: EngineName | undefined;
}

/**
 * Opens an HDF5 file for reading. Nothing but its structure is read before an array over it is computed.
 *
 * @throws {BrambleError} `FILE_NOT_FOUND`, `FILE_ACCESS` or `INVALID_FILE`.
 * @example
 * const file = openHDF5("myfile.hdf5");
 * const x = array.fromArray(file.get("/file/path"));
 */
export function openHDF5(path: string, options: OpenHDF5Options = {}): HDF5File {
  checkFilePath(path, "path");
  refuseUrl(path, "`await openRemoteHDF5(url)` opens the file behind it");
  checkOptions(options, "options", ["engine"]);
  const absolute = resolve(path);
  return new HDF5File(absolute, selectEngine(options.engine).openHDF5(absolute));
}

/** An open HDF5 file: its root group, and a name in the file system. */
export class HDF5File extends HDF5Group {
  /** Absolute path of the file. */
  readonly filename: string;
  readonly #backend: HDF5Backend;

  /** Made by `openHDF5`. */
  constructor(filename: string, backend: HDF5Backend) {
    super({ filename, backend }, "/");
    this.filename = filename;
    this.#backend = backend;
  }

  /** Closes the file. Arrays made of its datasets open it again when they are computed. */
  close(): void {
    this.#backend.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
