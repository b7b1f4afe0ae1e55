import type { GivenRows, HeldRows } from "../engine/engine.js";
import type { Surroundings } from "../env/surroundings.js";
import type { DType, Grid } from "../generated/layers.js";

/** What the addon exports. Synchronous functions throw errors whose `code` is one of ours. */
export interface NativeBinding {
  /**
   * Starts to execute a graph.
   *
   * @param graph - MessagePack of `{ layers, outputs, annotations }`.
   * @param buffers - the bytes that `memory` stores read from.
   */
  run(
    graph: Uint8Array,
    buffers: readonly Uint8Array[],
    options: NativeRunOptions,
    onProgress: (batch: NativeProgress[]) => void,
    onTasks?: (tasks: NativeTasks) => void,
  ): NativeRun;
  /** A new queue of calls, known by its number in every thread. */
  openCallQueue(): number;
  /** No more executors join a queue. */
  closeCallQueue(queue: number): void;
  /** Takes calls from a queue. */
  readonly CallExecutor: new (
    queue: number,
    id: number,
    passesOn: boolean,
    onWork: () => void,
  ) => NativeCallExecutor;
  /** An executor of a queue has died; what it holds goes to others. */
  loseExecutor(queue: number, id: number, why: string): void;
  /** Gives up the executors that hold stopped calls, and says which. */
  giveUpStopped(queue: number): number[];
  /** Puts bytes into memory that other processes of the user can read, by the descriptor that is given. */
  shareBytes(bytes: Uint8Array): number;
  /** Copies what another process shares. */
  readShared(process: number, descriptor: number, length: number): Uint8Array;
  /** Gives shared memory back. */
  closeShared(descriptor: number): void;
  /** Lets the system end this process when its parent ends. False if it has ended already. */
  dieWithParent(parent: number): boolean;
  /** The key that `BRAMBLE_KEY` or a file in a folder of settings holds. */
  findKey(folder: string): NativeKey;
  /** The same, or a new one. */
  findOrMakeKey(folder: string): NativeKey;
  /** Puts a new key into the file. */
  rotateKey(folder: string): NativeKey;
  /** What bytes compress to, by the name of the codec. They must not change meanwhile. */
  compress(bytes: Uint8Array, codec: NativeCodec): Promise<NativeCompressed>;
  /** What bytes decompress to, likewise. */
  decompress(bytes: Uint8Array, codec: NativeCodec): Promise<NativeCompressed>;
  /** The first bytes of an object behind a URL, or all of it. It never rejects. */
  readObject(url: string, most?: number): Promise<NativeObjectRead>;
  /** What follows the URL and a slash in those of all objects that begin so. Only S3 lists. It never rejects. */
  listObjects(url: string): Promise<NativeObjectNames>;
  /**
   * Puts files under URLs of S3, one for each, and then removes others. It never rejects.
   *
   * @returns what went wrong.
   */
  putObjects(paths: string[], urls: string[], removed: string[]): Promise<NativeError | undefined>;
  /** What is at a path of an HDF5 file behind a URL. It never rejects. Not there without HDF5. */
  lookIntoHdf5?(url: string, path: string): Promise<NativeHdf5Look>;
  /** A key that nobody else has. */
  randomKey(): string;
  /** Starts a scheduler in this process. */
  readonly ClusterScheduler: new (
    options: {
      readonly listen: readonly string[];
      readonly key?: string | undefined;
      readonly allowedFailures?: number | undefined;
    },
    onCall?: (call: NativeWorkerCall) => void,
  ) => NativeScheduler;
  /** Works for a scheduler, and makes calls beside tasks by `onCall`. */
  runWorker(options: NativeWorkerOptions, onCall?: (call: NativeWorkerCall) => void): NativeMember;
  /**
   * Tells a scheduler how the process of a worker ended, which had the number `watch`: in the first line why, then
   * what it printed last. Settles when the scheduler knows, or cannot be told.
   */
  workerEnded(scheduler: string, key: string | undefined, watch: number, how: string): Promise<void>;
  /** Answers a call with what it gave or threw, encoded. */
  answerCall(number: number, threw: boolean, value: Uint8Array): void;
  /** Connects to a scheduler; `patience` in seconds. */
  connectCluster(address: string, key: string | undefined, patience: number): Promise<NativeConnection>;
  /** Ends a connection. */
  closeClient(client: number): void;
  /** The cluster of a client in JSON; null when the connection has ended. */
  clusterStatus(client: number): Promise<string | null>;
  /**
   * Asks the scheduler something, in JSON. Bytes of `buffers` must not change until the answer is there.
   *
   * @param ticket - a number that no other question of the client has.
   */
  askCluster(
    client: number,
    ticket: number,
    request: string,
    buffers: readonly Uint8Array[],
  ): Promise<NativeReply>;
  /** Who hears what is noted under the topics that a client has subscribed to. */
  watchEvents(client: number, onEvent: (event: NativeEvent) => void): void;
  /** What functions find around them on the workers; null unless that has changed since a version, the first being 0. */
  clusterSurroundings(client: number, since: number): NativeAllSurroundings | null;
  /** Starts to execute a graph on the cluster of a client; `onTasks` is told in JSON of tasks that were done. */
  runOnCluster(
    client: number,
    graph: Uint8Array,
    buffers: readonly Uint8Array[],
    program: Uint8Array | undefined,
    onProgress: (batch: NativeProgress[]) => void,
    onTasks?: (done: string) => void,
  ): NativeRun;
  /** Who hears what becomes of blocks that a client keeps on its cluster. */
  watchKept(client: number, onNews: (news: NativeKeptNews) => void): void;
  /**
   * Hands in a graph whose output blocks stay on the workers, and gives its number.
   *
   * @param loans - one behind the other: a block, the graph that has it, and its number there.
   * @param isFollowed - whether its tasks are told as news.
   */
  keepOnCluster(
    client: number,
    graph: Uint8Array,
    buffers: readonly Uint8Array[],
    program: Uint8Array | undefined,
    retries: number,
    loans: Uint32Array,
    isFollowed: boolean,
  ): number;
  /** Gets blocks of a graph that is kept, as soon as they are there, as one answer of values. */
  getKept(client: number, run: number, numbers: readonly number[]): Promise<NativeOutcome>;
  /** Nobody wants these blocks any more. */
  releaseKept(client: number, run: number, numbers: readonly number[]): void;
  /** Nobody wants anything of a graph that is kept any more. */
  abandonKept(client: number, run: number): void;
  /** Makes blocks that failed once more. */
  retryKept(client: number, run: number, numbers: readonly number[]): void;
  /** Starts the scheduler of `bramble scheduler` in this process. */
  startScheduler(
    options: NativeSchedulerProgramOptions,
    onCall?: (call: NativeWorkerCall) => void,
  ): NativeSchedulerProgram;
  /** Starts the worker of `bramble worker` in this process. */
  startWorker(options: NativeWorkerProgramOptions, onCall?: (call: NativeWorkerCall) => void): NativeMember;
  /**
   * Finds the scheduler that announces itself on the networks that see a host of this machine.
   *
   * @param patience - seconds that it looks; for ever if absent.
   */
  findScheduler(host: string, patience?: number): Promise<NativeFound>;
  /** The same as `workerEnded`, for workers of `startWorker`. */
  workerProgramEnded(scheduler: string, security: NativeSecurity, watch: number, how: string): Promise<void>;
  /** The layers before and after optimisation. */
  explain(graph: Uint8Array): string;
  /** The layers after the rewrites that leave their kinds, in MessagePack as they came. */
  simplify(graph: Uint8Array): Uint8Array;
  /** An `Outline` as JSON. */
  outline(graph: Uint8Array, optimised: boolean, most: number): string;
  /**
   * The files that patterns mean, and the columns of the first, as JSON. It and what else is about data frames is
   * absent where the addon was built without them.
   *
   * @param scan - MessagePack of a `Scan`.
   */
  readonly scanFrame?: (scan: Uint8Array) => string;
  /** The columns of a plan's answer, as JSON. The plan is in MessagePack. */
  readonly frameSchema?: (plan: Uint8Array, buffers: readonly Uint8Array[]) => string;
  /** An Arrow stream of columns, which are MessagePack of a list of `ColumnData`. */
  readonly makeFrame?: (columns: Uint8Array) => Uint8Array;
  /** A plan before and after optimisation. */
  readonly explainFrame?: (plan: Uint8Array, buffers: readonly GivenRows[]) => string;
  /**
   * Starts a plan, whose rows are given, go into a target, or into a new file at the path `stash`. The promise never
   * rejects. With `kept`, one for each buffer, the rows of those in memory are kept there.
   */
  readonly runFrame?: (
    plan: Uint8Array,
    buffers: readonly GivenRows[],
    target?: Uint8Array,
    stash?: string,
    kept?: readonly HeldRows[],
  ) => Promise<NativeFrameOutcome>;
  /** Starts a plan whose rows go into an empty room. `kept` as for `runFrame`. The promise never rejects. */
  readonly holdFrame?: (
    plan: Uint8Array,
    buffers: readonly GivenRows[],
    room: HeldRows,
    kept: readonly HeldRows[],
  ) => Promise<NativeFrameOutcome>;
  /** Room for the rows of a stream, of about so many bytes, that plans read again and again. */
  readonly NativeRows?: new (
    bytes: number,
  ) => HeldRows;
  /** Cuts the one file of a scan. The promise never rejects. */
  readonly cutFrame?: (scan: Uint8Array, count: number) => Promise<NativeFrameParts>;
  /** Starts a plan whose rows are dealt out by MessagePack of a `Deal`. The promise never rejects. */
  readonly dealFrame?: (
    plan: Uint8Array,
    buffers: readonly GivenRows[],
    deal: Uint8Array,
    stash?: string,
  ) => Promise<NativeFrameShards>;
  /** Writes what Parquet files of a folder, named from there, have into `_metadata` beside them. The promise never rejects. */
  readonly writeParquetMetadata?: (folder: string, names: string[]) => Promise<NativeFrameOutcome>;
  /** A file that is open. Absent where the addon was built without HDF5. */
  readonly Hdf5File?: new (
    path: string,
  ) => NativeHdf5File;
}

/** The key of a cluster, and where it is. */
export interface NativeKey {
  /** The secret. */
  readonly text: string;
  /** What tells keys apart and is no secret. */
  readonly fingerprint: string;
  /** The file of keys. */
  readonly file: string;
  /** Whether `BRAMBLE_KEY` holds it. */
  readonly isFromVariable: boolean;
}

/** What the addon compresses with: files, and with `snappy` blocks of Avro's. */
type NativeCodec = "bzip2" | "xz" | "zstd" | "snappy";

/** What bytes were compressed or decompressed to, or why they were not. */
export interface NativeCompressed {
  readonly bytes?: Uint8Array | undefined;
  readonly problem?: string | undefined;
}

/** What was read of an object: nothing if there is none. */
export interface NativeObjectRead {
  readonly bytes?: Uint8Array | undefined;
  /** Bytes that it has. */
  readonly size?: number | undefined;
  /** What names its bytes, if the server does; of objects that were asked for as a whole nothing. */
  readonly tag?: string | undefined;
  readonly error?: NativeError | undefined;
}

/** Names of objects, or why there are none. */
export interface NativeObjectNames {
  readonly names?: string[] | undefined;
  readonly error?: NativeError | undefined;
}

/** What is at a path of an HDF5 file, as JSON. */
export interface NativeHdf5Look {
  readonly node?: string | undefined;
  /** Names of the members of a group. */
  readonly keys?: string[] | undefined;
  readonly attrs?: string | undefined;
  /** What names the bytes of a dataset's file, if the server does. */
  readonly tag?: string | undefined;
  readonly error?: NativeError | undefined;
}

/** A scheduler in this process. */
export interface NativeScheduler {
  /** Where it listens. */
  addresses(): string[];
  /** The cluster in JSON; null when it was closed. */
  status(): Promise<string | null>;
  /** Tells workers to leave, and ends. */
  close(): void;
}

/** How a worker runs. */
export interface NativeWorkerOptions {
  readonly scheduler: string;
  readonly listen: string;
  readonly key?: string | undefined;
  readonly name: string;
  /** 0 stands for all cores. */
  readonly threads: number;
  readonly memoryLimit: number;
  /** The folder for blocks beyond. */
  readonly spillFolder: string;
  /** Bytes that they may take there; no limit if absent. */
  readonly maxSpill?: number | undefined;
  /** How much it has of things that tasks may ask for. */
  readonly resources?: Readonly<Record<string, number>> | undefined;
  /** Where executors take calls; 0 if there are none. */
  readonly queue: number;
  /** Seconds; for ever if absent. */
  readonly patience?: number | undefined;
  /** What functions find around them. */
  readonly surroundings: Surroundings;
  /** The number by which whoever watches the process tells how it ended; nobody does if it is absent. */
  readonly watch?: number | undefined;
}

/** Surroundings that workers have, of each the name of one. */
export interface NativeAllSurroundings {
  readonly version: number;
  readonly all: readonly Surroundings[];
  readonly workers: readonly string[];
}

/** A member of a cluster in this process. */
export interface NativeMember {
  /** Settles when it has ended; it never rejects. */
  readonly result: Promise<{ readonly error?: NativeError | undefined }>;
  /** Ends it. */
  stop(): void;
}

/** The answer to a request. */
export interface NativeReply {
  /** In JSON; absent if the connection has ended. */
  readonly reply?: string | undefined;
  readonly buffers: readonly Uint8Array[];
}

/** Something that was noted under a topic. */
export interface NativeEvent {
  readonly topic: string;
  /** Seconds after the scheduler's start. */
  readonly at: number;
  /** Words of the scheduler; else `value` is what a client noted, encoded. */
  readonly text?: string | undefined;
  readonly value?: Uint8Array | undefined;
}

/** A call that a worker should make beside its tasks, or the process of a scheduler. */
export interface NativeWorkerCall {
  /** The answer bears the same number. */
  readonly number: number;
  /** What to call, encoded. */
  readonly call: Uint8Array;
}

/** A client, or why there is none. */
export interface NativeConnection {
  readonly client?: number | undefined;
  /** The number that the cluster has for it. */
  readonly id?: number | undefined;
  readonly error?: NativeError | undefined;
}

/** Whom a program of the cluster lets in, and how it proves who it is. */
export interface NativeSecurity {
  /** The folder of the cluster's key. */
  readonly folder: string;
  /** Whether everybody is let in. */
  readonly insecure: boolean;
  /** Whether connections within the machine are encrypted too. */
  readonly encryptsAlways: boolean;
  /** Files of certificates: of the CA, one's own, and its private key. */
  readonly certificates?: readonly string[] | undefined;
}

/** How `bramble scheduler` runs. */
export interface NativeSchedulerProgramOptions {
  readonly host: string;
  /** 0 stands for any free one. */
  readonly port: number;
  /** Where it serves HTTP, if it does. */
  readonly httpHost?: string | undefined;
  readonly httpPort?: number | undefined;
  readonly security: NativeSecurity;
  /** Seconds without anything to compute after which it ends. */
  readonly idleTimeout?: number | undefined;
  /** The folder where it writes down what happens, so that it goes on when it was killed and is started again. */
  readonly journal?: string | undefined;
  /** A task fails when more workers than this have died while they ran it; by default, when more than two have. */
  readonly allowedFailures?: number | undefined;
  /** The name of this machine, if workers are to find the scheduler without an address. */
  readonly announceAs?: string | undefined;
}

/** A scheduler that was found, or why there is none. */
export interface NativeFound {
  /** What it calls itself. */
  readonly name?: string;
  readonly address?: string;
  readonly error?: NativeError | undefined;
}

/** How `bramble worker` runs. */
export interface NativeWorkerProgramOptions {
  /** Where the scheduler is. */
  readonly scheduler: string;
  readonly host: string;
  /** 0 stands for any free one. */
  readonly port: number;
  readonly security: NativeSecurity;
  readonly name: string;
  /** Tasks at once. */
  readonly threads: number;
  /** Bytes that its blocks may take. */
  readonly memory: number;
  /** Bytes that its process may take with all that is in it; no limit if absent. */
  readonly processMemory?: number | undefined;
  /** The folder for blocks that memory has no room for. */
  readonly spillFolder: string;
  /** Bytes that they may take there; no limit if absent. */
  readonly maxSpill?: number | undefined;
  /** How much it has of things that tasks may ask for. */
  readonly resources?: Readonly<Record<string, number>> | undefined;
  /** Where executors take calls; 0 if there are none. */
  readonly queue: number;
  /** Seconds that it looks for a scheduler; for ever if absent. */
  readonly patience?: number | undefined;
  /** What functions find around them. */
  readonly surroundings: Surroundings;
  /** The number by which whoever watches the process tells how it ended; nobody does if it is absent. */
  readonly watch?: number | undefined;
}

/** A scheduler that runs in this process. */
export interface NativeSchedulerProgram extends NativeMember {
  /** The port that it got. */
  readonly port: number;
  /** The port of its HTTP server, if it has one. */
  readonly httpPort?: number;
  /** Of the cluster's key; absent without one. */
  readonly fingerprint?: string;
  /** What it announces itself as, if it does. */
  readonly announced?: string;
}

/** How a graph is executed. */
export interface NativeRunOptions {
  readonly scheduler: string;
  /** 0 stands for all cores. */
  readonly numWorkers: number;
  /** Bytes of memory that blocks may take. */
  readonly memoryLimit: number;
  /** The folder for blocks beyond. */
  readonly spillFolder: string;
  /** Where calls go; 0 if there are none. */
  readonly queue: number;
  /** What calls refer to, for executors elsewhere; it is read while the graph runs. */
  readonly program?: readonly Uint8Array[] | undefined;
  /** What `clock` shows. */
  readonly now: number;
}

/** Tasks that have run. */
export interface NativeTasks {
  /** Names of all layers. */
  readonly layers: readonly string[];
  /**
   * One behind the other: layer, kind of worker (0 a core, 1 an executor) and its number, start and end by `clock`, the
   * number of axes and the block.
   */
  readonly spans: Float64Array;
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

/** An executor of calls, for the thread that made it. */
export interface NativeCallExecutor {
  /**
   * Hands in how calls ended, and takes up to `limit` calls of one run. After null `onWork` will be called when there
   * are some; and it is called when calls were stopped.
   */
  exchange(
    head: Float64Array,
    payload: Uint8Array,
    buffers: readonly Uint8Array[],
    limit: number,
  ): NativeBatch | null;
  /** What the calls of the last batch refer to. */
  describe(): NativeProgram | null;
  /** A call waits for something and leaves its place to others, or goes on. */
  setAside(ticket: number, waits: boolean): void;
  /** Tickets of calls that were stopped. */
  stopped(): number[];
}

/** Calls; `src/executors/batch.ts` reads them. */
export interface NativeBatch {
  readonly run: number;
  /** Whether somebody wants to know when each call was made. */
  readonly traced?: boolean | undefined;
  readonly head: Float64Array;
  readonly payload?: Uint8Array | undefined;
  readonly buffers?: readonly Uint8Array[] | undefined;
}

/** What calls refer to. */
export interface NativeProgram {
  /** A copy of what was handed over. */
  readonly parts: readonly Uint8Array[];
  readonly layers: readonly string[];
}

/** What has become of blocks that are kept. */
export interface NativeKeptNews {
  readonly run: number;
  /** Tasks that were done, in JSON, if the graph is followed. */
  readonly tasks?: string | undefined;
  /** The numbers of blocks that were made. */
  readonly made?: readonly number[] | undefined;
  /** The number of a block that has failed; absent if the whole graph is over. */
  readonly failed?: number | undefined;
  /** Why. */
  readonly error?: NativeError | undefined;
}

/** A value: elements, an encoded one, or one that an executor in this thread holds. */
export interface NativeValue {
  readonly array?: NativeArray | undefined;
  readonly bytes?: Uint8Array | undefined;
  readonly buffers?: readonly Uint8Array[] | undefined;
  readonly held?: number | undefined;
}

/** What an output gave: an array, or a value for each block. */
export interface NativeAnswer {
  readonly array?: NativeArray | undefined;
  readonly values?: readonly NativeValue[] | undefined;
}

/** How an execution ended: with answers or with an error. */
export interface NativeOutcome {
  readonly answers?: readonly NativeAnswer[] | undefined;
  readonly error?: NativeError | undefined;
  /** How many batches of tasks were told; some may still be on their way. */
  readonly taskBatches?: number | undefined;
}

/** Rows in a file. */
export interface NativeStashed {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/** How a plan of a data frame ended: with rows as an Arrow stream, with nothing, or with an error. */
export interface NativeFrameOutcome {
  readonly bytes?: Uint8Array | undefined;
  /** Where the rows are, if they were to be put into a file. */
  readonly stashed?: NativeStashed | undefined;
  readonly error?: NativeError | undefined;
}

/** How cutting a file ended: with JSON of a list of `Range`, empty where it can't be cut, or with an error. */
export interface NativeFrameParts {
  readonly parts?: string | undefined;
  readonly error?: NativeError | undefined;
}

/** How dealing rows ended: with a shard for each piece, or with an error. */
export interface NativeFrameShards {
  readonly shards?: readonly Uint8Array[] | undefined;
  /** Where they are, if they were to be put into a file. */
  readonly stashed?: readonly NativeStashed[] | undefined;
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
  /** What a function threw. */
  readonly thrown?: NativeValue | undefined;
  /** How many other tasks failed too. */
  readonly others?: number | undefined;
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
