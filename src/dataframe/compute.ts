import { randomUUID } from "node:crypto";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Table } from "apache-arrow";
import { checkOneOf, checkOptions } from "../check.js";
import { frameBackend } from "../engine/frames.js";
import {
  type FrameBackend,
  type GivenRows,
  type HeldRows,
  type PieceRows,
  SCHEDULERS,
  type Scheduler,
} from "../engine/engine.js";
import { currentCluster } from "../cluster/current.js";
import { checkBytes, config } from "../config/index.js";
import { type Callbacks, checkAll, watchers } from "../diagnostics/callbacks.js";
import { watch } from "../diagnostics/watch.js";
import { compute as computeDelayed, type Delayed, delayed } from "../delayed/index.js";
import type { Column, Engine, Plan, Target } from "../generated/frames.js";
import { BrambleError } from "../errors.js";
import { nameOf } from "./explain.js";
import { namingFiles } from "./mismatch.js";
import {
  collectPlan,
  type FrameNode,
  heldNode,
  inOrder,
  memoryNode,
  needsKept,
  needsMade,
  type PieceMaker,
  settle,
} from "./node.js";
import { len } from "./expr/functions.js";
import { concat, select } from "./operations.js";
import { countRows, isText } from "./pieces/cut.js";
import { bytesInMemory, needsAll } from "./pieces/room.js";
import { keepPieces, writePiecesThere } from "./pieces/keep.js";
import { computePieces, eachPiece, type PiecesRequest, type PieceWriter, writePieces } from "./pieces/run.js";
import { showTable } from "./show.js";
import { cutStream, readStream } from "./stream.js";

/** How a query of a data frame runs. */
export interface FrameComputeOptions {
  /**
   * `distributed`: the query is cut into pieces that run on the workers of the latest client's cluster. Otherwise it runs
   * as one on the threads of Polars, as many as `config` says `numWorkers` when the first frame is made, and this says
   * where functions of JavaScript run. The rows and their order are the same; sums and means of floats may differ in
   * their last digits. Default: `config`, else the cluster of the latest client if there is one, else `threads`.
   */
  readonly scheduler?: Scheduler | undefined;
  /**
   * `memory` works column by column with all rows in memory; `streaming` in batches of rows, so that files may be larger
   * than memory; `disk` in pieces whose rows wait for each other in files in the folder `memory.spillFolder`, so that
   * sorts, joins, groups and unique rows may be larger than `memory.limit` too. Pieces are as small as keeps the whole
   * process about below the limit, of which Node and the code of Polars alone take some 150 MB. Workers of a cluster put
   * rows on disk by themselves. Default: `memory`; for groups of Parquet and Arrow files from 32 MiB on `streaming`,
   * which is faster there; for files whose rows take more than half of `memory.limit` `streaming`, or `disk`
   * if there is a sort, a join or `unique`, or if they are read from URLs. With each of them the last digits of sums and means of floats may differ from
   * run to run.
   */
  readonly engine?: Engine | "disk" | undefined;
  /** Gives up waiting; the promise rejects with the signal's reason, and what runs already ends unheard. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Who watches this computation, beside those that `withCallbacks`, `registerCallbacks` and `report` say. A query that
   * runs as one is one task, of Polars.
   */
  readonly callbacks?: Callbacks | readonly Callbacks[] | undefined;
}

/** Names of folders for files that are not whole, as the core makes them (`Partial` in `crates/frame/src/engine/write.rs`). */
const PARTIAL = /^\..*\.partial-\d+-\d+$/;

/** Bytes of files from which on batches of rows are worth it. */
const BATCHES_FROM = 32 * 2 ** 20;

/** Their names. */
export const FRAME_COMPUTE_OPTIONS = ["scheduler", "engine", "signal", "callbacks"] as const;

/** Computes the rows of a node, as an Arrow stream. */
export async function computeStream(node: FrameNode, options: FrameComputeOptions): Promise<Uint8Array> {
  return await run(node, options);
}

/** Computes the rows of a node. */
export async function computeTable(node: FrameNode, options: FrameComputeOptions): Promise<Table> {
  const bytes = await computeStream(node, options);
  return showTable(await readStream(bytes), node.columns);
}

/** Computes the rows of a node into a file. */
export async function computeFile(
  node: FrameNode,
  target: Target,
  options: FrameComputeOptions,
): Promise<void> {
  await run(node, options, target);
}

/** Computes the rows of a node piece by piece, each as an Arrow stream; with the engine `disk` one piece is in memory at a time. */
export async function* computeBatches(
  node: FrameNode,
  options: FrameComputeOptions,
): AsyncGenerator<Uint8Array> {
  const { settled, request } = await prepare(node, options);
  const inPieces = { ...request, atLeast: node.npartitions };
  if (request.disk === true) yield* eachPiece(settled, inPieces);
  else if (isInPieces(request)) yield* await namingFiles(settled, computePieces(settled, inPieces));
  else yield* await cutStream(await run(settled, options), settled);
}

/** Whether a query runs on a cluster, where its pieces may stay. */
export function runsOnCluster(node: FrameNode, options: FrameComputeOptions): boolean {
  return readRequest(node, options).scheduler === "distributed";
}

/** Writes the rows of a node into files of a folder; of a cluster those workers write that see the folder. */
export async function computeFiles(
  node: FrameNode,
  folder: string,
  writer: PieceWriter,
  options: FrameComputeOptions,
): Promise<void> {
  const { settled, request } = await prepare(node, options);
  if (request.scheduler === "distributed") await writeFromCluster(settled, folder, writer, request);
  else if (request.disk === true) await writePieces(settled, request, writer);
  else await writeHere(settled, writer, options);
}

async function writeHere(
  node: FrameNode,
  { here, isCut }: PieceWriter,
  options: FrameComputeOptions,
): Promise<void> {
  const rows = await run(node, options);
  const pieces = isCut ? await cutStream(rows, node) : [rows];
  for (const [number, piece] of pieces.entries()) await here(piece, number);
}

async function writeFromCluster(
  node: FrameNode,
  folder: string,
  writer: PieceWriter,
  request: PiecesRequest,
): Promise<void> {
  const mark = join(folder, `.bramble-${randomUUID()}`);
  await writeFile(mark, "");
  try {
    await namingFiles(node, writePiecesThere(node, request, mark, writer));
  } finally {
    await rm(mark, { force: true });
    await removePartial(folder);
  }
}

/**
 * Removes the folders in which files were to become whole, in a folder and below: a worker that was killed has left them. Of others they
 * may go meanwhile.
 */
async function removePartial(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    if (PARTIAL.test(entry.name)) await rm(path, { recursive: true, force: true });
    else await removePartial(path);
  }
}

/** Computes the rows of a node, and gives a node that has them: in memory, or in pieces on the cluster. */
export async function persistRows(node: FrameNode, options: FrameComputeOptions): Promise<FrameNode> {
  const { settled, request } = await prepare(node, options);
  if (request.scheduler === "distributed") return await namingFiles(settled, keepPieces(settled, request));
  const { npartitions, columns, index } = node;
  if (isInPieces(request)) return { ...memoryNode(await run(settled, options), npartitions, columns), index };
  const held = await runWatched(settled, request, hold);
  return { ...heldNode(held, npartitions, columns), index };
}

/** Computes what `of` makes of a node where a query runs as one, and of each of its pieces where it runs in pieces. */
export async function computeEach(
  node: FrameNode,
  of: (piece: FrameNode) => FrameNode,
  options: FrameComputeOptions,
): Promise<readonly Uint8Array[]> {
  const { settled, request } = await prepare(node, options);
  if (isInPieces(request)) return await computePieces(settled, request, of);
  return [await runWatched(of(settled), request, collect(undefined, true))];
}

async function run(node: FrameNode, options: FrameComputeOptions, target?: Target): Promise<Uint8Array> {
  const { settled, request } = await prepare(node, options);
  if (!isInPieces(request)) return await runWatched(settled, request, collect(target, true));
  return await runInPieces(settled, request, target);
}

/** Runs a query in pieces, whose rows come together here. */
async function runInPieces(settled: FrameNode, request: PiecesRequest, target?: Target): Promise<Uint8Array> {
  const pieces = await computePieces(settled, { ...request, anyhow: true });
  const [only] = pieces;
  if (target === undefined && pieces.length === 1 && only !== undefined) return only;
  const rows = pieces.map((piece) => memoryNode(piece, 1, settled.columns));
  return await runHere(concat(rows, "vertical"), "memory", request.signal, collect(target));
}

/** A node whose rows in memory are there, and how it is to run. */
async function prepare(
  node: FrameNode,
  options: FrameComputeOptions,
): Promise<{ readonly settled: FrameNode; readonly request: PiecesRequest }> {
  const request = readRequest(node, options);
  const { signal } = request;
  signal?.throwIfAborted();
  const inPieces = isInPieces(request);
  const settled = await settle(node, ({ inputs: [input], columns, pending, made }) => {
    if (made !== undefined && inPieces) return undefined;
    if (pending !== undefined) return pending(options);
    return made && makeRows(made, input, columns, options);
  });
  signal?.throwIfAborted();
  for (const next of inOrder(settled)) await guardCross(next);
  return { settled, request };
}

/** The rows of a step that are made of pieces, where a query runs as one: of the rows of its input, cut into as many. */
async function makeRows(
  { npartitions, of }: PieceMaker,
  input: FrameNode | undefined,
  columns: readonly Column[],
  options: FrameComputeOptions,
): Promise<Uint8Array> {
  const streams =
    input === undefined
      ? []
      : await cutStream(await computeStream(input, options), { ...input, npartitions });
  const given = new Map<Delayed<PieceRows>, Uint8Array>(
    streams.map((stream) => [delayed(stream, { name: "partition", traverse: false }), stream] as const),
  );
  const made = of([...given.keys()], null);
  // What it makes nothing of is there: no call need give it.
  const calls = made.filter((piece) => !given.has(piece));
  const { scheduler, signal } = options;
  const computed = calls.length === 0 ? [] : await computeDelayed(...calls, { scheduler, signal });
  const results = calls.map((call, place) => [call, computed[place] as Uint8Array] as const);
  const found = new Map([...given, ...results]);
  const rows = made.map((piece) => memoryNode(found.get(piece) as Uint8Array, 1, columns));
  return await computeStream(concat(rows, "vertical"), { scheduler: "threads" });
}

/** Refuses a cross join of too many rows, before memory is gone. */
async function guardCross({ inputs, mostRows = Number.POSITIVE_INFINITY }: FrameNode): Promise<void> {
  if (mostRows === Number.POSITIVE_INFINITY) return;
  const [left = 0, right = 0] = await Promise.all(inputs.map(rowsOf));
  if (left * right <= mostRows) return;
  throw new BrambleError(
    "OUT_OF_MEMORY",
    `A cross join of ${left} and ${right} rows has ${left * right}, but \`maxRows\` is ${mostRows}: \`filter\` both sides first, or use the option`,
  );
}

async function rowsOf(node: FrameNode): Promise<number> {
  if (!needsKept(node) && !needsMade(node)) return await countRows(node);
  const counted = await readStream(await run(select(node, [len()]), {}));
  return Number(counted.getChildAt(0)?.get(0));
}

/** How a node is to run. */
function readRequest(node: FrameNode, options: FrameComputeOptions): PiecesRequest {
  checkOptions(options, "options", FRAME_COMPUTE_OPTIONS);
  const { signal, engine = defaultEngine(node) } = options;
  checkOneOf(engine, "options.engine", ["memory", "streaming", "disk"]);
  const callbacks = checkAll(options.callbacks ?? [], "options.callbacks");
  const scheduler = schedulerOf(options, node);
  const disk = engine === "disk" && scheduler !== "distributed";
  return { scheduler, engine: engine === "disk" ? "memory" : engine, signal, disk, callbacks };
}

function isInPieces({ scheduler, disk = false }: PiecesRequest): boolean {
  return scheduler === "distributed" || disk;
}

let queries = 0;

/** What is made of a plan in this process. */
type Execute<T> = (backend: FrameBackend, plan: Plan, buffers: readonly GivenRows[]) => Promise<T>;

/** Rows as an Arrow stream, or in a file. With `keeps` those that are read are kept, as the backend has it. */
function collect(target: Target | undefined, keeps = false): Execute<Uint8Array> {
  return (backend, plan, buffers) => backend.run(plan, buffers, target, keeps);
}

const hold: Execute<HeldRows> = (backend, plan, buffers) => backend.hold(plan, buffers);

/** Runs a query as one in this process, which those who watch see as one task. */
async function runWatched<T>(
  node: FrameNode,
  { scheduler, engine, signal, callbacks = [] }: PiecesRequest,
  execute: Execute<T>,
): Promise<T> {
  queries += 1;
  const layer = `${nameOf(node)}-${queries}`;
  const told = { layers: inOrder(node).length, scheduler, callbacks: [...watchers(), ...callbacks] };
  return await watch(told, async ({ onProgress, onTasks }) => {
    const start = Date.now();
    const result = await runHere(node, engine, signal, execute);
    onTasks?.([{ layer, block: [], worker: "polars", start, end: Date.now() }]);
    onProgress?.([{ layer, done: 1, total: 1 }]);
    return result;
  });
}

/** Runs a query as one in this process. */
async function runHere<T>(
  node: FrameNode,
  engine: Engine,
  signal: AbortSignal | undefined,
  execute: Execute<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const { plan, buffers } = collectPlan(node, engine);
  const result = execute(frameBackend(), plan, buffers);
  return await unlessAborted(namingFiles(node, result), signal);
}

/** Where a query runs: what lies on a cluster can be read there alone. */
function schedulerOf(options: FrameComputeOptions, node: FrameNode): Scheduler {
  const asked = options.scheduler ?? config.get("scheduler");
  if (asked !== undefined) checkOneOf(asked, "options.scheduler", SCHEDULERS);
  if (!needsKept(node)) return asked ?? (currentCluster() === undefined ? "threads" : "distributed");
  if (asked === undefined || asked === "distributed") return "distributed";
  throw new BrambleError(
    "INVALID_ARGUMENT",
    `Rows are kept on a cluster, where alone they can be read; this is to run elsewhere: ${asked}`,
  );
}

function defaultEngine(node: FrameNode): Engine | "disk" {
  if (bytesInMemory(node) <= checkBytes(config.get("memory.limit"), "memory.limit") / 2)
    return isFasterInBatches(node) ? "streaming" : "memory";
  // When a query runs as one, what is read of objects is in memory as a whole, and what functions are given.
  return needsAll(node) || readsObjects(node) || needsMade(node) ? "disk" : "streaming";
}

function readsObjects(node: FrameNode): boolean {
  return inOrder(node).some(
    ({ operation }) =>
      typeof operation === "object" && "scan" in operation && operation.scan.objects.length > 0,
  );
}

/**
 * Groups of large binary files take a third to a half of the time so. Joins take half as much again, and text is read faster
 * the other way.
 */
function isFasterInBatches(node: FrameNode): boolean {
  const steps = inOrder(node).flatMap(({ operation }) => (typeof operation === "object" ? [operation] : []));
  const isBinary = steps.every((operation) => !("scan" in operation) || !isText(operation.scan));
  const isGrouped = steps.some((operation) => "groupBy" in operation);
  return node.bytes >= BATCHES_FROM && isBinary && isGrouped;
}

/** What comes of a promise, unless the signal is faster. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await promise;
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
