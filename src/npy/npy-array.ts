import { inspect } from "node:util";
import type { DType } from "../dtype/index.js";
import type { Source } from "../generated/layers.js";
import { product, STORE, type StoreHandle } from "../graph/index.js";
import type { NpyHeader } from "./header.js";

/** An array in a file of elements: what it is, without its elements. `array.fromArray` makes an array of it. */
export class NpyArray<D extends DType = DType> implements StoreHandle<D> {
  /** Where it is. */
  readonly name: string;
  /** Number of elements along each axis. */
  readonly shape: readonly number[];
  /** Element type. */
  readonly dtype: D;
  /** Lengths of the files along each axis for a stack of files, else null. */
  readonly chunks: readonly number[] | null;
  /** Whether elements have their highest byte first. */
  readonly bigEndian: boolean;
  /** Whether the first axis runs fastest. */
  readonly isFortran: boolean;
  readonly #source: Pick<Source, "store" | "decoded_chunks">;

  /** Made by `openNpy` and its like. */
  constructor(
    name: string,
    { shape, dtype, bigEndian, fortran }: Omit<NpyHeader, "length">,
    source: Pick<Source, "store" | "decoded_chunks">,
    chunks: readonly number[] | null = null,
  ) {
    this.name = name;
    this.shape = shape;
    this.dtype = dtype as D;
    this.chunks = chunks;
    this.bigEndian = bigEndian;
    this.isFortran = fortran;
    this.#source = source;
  }

  /** Number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return product(this.shape);
  }

  /** How layers name it: by path, and opened when it is read. */
  [STORE](): Pick<Source, "store" | "decoded_chunks"> {
    return this.#source;
  }

  [inspect.custom](): string {
    return `NpyArray ${this.name} ${inspect({ shape: this.shape, dtype: this.dtype })}`;
  }
}
