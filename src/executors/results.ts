import { bytesOf } from "../dtype/index.js";
import { DTYPE_NAMES } from "./batch.js";
import { arrayOfResult } from "./block-result.js";
import type { Encoded } from "../values/index.js";

/** How results are written; `crates/node/src/calls/results.rs` reads them. */
const FORM = {
  chunk: 0,
  encoded: 1,
  held: 2,
  encodedError: 3,
  heldError: 4,
  returned: 5,
  times: 6,
  number: 7,
} as const;

/** How calls ended, as it is handed in. */
export interface Results {
  readonly head: Float64Array;
  readonly payload: Uint8Array;
  readonly buffers: Uint8Array[];
}

/** Nothing to hand in. */
export const NO_RESULTS: Results = {
  head: new Float64Array(0),
  payload: new Uint8Array(0),
  buffers: [],
};

/** Collects how calls ended. */
export class ResultsWriter {
  readonly #head: number[] = [];
  readonly #payload: Uint8Array[] = [];
  readonly #buffers: Uint8Array[] = [];
  #length = 0;

  /** Whether nothing was written yet. */
  get isEmpty(): boolean {
    return this.#head.length === 0;
  }

  /** What a function of blocks gave; the core checks whether it is the block that its layer has there. */
  chunk(ticket: number, result: unknown): void {
    const { dtype, shape, data } = arrayOfResult(result).contiguous();
    this.#head.push(
      ticket,
      FORM.chunk,
      DTYPE_NAMES.indexOf(dtype),
      shape.length,
      ...shape,
      this.#buffers.length,
    );
    this.#buffers.push(bytesOf(data));
  }

  /** A value, or an error, as it travels. */
  encoded(ticket: number, { head, buffers }: Encoded, isError = false): void {
    const form = isError ? FORM.encodedError : FORM.encoded;
    this.#head.push(ticket, form, this.#length, head.length, buffers.length, this.#buffers.length);
    this.#payload.push(head);
    this.#length += head.length;
    this.#buffers.push(...buffers);
  }

  /** A value that is a number; the core encodes it. */
  number(ticket: number, value: number): void {
    this.#head.push(ticket, FORM.number, value);
  }

  /** A value, or an error, that stays here. */
  held(ticket: number, number: number, isError = false): void {
    this.#head.push(ticket, isError ? FORM.heldError : FORM.held, number);
  }

  /** When a call was made, by `clock`; told beside how it ended. */
  times(ticket: number, start: number, end: number): void {
    this.#head.push(ticket, FORM.times, start, end);
  }

  /** A call that was not started. */
  returned(ticket: number): void {
    this.#head.push(ticket, FORM.returned);
  }

  /** All that was written. */
  finish(): Results {
    if (this.isEmpty) return NO_RESULTS;
    const [first = NO_RESULTS.payload] = this.#payload;
    const payload = this.#payload.length <= 1 ? first : Buffer.concat(this.#payload, this.#length);
    return { head: new Float64Array(this.#head), payload, buffers: this.#buffers };
  }
}
