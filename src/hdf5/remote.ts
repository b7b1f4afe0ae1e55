import { posix } from "node:path";
import { invalid } from "../check.js";
import type { AttributeValue } from "../engine/engine.js";
import { readAttributes, readNode } from "../engine/hdf5-json.js";
import { BrambleError } from "../errors.js";
import { checkUrl, lookIntoHDF5 } from "../remote.js";
import { HDF5Dataset } from "./dataset.js";

/**
 * Opens an HDF5 file behind `s3://`, `https://` or `http://`, as `openRemoteZarr` opens arrays. What says where its elements are
 * is read in blocks of 256 KiB, elements by ranges: a chunk is one request, several at once. If the server names contents
 * (`ETag`), a file that is replaced after a dataset was taken is found out when that is computed. The
 * native engine alone reads such files.
 *
 * @throws {BrambleError} `FILE_NOT_FOUND`, `NETWORK`, `FILE_ACCESS`, `INVALID_FILE`.
 * @example
 * const file = await openRemoteHDF5("https://example.org/x.h5");
 * const x = array.fromArray(await file.get("/data"));
 */
export async function openRemoteHDF5(url: string): Promise<RemoteHDF5File> {
  const file = new RemoteHDF5File(checkUrl(url));
  await file.keys();
  return file;
}

/** An HDF5 file behind a URL. Whatever is asked of it may go over the network, and so gives a promise. */
export class RemoteHDF5File {
  /** The URL. */
  readonly filename: string;

  /** Made by `openRemoteHDF5`. */
  constructor(filename: string) {
    this.filename = filename;
  }

  /**
   * Names of the members of a group.
   *
   * @throws {BrambleError} `PATH_NOT_FOUND`; `INVALID_ARGUMENT` for a dataset.
   */
  async keys(path = "/"): Promise<string[]> {
    const { keys } = await this.#look(path);
    if (keys !== undefined) return keys;
    throw new BrambleError("INVALID_ARGUMENT", `${path} in ${this.filename} is a dataset, not a group`);
  }

  /** The attributes of a group or dataset, by name. */
  async attrs(path = "/"): Promise<Record<string, AttributeValue>> {
    return (await this.#look(path)).attrs;
  }

  /**
   * The dataset at a path.
   *
   * @throws {BrambleError} `PATH_NOT_FOUND`, naming the nearest names there are; `INVALID_ARGUMENT` for a group.
   */
  async get(path: string): Promise<HDF5Dataset> {
    const { node, keys, attrs, tag } = await this.#look(path);
    if (node.kind === "dataset")
      return new HDF5Dataset({ filename: this.filename, tag, attrs: () => attrs }, node);
    const members = (keys ?? []).slice(0, 8).join(", ");
    throw new BrambleError(
      "INVALID_ARGUMENT",
      `${node.path} in ${this.filename} is a group, not a dataset: it holds ${members || "nothing"}`,
    );
  }

  async #look(path: string): Promise<Looked> {
    if (typeof path !== "string" || path === "") throw invalid("a path in the file", "path", path);
    const { node, keys, attrs, tag } = await lookIntoHDF5(this.filename, posix.resolve("/", path));
    return { node: readNode(node), keys, attrs: readAttributes(attrs), tag };
  }
}

interface Looked {
  readonly node: ReturnType<typeof readNode>;
  readonly keys: string[] | undefined;
  readonly attrs: Record<string, AttributeValue>;
  readonly tag: string | undefined;
}
