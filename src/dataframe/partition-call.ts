import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import type { Table } from "apache-arrow";
import { NDArray } from "../array/ndarray.js";
import type { FrameBackend, PieceRows } from "../engine/engine.js";
import { hasCopies } from "../executors/current-task.js";
import type { Column, Deal, Expression, Target } from "../generated/frames.js";
import { freeNow, freeOnceHandedIn, freeRows } from "./free-rows.js";
import type { HiveFiles } from "./hive.js";
import type { FrameNode } from "./node.js";
import { toRows } from "./values.js";

/** Which piece of a frame a function gets. */
export interface PartitionInfo {
  /** Its number, from 0. */
  readonly partition: number;
  /** How many there are. */
  readonly npartitions: number;
}

/** Rows that a function gives: a table of Apache Arrow, columns by their names, or rows as objects. */
export type PartitionResult =
  | Table
  | readonly object[]
  | Readonly<Record<string, Iterable<unknown>>>
  | ReadonlyMap<string, Iterable<unknown>>;

/** A function of a piece of a frame. */
export type PartitionFunction = (
  table: Table,
  info: PartitionInfo,
) => PartitionResult | Promise<PartitionResult>;

/** A function of the rows of a group. */
export type GroupFunction = (table: Table) => PartitionResult | Promise<PartitionResult>;

/** Calls a function of a piece; its rows get the columns that were announced. Every worker has it. */
export async function callPartition(
  f: PartitionFunction,
  rows: PieceRows,
  info: PartitionInfo,
  columns: readonly Column[],
  folder: string | null,
): Promise<PieceRows> {
  const { fetchRows } = await import("./pieces/stash.js");
  const table = await tableOfPiece(await fetchRows(rows));
  return await takePartition(await f(table, info), info.partition, columns, folder);
}

/** The rows of what somebody has for a piece, with the columns that were announced. Every worker has it. */
export async function takePartition(
  result: unknown,
  partition: number,
  columns: readonly Column[],
  folder: string | null,
): Promise<PieceRows> {
  // When it is called, as in `withRows`.
  const { nodeOfResults } = await import("./results.js");
  return await runNode(nodeOfResults([await tableToStream(result)], columns, "Partition", partition), folder);
}

/** The rows of a query that reads nothing but memory; with a folder they go into a file there. */
async function runNode(node: FrameNode, folder: string | null): Promise<PieceRows> {
  const { collectPlan } = await import("./node.js");
  const { frameBackend } = await import("../engine/frames.js");
  const { plan, buffers } = collectPlan(node, "memory");
  return folder === null
    ? await frameBackend().run(plan, buffers)
    : await frameBackend().stash(plan, buffers as readonly Uint8Array[], newFile(folder));
}

/** Calls a function of each of some groups, whose rows lie behind one another in an Arrow stream. Every worker has it. */
export async function callGroups(
  f: GroupFunction,
  stream: Uint8Array,
  lengths: readonly number[],
): Promise<readonly unknown[]> {
  const { tableFromIPC } = await import("apache-arrow");
  const table = tableFromIPC(stream);
  const results: unknown[] = [];
  let start = 0;
  for (const length of lengths) {
    results.push(await tableToStream(await f(table.slice(start, start + length))));
    start += length;
  }
  return results;
}

/** Calls a function of each group of the rows of a piece, as `applyToPiece` says. Every worker has it. */
export async function callGroupsOfPiece(
  f: GroupFunction,
  rows: PieceRows,
  keys: readonly Expression[],
  columns: readonly Column[],
  folder: string | null,
): Promise<PieceRows> {
  const { fetchRows } = await import("./pieces/stash.js");
  const { applyToPiece } = await import("./group-apply.js");
  return await runNode(await applyToPiece(f, await fetchRows(rows), keys, columns), folder);
}

/** What a function gave; a table becomes an Arrow stream. */
async function tableToStream(result: unknown): Promise<unknown> {
  // By shape: the table may be of another copy of apache-arrow.
  const isTable = typeof result === "object" && result !== null && "batches" in result && "schema" in result;
  if (!isTable) return result;
  const { tableToIPC } = await import("apache-arrow");
  return tableToIPC(result as Table, "stream");
}

/** An encoded plan, as it is or packed. */
export type SentPlan = Uint8Array | { readonly packed: Uint8Array };

function encodedOf(plan: SentPlan): Uint8Array {
  return "packed" in plan ? inflateRawSync(plan.packed) : plan;
}

/** Rows that are part of a query, and of each of its calls that reads them. */
export interface LastingRows {
  readonly lasting: Uint8Array;
}

/** Rows that a call of a piece gets: on a cluster shards come as arrays of bytes. */
type GivenRows = PieceRows | NDArray | LastingRows;

/**
 * Of what calls of one thread are given, the place of the rows among all that another call dealt out, which is what is given then; null
 * of what is no such list, and in the place of nothing but nulls. A call for each shard would take much memory.
 */
export type Places = readonly (number | null)[] | null;

function atPlaces(given: readonly (GivenRows | readonly PieceRows[])[], places: Places): GivenRows[] {
  return given.map((rows, number) => {
    const place = places?.[number] ?? null;
    return (place === null ? rows : (rows as readonly PieceRows[])[place]) as GivenRows;
  });
}

/** Makes something of given rows. What is a copy for this call alone, and nobody looks at behind it, is freed. */
async function withRows<T extends PieceRows | readonly PieceRows[] | null>(
  given: readonly GivenRows[],
  make: (backend: FrameBackend, rows: readonly PieceRows[]) => Promise<T>,
): Promise<T> {
  const isOfCopies = hasCopies();
  // When it is called: what reads functions from elsewhere is below the engines.
  const { frameBackend } = await import("../engine/frames.js");
  if (isOfCopies) freeRows();
  const result = await make(
    frameBackend(),
    given.map((rows) => ("lasting" in rows ? rows.lasting : readRows(rows))),
  );
  if (isOfCopies) {
    freeNow(given.map((rows) => ("lasting" in rows ? undefined : readRows(rows))));
    freeOnceHandedIn(result === null ? [] : [result].flat());
  }
  return result;
}

function readRows(rows: PieceRows | NDArray): PieceRows {
  return rows instanceof NDArray ? (rows.data as Uint8Array) : rows;
}

/**
 * Executes the plan of a piece of a query; its rows in memory are those of other pieces. With a folder its own go into a
 * file there. Every worker has it.
 */
export async function runPiece(
  plan: SentPlan,
  folder: string | null,
  places: Places,
  ...given: readonly (GivenRows | readonly PieceRows[])[]
): Promise<PieceRows> {
  return await withRows(atPlaces(given, places), async (backend, rows) =>
    folder === null
      ? await backend.run(encodedOf(plan), rows)
      : await backend.stash(encodedOf(plan), rows, newFile(folder)),
  );
}

/** Executes the plan of a piece, and deals its rows out to others. Every worker has it. */
export async function dealPiece(
  plan: SentPlan,
  deal: Deal,
  folder: string | null,
  places: Places,
  ...given: readonly (GivenRows | readonly PieceRows[])[]
): Promise<readonly PieceRows[]> {
  return await withRows(atPlaces(given, places), async (backend, rows) =>
    backend.deal(encodedOf(plan), rows, deal, folder === null ? null : newFile(folder)),
  );
}

/**
 * Executes the plan of a piece into a file, if a mark shows that its folder is the one that the others mean; else gives the rows, for
 * somebody else to write. Every worker has it.
 */
export async function writePiece(
  plan: SentPlan,
  target: Target,
  mark: string | null,
  places: Places,
  ...given: readonly (GivenRows | readonly PieceRows[])[]
): Promise<Uint8Array | null> {
  return await withRows(atPlaces(given, places), async (backend, rows) => {
    if (mark !== null && !existsSync(mark)) return await backend.run(encodedOf(plan), rows);
    await backend.run(encodedOf(plan), rows, target);
    return null;
  });
}

/**
 * Writes the rows of a piece into folders that their values say, if a mark shows that their folder is the one that the others mean; else
 * gives the rows, for somebody else to write. Every worker has it.
 */
export async function writeHivePiece(
  rows: PieceRows,
  files: HiveFiles,
  piece: number,
  mark: string | null,
): Promise<Uint8Array | null> {
  const { fetchRows } = await import("./pieces/stash.js");
  const stream = await fetchRows(rows);
  if (mark !== null && !existsSync(mark)) return stream;
  const { writeHive } = await import("./hive.js");
  await writeHive(stream, files, piece);
  return null;
}

/** The rows of a piece as a table. Every worker has it. */
export async function tableOfPiece(stream: Uint8Array): Promise<Table> {
  const { tableFromIPC } = await import("apache-arrow");
  return tableFromIPC(stream);
}

/** The rows of a piece as objects. Every worker has it. */
export async function recordsOfPiece(stream: Uint8Array, columns: readonly Column[]): Promise<object[]> {
  return toRows(await tableOfPiece(stream), columns);
}

/** A file that nobody else makes: a call that is made again has one of its own. */
function newFile(folder: string): string {
  return join(folder, randomUUID());
}
