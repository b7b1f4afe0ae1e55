import { inspect } from "node:util";
import type { DType } from "../dtype/index.js";
import type { AttributeValue, HDF5DatasetNode, HDF5Filter } from "../engine/engine.js";
import type { Source } from "../generated/layers.js";
import { product, STORE, type StoreHandle } from "../graph/index.js";

/** The file of a dataset, as it knows it. */
export interface DatasetFile {
  /** Absolute path, or URL. */
  readonly filename: string;
  /** What names its bytes, if it is behind a URL and the server does. */
  readonly tag?: string | undefined;
  /** The attributes of an object in it. */
  readonly attrs: (path: string) => Record<string, AttributeValue>;
}

/** A dataset in an HDF5 file: what it is, without its elements. `array.fromArray` makes an array of it. */
export class HDF5Dataset implements StoreHandle {
  /** Absolute path in the file. */
  readonly name: string;
  /** Number of elements along each axis. */
  readonly shape: readonly number[];
  /** Element type. */
  readonly dtype: DType;
  /** Chunk lengths; null where it is not stored in chunks. */
  readonly chunks: readonly number[] | null;
  /** What was applied to each chunk when it was written, in order. */
  readonly filters: readonly HDF5Filter[];
  /** How it is stored. */
  readonly layout: HDF5DatasetNode["layout"];
  /** Value of elements that were never written; null if it is undefined. */
  readonly fillValue: HDF5DatasetNode["fillValue"];
  readonly #file: DatasetFile;
  readonly #isDecoded: boolean;

  /** Made by the file. */
  constructor(file: DatasetFile, node: HDF5DatasetNode) {
    this.name = node.path;
    this.shape = node.shape;
    this.dtype = node.dtype;
    this.chunks = node.chunks;
    this.filters = node.filters;
    this.layout = node.layout;
    this.fillValue = node.fillValue;
    this.#file = file;
    this.#isDecoded = node.decoded;
  }

  /** Number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return product(this.shape);
  }

  /** The attributes by name. */
  get attrs(): Record<string, AttributeValue> {
    return this.#file.attrs(this.name);
  }

  /** How layers name the dataset: by path, so that arrays outlive the open file. */
  [STORE](): Pick<Source, "store" | "decoded_chunks"> {
    const { filename, tag } = this.#file;
    return {
      store: { hdf5: { path: filename, dataset: this.name, ...(tag !== undefined && { tag }) } },
      decoded_chunks: this.#isDecoded && this.chunks !== null ? [...this.chunks] : null,
    };
  }

  [inspect.custom](): string {
    const fields = { shape: this.shape, chunks: this.chunks, dtype: this.dtype };
    const filters = this.filters.map(({ name }) => name).join(", ");
    return `HDF5Dataset ${this.name} ${inspect(filters === "" ? fields : { ...fields, filters })}`;
  }
}
