/**
 * What went wrong, for programs to branch on. The message says it for people.
 *
 * - `INVALID_ARGUMENT`: a value of the wrong type, or one that is not allowed there.
 * - `INVALID_VALUE`: data that can't be what they should be, such as text in a column of numbers.
 * - `COLUMN_NOT_FOUND`: a column that the data frame does not have.
 * - `SCHEMA_MISMATCH`: columns whose types, names or lengths don't go together.
 * - `OUT_OF_BOUNDS`: an index or axis that the array does not have.
 * - `INVALID_CHUNKS`: chunks that are no chunks, or do not add up to the shape.
 * - `SHAPE_MISMATCH`: shapes that do not broadcast, nested arrays that are ragged, bags of other lengths side by side.
 * - `UNSUPPORTED_DTYPE`: an element type for which the operation has no meaning.
 * - `OVERFLOW`: a number that does not fit the element type.
 * - `EMPTY_REDUCTION`: `min` or `max` of no elements.
 * - `ARITHMETIC`: arithmetic without an answer, such as an integer to a negative power.
 * - `FILE_NOT_FOUND`: no file of that name.
 * - `FILE_ACCESS`: the file is there but must not or cannot be read.
 * - `FILE_EXISTS`: something is there already, and was not to be replaced.
 * - `DISK_FULL`: no room for what is to be written.
 * - `INVALID_FILE`: a file that is not what it should be, or truncated.
 * - `CORRUPT_DATA`: a chunk whose checksum or compressed data is wrong.
 * - `UNSUPPORTED_FILTER`: a chunk that needs a filter nobody here knows.
 * - `PATH_NOT_FOUND`: nothing of that name in the file.
 * - `FILE_CLOSED`: a file that was closed before.
 * - `OUT_OF_MEMORY`: the machine has too little memory for a block or a result.
 * - `SPILL_FAILED`: blocks that memory has no room for cannot be kept on disk: it is full, or no disk.
 * - `ENGINE_UNAVAILABLE`: no engine can run here, or not the one that was asked for.
 * - `NOT_INSTALLED`: a part of Bramble that is a package of its own, which is not there; the message has the command.
 * - `CANCELLED`: stopped on request; `compute` rejects with the signal's reason instead.
 * - `CANNOT_TRAVEL`: a function or a value that no other thread, process or machine can have; the message shows
 *   what leads to it.
 * - `MODULE_NOT_FOUND`: a function needs a module that is not there where it runs.
 * - `INVALID_GRAPH`: a graph that the engine refuses: the addon is of another version.
 * - `TASK_FAILED`: a function threw something that is no error; it is the cause.
 * - `WRONG_RESULT`: a function of blocks or partitions gave something else than was expected of it.
 * - `WORKER_LOST`: the thread or process that ran a task ended while it did.
 * - `ENVIRONMENT_NOT_FOUND`: no project environment of that name, or none is active.
 * - `ENVIRONMENT_EXISTS`: a project environment of that name is there already.
 * - `ENVIRONMENT_DAMAGED`: a project environment that lacks something of its own.
 * - `ENVIRONMENT_MISMATCH`: workers have other packages or another Node than this program.
 * - `INSTALL_FORBIDDEN`: a worker that lets no client install environments.
 * - `PACKAGE_NOT_FOUND`: a package, or a version of one, that the registry does not have.
 * - `PACKAGE_INTEGRITY`: a package that is not what its checksum says.
 * - `PACKAGE_MANAGER`: npm failed in another way; the message is npm's.
 * - `NETWORK`: a registry or server that can't be reached.
 * - `CLUSTER_KEY`: there is no cluster key where one is needed, or one that can't be used.
 * - `TIMEOUT`: something that did not happen within the time that it was given.
 * - `SCHEDULER_LOST`: the connection to the scheduler of a cluster has ended, and with it what was under way.
 * - `INTERNAL`: a bug in Bramble.
 */
export type ErrorCode =
  | "INVALID_ARGUMENT"
  | "INVALID_VALUE"
  | "COLUMN_NOT_FOUND"
  | "SCHEMA_MISMATCH"
  | "OUT_OF_BOUNDS"
  | "INVALID_CHUNKS"
  | "SHAPE_MISMATCH"
  | "UNSUPPORTED_DTYPE"
  | "OVERFLOW"
  | "EMPTY_REDUCTION"
  | "ARITHMETIC"
  | "FILE_NOT_FOUND"
  | "FILE_ACCESS"
  | "FILE_EXISTS"
  | "DISK_FULL"
  | "INVALID_FILE"
  | "CORRUPT_DATA"
  | "UNSUPPORTED_FILTER"
  | "PATH_NOT_FOUND"
  | "FILE_CLOSED"
  | "OUT_OF_MEMORY"
  | "SPILL_FAILED"
  | "ENGINE_UNAVAILABLE"
  | "NOT_INSTALLED"
  | "CANCELLED"
  | "CANNOT_TRAVEL"
  | "MODULE_NOT_FOUND"
  | "INVALID_GRAPH"
  | "TASK_FAILED"
  | "WRONG_RESULT"
  | "WORKER_LOST"
  | "ENVIRONMENT_NOT_FOUND"
  | "ENVIRONMENT_EXISTS"
  | "ENVIRONMENT_DAMAGED"
  | "ENVIRONMENT_MISMATCH"
  | "INSTALL_FORBIDDEN"
  | "PACKAGE_NOT_FOUND"
  | "PACKAGE_INTEGRITY"
  | "PACKAGE_MANAGER"
  | "NETWORK"
  | "TIMEOUT"
  | "SCHEDULER_LOST"
  | "CLUSTER_KEY"
  | "INTERNAL";

/** The call of a function that failed, in the field `task` of the error that it threw. */
export interface TaskPlace {
  /** Name of its layer, such as `mapBlocks-3f2a91`. */
  readonly layer: string;
  /** Chunk numbers of the block that it should have made. */
  readonly block: readonly number[];
  /** Of a delayed value its key. */
  readonly key?: string;
  /** How many other tasks failed before all had ended. */
  readonly others: number;
}

/** Where in a computation an error happened, and what it was before. */
export interface ErrorContext {
  /** The error behind this one. */
  readonly cause?: unknown;
  /** Name of the layer that failed, such as `sum-3f2a91`. */
  readonly layer?: string | undefined;
  /** Chunk numbers of the block that failed. */
  readonly block?: readonly number[] | undefined;
}

/** So many calls an error remembers: beneath ours, of which there may be 20, it has the line that was written. */
const FRAMES = 50;

/** Every error that Bramble throws or rejects with. */
export class BrambleError extends Error {
  override readonly name = "BrambleError";
  /** What went wrong, for programs. */
  readonly code: ErrorCode;
  /** Name of the layer that failed, where a computation was under way. */
  declare readonly layer?: string;
  /** Chunk numbers of the block that failed. */
  declare readonly block?: readonly number[];

  constructor(code: ErrorCode, message: string, context: ErrorContext = {}) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = Math.max(limit, FRAMES);
    super(message, "cause" in context ? { cause: context.cause } : undefined);
    Error.stackTraceLimit = limit;
    this.code = code;
    // Only where they are known, so that printing an error shows no empty fields.
    if (context.layer !== undefined) this.layer = context.layer;
    if (context.block !== undefined) this.block = context.block;
  }
}
