import type { DType } from "../../../generated/layers.js";
import { ask } from "./client.js";
import type { FileState, Span } from "./protocol.js";

/** What a layer knows of its dataset. */
export interface ExpectedDataset {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A dataset from which a computation reads. */
export class ReadableDataset {
  #file: FileState;
  readonly #name: string;
  readonly #expected: ExpectedDataset;

  constructor(
    { path, dataset }: { readonly path: string; readonly dataset: string },
    expected: ExpectedDataset,
  ) {
    this.#file = { path };
    this.#name = dataset;
    this.#expected = expected;
  }

  /** Makes sure that it is there, as the layer says; from then on the file must not change. */
  async check(): Promise<void> {
    const { path } = this.#file;
    const identity = await ask<"check">({
      kind: "check",
      file: { path },
      name: this.#name,
      ...this.#expected,
    });
    this.#file = { path, identity };
  }

  /** Reads elements as bytes, in row-major order. */
  read(spans: readonly Span[]): Promise<Uint8Array<ArrayBuffer>> {
    return ask<"read">({ kind: "read", file: this.#file, name: this.#name, spans });
  }
}
