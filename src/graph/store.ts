import type { DType } from "../dtype/index.js";
import type { Source } from "../generated/layers.js";

/** Key of the method by which `array.fromArray` recognises a store; the same in every copy of the package. */
export const STORE: unique symbol = Symbol.for("bramble.store");

/** Something with elements to read, such as a dataset in a file. */
export interface StoreHandle<D extends DType = DType> {
  /** Element type. */
  readonly dtype: D;
  /** Number of elements along each axis. */
  readonly shape: readonly number[];
  /** Lengths of the chunks in which it is stored, or null. */
  readonly chunks: readonly number[] | null;
  /** How layers name it. */
  [STORE](): Pick<Source, "store" | "decoded_chunks">;
}

/** Whether a value has elements to read. */
export function isStoreHandle(value: unknown): value is StoreHandle {
  return typeof value === "object" && value !== null && STORE in value;
}
