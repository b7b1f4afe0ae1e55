import type { DType, Grid } from "../generated/layers.js";

/** What the addon exports. Synchronous functions throw errors whose `code` is one of ours. */
export interface NativeBinding {
  /**
   * Starts to execute a graph.
   *
   * @param graph - MessagePack of `{ layers, outputs }`.
   * @param buffers - the bytes that `memory` stores read from.
   */
  run(
    graph: Uint8Array,
    buffers: readonly Uint8Array[],
    options: NativeRunOptions,
    onProgress: (batch: NativeProgress[]) => void,
  ): NativeRun;
  /** The layers before and after optimisation. */
  explain(graph: Uint8Array): string;
  /** A file that is open. */
  readonly Hdf5File: new (
    path: string,
  ) => NativeHdf5File;
}

/** How a graph is executed. */
export interface NativeRunOptions {
  readonly scheduler: string;
  /** 0 stands for all cores. */
  readonly numWorkers: number;
}

/** Blocks that were made. */
export interface NativeProgress {
  readonly layer: string;
  readonly done: number;
  readonly total: number;
}

/** An execution under way. */
export interface NativeRun {
  /** Settles once everything has stopped; it never rejects. */
  readonly result: Promise<NativeOutcome>;
  /** Stops between tasks. */
  cancel(): void;
}

/** How an execution ended: with arrays or with an error. */
export interface NativeOutcome {
  readonly arrays?: readonly NativeArray[] | undefined;
  readonly error?: NativeError | undefined;
}

/** A result, its elements as bytes. */
export interface NativeArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
  readonly grid: Grid;
}

/** What went wrong in a task. */
export interface NativeError {
  readonly code: string;
  readonly message: string;
  readonly layer?: string | undefined;
  readonly block?: readonly number[] | undefined;
}

/** An HDF5 file that is open. Objects are described as JSON. */
export interface NativeHdf5File {
  /** A `NativeHdf5Node`. */
  node(path: string): string;
  /** Names of the members of a group. */
  keys(path: string): string[];
  /** The attributes of an object by name. */
  attrs(path: string): string;
  close(): void;
}
