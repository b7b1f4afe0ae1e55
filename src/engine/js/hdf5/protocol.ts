import type { MessagePort } from "node:worker_threads";
import type { DType } from "../../../generated/layers.js";
import type { AttributeValue, HDF5Node } from "../../engine.js";
import type { ErrorCode } from "../../../errors.js";

/** The elements taken of one axis: `start, start + step, …`, `count` of them; `step` is positive. */
export interface Span {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** A file in one state: a file that is written to becomes another one. */
export interface FileState {
  readonly path: string;
  /** Tells this state from others; absent for whatever is there now. */
  readonly identity?: string | undefined;
}

/** What can be asked of the worker that holds the HDF5 library, and what it answers. */
export interface Calls {
  /** Opens a file; answers its identity. */
  open: { readonly file: FileState; readonly answer: string };
  node: { readonly file: FileState; readonly name: string; readonly answer: HDF5Node };
  keys: { readonly file: FileState; readonly name: string; readonly answer: string[] };
  attrs: { readonly file: FileState; readonly name: string; readonly answer: Record<string, AttributeValue> };
  /** Closes a file; whoever needs it again opens it again. */
  close: { readonly file: FileState; readonly answer: undefined };
  /** Makes sure that a dataset can be read as its layer says; answers the identity of the file. */
  check: {
    readonly file: FileState;
    readonly name: string;
    readonly shape: readonly number[];
    readonly dtype: DType;
    readonly answer: string;
  };
  /** Reads elements as bytes, in row-major order and this machine's byte order. */
  read: {
    readonly file: FileState;
    readonly name: string;
    readonly spans: readonly Span[];
    readonly answer: Uint8Array<ArrayBuffer>;
  };
}

/** A question to the worker. */
export type Request = {
  [Kind in keyof Calls]: { readonly kind: Kind } & Omit<Calls[Kind], "answer">;
}[keyof Calls];

/** What the worker says. */
export type Reply =
  | { readonly answer: unknown }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } };

/** What the worker is started with. */
export interface WorkerSetup {
  /** Where questions come from whose answers are waited for. */
  readonly port: MessagePort;
  /** Set to 1 when an answer is on its way. */
  readonly answered: Int32Array<SharedArrayBuffer>;
}
