import { DTYPES, type DType, viewBytes } from "../dtype/index.js";
import { NDArray } from "../array/ndarray.js";
import type { BlockInfo } from "../engine/engine.js";
import type { NativeBatch } from "../native/binding.js";
import type { Encoded } from "../values/index.js";
import type { Codec } from "./codec.js";

/** The element types by their numbers in batches. */
export const DTYPE_NAMES = Object.keys(DTYPES) as readonly DType[];

const NO_BYTES = new Uint8Array(0);

/** A call that an executor was given. */
export interface Call {
  /** By which its result is handed in. */
  readonly ticket: number;
  /** Number of its layer. */
  readonly layer: number;
  /** Number of its function in the program of its run. */
  readonly function: number;
  /** Number of its arguments there. */
  readonly arguments: number;
  /** Whether it may give any value rather than a block of an array. */
  readonly values: boolean;
  /** Chunk numbers of the block that it makes. */
  readonly block: readonly number[];
  /** Where its block lies, if the function wants to know. */
  readonly info: BlockInfo | undefined;
  /** What it reads, by slots. */
  readonly slots: readonly unknown[];
}

/**
 * Reads a batch, which `crates/node/src/calls/batch.rs` describes, call by call: what is not looked at is not
 * decoded.
 */
export class BatchReader {
  /** Tells runs apart. */
  readonly run: number;
  /** Whether somebody wants to know when each call was made. */
  readonly isTraced: boolean;
  /** Numbers of held values that nobody needs any more. */
  readonly released: readonly number[];
  readonly #head: Float64Array;
  readonly #payload: Uint8Array;
  readonly #buffers: readonly Uint8Array[];
  readonly #codec: Codec;
  readonly #held: ReadonlyMap<number, unknown>;
  #at = 0;

  constructor(batch: NativeBatch, codec: Codec, held: ReadonlyMap<number, unknown>) {
    this.run = batch.run;
    this.isTraced = batch.traced ?? false;
    this.#head = batch.head;
    this.#payload = batch.payload ?? NO_BYTES;
    this.#buffers = batch.buffers ?? [];
    this.#codec = codec;
    this.#held = held;
    this.released = this.#numbers(this.#next());
  }

  /** The next call. */
  next(): Call | undefined {
    if (this.#at >= this.#head.length) return undefined;
    const ticket = this.#next();
    const layer = this.#next();
    const calls = this.#next();
    const args = this.#next();
    const values = this.#next() === 1;
    const block = this.#numbers(this.#next());
    const info = this.#info(block);
    const slots: unknown[] = [];
    for (let left = this.#next(); left > 0; left -= 1) slots.push(this.#slot(values));
    return { ticket, layer, function: calls, arguments: args, values, block, info, slots };
  }

  #info(block: readonly number[]): BlockInfo | undefined {
    if (this.#next() === 0) return undefined;
    const [start, shape, numBlocks]: number[][] = [[], [], []];
    for (const _ of block) {
      start?.push(this.#next());
      shape?.push(this.#next());
      numBlocks?.push(this.#next());
    }
    return { block, start: start ?? [], shape: shape ?? [], numBlocks: numBlocks ?? [] };
  }

  #slot(isValue: boolean): unknown {
    const length = this.#next();
    if (length < 0) return this.#block(isValue);
    const blocks: unknown[] = [];
    for (let left = length; left > 0; left -= 1) blocks.push(this.#block(isValue));
    return blocks;
  }

  #block(isValue: boolean): unknown {
    const form = this.#next();
    if (form === 0) return this.#chunk(isValue);
    if (form === 2) return this.#held.get(this.#next());
    if (form === 3) return this.#next();
    const [offset, length, count, first] = [this.#next(), this.#next(), this.#next(), this.#next()];
    const head = this.#payload.subarray(offset, offset + length);
    return this.#decode({ head, buffers: this.#buffers.slice(first, first + count) });
  }

  /** A value, or a promise of one; what cannot be decoded is a promise that rejects, so that its call alone fails. */
  #decode(encoded: Encoded): unknown {
    try {
      const value = this.#codec.decode(encoded);
      // Nobody waits for it if the call is given back.
      if (value instanceof Promise) value.catch(() => {});
      return value;
    } catch (error) {
      const failed = Promise.reject(error as Error);
      failed.catch(() => {});
      return failed;
    }
  }

  /** To a task an array of no axes is a number, as it is to whoever computes it. */
  #chunk(isValue: boolean): unknown {
    const dtype = DTYPE_NAMES[this.#next()] ?? "uint8";
    const shape = this.#numbers(this.#next());
    const data = viewBytes(dtype, this.#buffers[this.#next()] ?? NO_BYTES);
    const array = new NDArray(data, shape, { dtype });
    return isValue && shape.length === 0 ? array.item() : array;
  }

  #numbers(count: number): number[] {
    const numbers: number[] = [];
    for (let left = count; left > 0; left -= 1) numbers.push(this.#next());
    return numbers;
  }

  #next(): number {
    const number = this.#head[this.#at] ?? Number.NaN;
    this.#at += 1;
    return number;
  }
}
