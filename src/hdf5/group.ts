import { posix } from "node:path";
import { invalid } from "../check.js";
import type { AttributeValue, HDF5Backend } from "../engine/engine.js";
import { BrambleError } from "../errors.js";
import { HDF5Dataset } from "./dataset.js";

/** What a file holds at a path. */
export type HDF5Object = HDF5Group | HDF5Dataset;

/** An open file, as its objects know it. */
export interface OpenFile {
  /** Absolute path. */
  readonly filename: string;
  readonly backend: HDF5Backend;
}

/** A group in an HDF5 file: it holds datasets and further groups by name. */
export class HDF5Group {
  /** Absolute path in the file. */
  readonly name: string;
  readonly #file: OpenFile;

  /** Made by the file. */
  constructor(file: OpenFile, name: string) {
    this.#file = file;
    this.name = name;
  }

  /** Names of the members. */
  keys(): string[] {
    return this.#file.backend.keys(this.name);
  }

  /** The attributes by name. */
  get attrs(): Record<string, AttributeValue> {
    return this.#file.backend.attrs(this.name);
  }

  /**
   * The dataset at a path, relative to this group unless it begins with `/`.
   *
   * @throws {BrambleError} `PATH_NOT_FOUND`, naming the nearest names there are; `INVALID_ARGUMENT` for a
   *   group, which `group` gives.
   */
  get(path: string): HDF5Dataset {
    const found = this.open(path);
    if (found instanceof HDF5Dataset) return found;
    const members = found.keys().slice(0, 8).join(", ");
    throw new BrambleError(
      "INVALID_ARGUMENT",
      `${found.name} in ${this.#file.filename} is a group, not a dataset: it holds ${members || "nothing"}`,
    );
  }

  /** The group at a path, relative to this group unless it begins with `/`. */
  group(path: string): HDF5Group {
    const found = this.open(path);
    if (found instanceof HDF5Group) return found;
    throw new BrambleError(
      "INVALID_ARGUMENT",
      `${found.name} in ${this.#file.filename} is a dataset, not a group`,
    );
  }

  /** The group or dataset at a path, whichever it is. */
  open(path: string): HDF5Object {
    if (typeof path !== "string" || path === "") throw invalid("a path in the file", "path", path);
    const node = this.#file.backend.node(posix.resolve(this.name, path));
    if (node.kind === "group") return new HDF5Group(this.#file, node.path);
    const { filename, backend } = this.#file;
    return new HDF5Dataset({ filename, attrs: (name) => backend.attrs(name) }, node);
  }
}
