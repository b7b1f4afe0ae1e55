/** A value on its way: long stretches of bytes, such as those of typed arrays, lie beside it. */
export interface EncodedValue {
  readonly head: Uint8Array;
  readonly buffers: readonly Uint8Array[];
}

/** How values leave an executor and come to it. */
export interface Codec {
  /** @throws {BrambleError} if the value cannot travel. */
  encode(value: unknown): EncodedValue;
  decode(encoded: EncodedValue): unknown;
}
