import type { TypedArray } from "../dtype/dtype.js";
import type {
  Column,
  ColumnData,
  Deal,
  Plan,
  Range,
  Scan,
  StoredObject,
  Target,
} from "../generated/frames.js";
import type { Annotations, DType, Grid, Layer } from "../generated/layers.js";

/** Something that executes layers. Both engines give the same answers. */
export interface Engine {
  /** `native`: the Rust core. `js`: plain TypeScript in one thread, where no binary fits. */
  readonly name: "native" | "js";
  /**
   * Executes a graph.
   *
   * @returns an array, or the values of all blocks, for each output, in order.
   * @throws {BrambleError} with the layer and block that failed; what a function threw; or the reason of the signal,
   *   once everything has stopped.
   */
  run(request: RunRequest): Promise<readonly Answer[]>;
  /** Opens a file to look at what is in it; elements are read by `run`. */
  openHDF5(path: string): HDF5Backend;
  /** The layers before and after optimisation, for people. Absent where nothing is optimised. */
  explain?(graph: WireGraph): string;
  /** The same graph rewritten, in kinds of layers that it could have been written in. Absent where nothing is optimised. */
  simplify?(graph: WireGraph): Pick<WireGraph, "layers" | "outputs">;
  /** The tasks of a graph one by one, for people to look at. */
  outline(graph: WireGraph, options: OutlineOptions): Outline;
  /** Plans of data frames. Absent where there are none. */
  readonly frames?: FrameBackend | undefined;
}

/** What of a graph is listed. */
export interface OutlineOptions {
  /** As it would run, rather than as it was written; the JS engine runs what was written. */
  readonly optimized: boolean;
  /** Tasks are listed if there are not more. */
  readonly most: number;
  /** What `memory` stores read from. */
  readonly buffers: readonly TypedArray[];
}

/** A graph with its tasks. */
export interface Outline {
  /** Inputs of a layer stand before it; a reduction may be several. */
  readonly layers: readonly OutlineLayer[];
  /** In the order in which `sync` does them; null if there are too many. */
  readonly tasks: readonly OutlineTask[] | null;
}

/** A layer of an outline. */
export interface OutlineLayer {
  readonly name: string;
  /** What it does, in some words. */
  readonly description: string;
  /** How many blocks of it the outputs lead to. */
  readonly blocks: number;
  /** Numbers of the layers that it reads. */
  readonly inputs: readonly number[];
}

/** A task of an outline. */
export interface OutlineTask {
  /** Number of its layer. */
  readonly layer: number;
  /** Chunk numbers of the block that it makes. */
  readonly block: readonly number[];
  /** Numbers of the tasks whose blocks it reads. */
  readonly inputs: readonly number[];
}

/** What executes plans of data frames. */
export interface FrameBackend {
  /** Finds the files that patterns mean, and the columns of the first. */
  scan(scan: Scan): FrameSheet;
  /** About so many parts of the one file of a scan, each of whole lines; none where it can't be cut. */
  cut(scan: Scan, count: number): Promise<readonly Range[]>;
  /** Columns of values as an Arrow stream. */
  make(columns: readonly ColumnData[]): Uint8Array;
  /** The columns of a plan's answer. */
  schema(plan: Plan, buffers: readonly Uint8Array[]): Column[];
  /** A plan as it was written and as it was optimised, for people. */
  explain(plan: Plan, buffers: readonly GivenRows[]): string;
  /**
   * The rows of a plan as an Arrow stream; with a target they go into a file, and there are none. With `keeps` the rows of
   * streams in memory are kept as the engine has them, for as long as the streams are there: plans that read them later need not
   * do so again.
   */
  run(plan: AnyPlan, buffers: readonly GivenRows[], target?: Target, keeps?: boolean): Promise<Uint8Array>;
  /** The rows of a plan for other plans of this process: nobody makes a stream of them. Those of streams in memory are kept as well. */
  hold(plan: AnyPlan, buffers: readonly GivenRows[]): Promise<HeldRows>;
  /** Writes what Parquet files of a folder, named from there, have into `_metadata` beside them. */
  writeParquetMetadata(folder: string, names: readonly string[]): Promise<void>;
  /** The rows of a plan as an Arrow stream in a new file. */
  stash(plan: AnyPlan, buffers: readonly PieceRows[], path: string): Promise<Stashed>;
  /** The rows of a plan, dealt out to the pieces of a query: a shard for each, in a new file if there is a path for it. */
  deal(
    plan: AnyPlan,
    buffers: readonly GivenRows[],
    deal: Deal,
    path: string | null,
  ): Promise<readonly PieceRows[]>;
}

/** A plan, or its encoding. */
export type AnyPlan = Plan | Uint8Array;

/** Rows in a file, which is there for as long as the query runs. */
export interface Stashed {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/** Rows as an Arrow stream or as a shard, in memory or in a file. */
export type PieceRows = Uint8Array | Stashed;

/** Rows as the engine of this process has them, which it alone sees into. They are there for as long as somebody has this. */
export interface HeldRows {
  readonly [HELD]?: never;
}

declare const HELD: unique symbol;

/** Rows that a plan reads in this process. */
export type GivenRows = PieceRows | HeldRows;

/** What is known of files before they are read. */
export interface FrameSheet {
  readonly paths: readonly string[];
  /** What objects behind URLs are, one for each path; nothing of files. */
  readonly objects: readonly StoredObject[];
  /** How large they are together. */
  readonly bytes: number;
  readonly columns: readonly Column[];
}

/** What travels to an engine as MessagePack. */
export interface WireGraph {
  /** Inputs of a layer stand before it. */
  readonly layers: readonly Layer[];
  /** Positions of the layers that are wanted. */
  readonly outputs: readonly number[];
  /** What is asked for tasks, by the numbers that layers have for it. */
  readonly annotations?: readonly Annotations[] | undefined;
}

/** One execution of a graph. */
export interface RunRequest extends WireGraph {
  /** What `memory` stores read from, by number. */
  readonly buffers: readonly TypedArray[];
  /** What `call` and `tasks` layers call, by number. */
  readonly functions?: readonly TaskFunction[] | undefined;
  /** What they call it with, by number. */
  readonly args?: readonly (readonly Argument[])[] | undefined;
  /**
   * `threads` uses every core; `processes` too, with functions in processes of their own; `sync` the one thread, for
   * debugging; `distributed` the cluster of the latest client.
   */
  readonly scheduler: Scheduler;
  /** Whether functions are called in this thread, whatever the scheduler. */
  readonly callsHere?: boolean | undefined;
  /** Threads, and as many threads or processes that call functions; all cores if absent. */
  readonly numWorkers?: number | undefined;
  /** How much memory a thread or process that calls functions may take. */
  readonly resourceLimits?: ResourceLimits | undefined;
  /** Bytes of memory that blocks may take; what is more goes to disk. The JS engine has no disk. */
  readonly memoryLimit: number;
  /** The folder for blocks on disk. */
  readonly spillFolder: string;
  /** Stops the execution. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with what was done since the last call. */
  readonly onProgress?: ((events: readonly ProgressEvent[]) => void) | undefined;
  /** Called now and then with the tasks that have run since; the last time before `run` settles. */
  readonly onTasks?: ((spans: readonly TaskSpan[]) => void) | undefined;
}

/** A task that has run. */
export interface TaskSpan {
  /** Name of its layer. */
  readonly layer: string;
  /** Chunk numbers of the block that it made. */
  readonly block: readonly number[];
  /** Who did it: `core 0`, `thread 1`, `process 1`, `main` for this thread, or the name of a worker of a cluster. */
  readonly worker: string;
  /** When it began, in milliseconds since 1970. */
  readonly start: number;
  /** When it ended. */
  readonly end: number;
}

/** A JavaScript function that tasks call. Where they run elsewhere, it travels there with what it captures. */
export type TaskFunction = (...args: never[]) => unknown;

/**
 * An argument of a task: a value, what the task reads by its number (a layer's input, or a task's edge), or a list
 * or record of such.
 */
export type Argument =
  | { readonly value: unknown }
  | { readonly slot: number }
  | { readonly list: readonly Argument[] }
  | { readonly record: Readonly<Record<string, Argument>> };

/** Where a function of a `call` layer is called, told after its arguments to those that ask for it. */
export interface BlockInfo {
  /** Chunk numbers of the block that it makes. */
  readonly block: readonly number[];
  /** Position of the block's first element along each axis. */
  readonly start: readonly number[];
  /** Elements that are expected of it along each axis. */
  readonly shape: readonly number[];
  /** Chunks of the whole along each axis. */
  readonly numBlocks: readonly number[];
}

/** How much memory a thread or process that calls functions may take, in MB (2^20 bytes). */
export interface ResourceLimits {
  /** Of the objects of its JavaScript; beyond that it ends, and its task fails. */
  readonly maxOldGenerationSizeMb?: number | undefined;
  /** Of those that were made lately. */
  readonly maxYoungGenerationSizeMb?: number | undefined;
  /** Of its stack. */
  readonly stackSizeMb?: number | undefined;
}

/** Where the tasks of a computation run. */
export type Scheduler = (typeof SCHEDULERS)[number];

/** The names of the schedulers. */
export const SCHEDULERS = ["threads", "processes", "sync", "distributed"] as const;

/** How far a layer is. */
export interface ProgressEvent {
  /** Name of the layer. */
  readonly layer: string;
  /** Blocks made so far. */
  readonly done: number;
  /** Blocks in all. */
  readonly total: number;
}

/** What an output gives: an array, or of a layer of values those of its blocks. */
export type Answer = BlockArray | BlockValues;

/** The values of all blocks of a layer, in order. A block of an array among them is an `NDArray`. */
export interface BlockValues {
  readonly values: readonly unknown[];
}

/** A result: dense, in row-major order. */
export interface BlockArray {
  readonly dtype: DType;
  /** Empty for a 0-d result, which has one element. */
  readonly shape: readonly number[];
  readonly data: TypedArray;
  /** The blocks that it was made in; all lengths are known. */
  readonly grid: Grid;
}

/** An HDF5 file that an engine holds open. All paths are absolute paths in the file. */
export interface HDF5Backend {
  /**
   * Describes an object; soft links are followed.
   *
   * @throws {BrambleError} `PATH_NOT_FOUND`, naming the nearest names there are.
   */
  node(path: string): HDF5Node;
  /** Names of the members of a group, in the order of the file's index. */
  keys(path: string): string[];
  /** Attributes of an object. */
  attrs(path: string): Record<string, AttributeValue>;
  /** Closes the file; further calls throw `FILE_CLOSED`. */
  close(): void;
}

/** A group or a dataset. */
export type HDF5Node = HDF5GroupNode | HDF5DatasetNode;

/** A group in a file. */
export interface HDF5GroupNode {
  readonly kind: "group";
  readonly path: string;
}

/** A dataset in a file. */
export interface HDF5DatasetNode {
  readonly kind: "dataset";
  readonly path: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Chunk lengths; null where the layout is not chunked. */
  readonly chunks: readonly number[] | null;
  /** In the order in which they are applied when writing. */
  readonly filters: readonly HDF5Filter[];
  readonly layout: "contiguous" | "compact" | "chunked" | "virtual";
  /** Value of elements that were never written; null if it is undefined. */
  readonly fillValue: number | bigint | boolean | null;
  /** Whether a chunk must be decoded as a whole (compressed, checksummed). */
  readonly decoded: boolean;
}

/** A filter of a dataset, such as `{ name: "gzip", options: [4] }`. */
export interface HDF5Filter {
  readonly name: string;
  readonly options: readonly number[];
}

/** The value of an attribute; arrays are nested, one level for each axis. */
export type AttributeValue = number | bigint | boolean | string | null | readonly AttributeValue[];
