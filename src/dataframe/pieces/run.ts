import { rm } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { currentCluster, type Elsewhere } from "../../cluster/current.js";
import { checkBytes, config } from "../../config/index.js";
import { compute, type Delayed } from "../../delayed/index.js";
import type { Callbacks } from "../../diagnostics/callbacks.js";
import type { PieceRows, Scheduler } from "../../engine/engine.js";
import type { Engine } from "../../generated/frames.js";
import { makeScratchFolder } from "../../graph/scratch.js";
import { withFileNames } from "../mismatch.js";
import { type FrameNode, rebuild } from "../node.js";
import { withStreams } from "../stream.js";
import { cutSource } from "./cut.js";
import { optimise, PiecePlanner } from "./planner.js";
import { ANY_ROOM, finely, type Rooms, roomsHere, roomsOf, type WorkerRoom } from "./room.js";
import { fetchRows } from "./stash.js";

/** After so long a cluster without workers is looked at again, in milliseconds. */
const SOON = 50;

/** How pieces are computed. */
export interface PiecesRequest {
  readonly scheduler: Scheduler;
  readonly engine: Engine;
  readonly signal?: AbortSignal | undefined;
  /** Who watches, beside those who watch everything. */
  readonly callbacks?: readonly Callbacks[] | undefined;
  /** Whether the results of pieces are put on disk, and pieces made so small that memory has room for them. */
  readonly disk?: boolean | undefined;
  /** Whether it matters to nobody in which pieces the rows come. */
  readonly anyhow?: boolean | undefined;
  /** How many pieces there are at least. */
  readonly atLeast?: number | undefined;
  /** Bytes of rows from which on they change places. Default: what memory has room for, here or on the workers. */
  readonly exchangeFrom?: number | undefined;
}

/**
 * Computes the rows of a node, whose rows in memory are there, piece by piece: Arrow streams, one behind the other. `of`
 * makes something else of each piece.
 */
export async function computePieces(
  node: FrameNode,
  request: PiecesRequest,
  of?: (piece: FrameNode) => FrameNode,
): Promise<readonly Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of eachPiece(node, request, of)) pieces.push(piece);
  return pieces;
}

/** The same, one piece after another: with `disk` only those are in memory that are in use. */
export async function* eachPiece(
  node: FrameNode,
  request: PiecesRequest,
  of = (piece: FrameNode): FrameNode => piece,
): AsyncGenerator<Uint8Array> {
  const folder = folderOf(request);
  try {
    const { planner, pieces } = await planPieces(node, request, folder);
    const calls = pieces.map((piece) => planner.rows(of(piece)));
    const rows = (await compute(...calls, optionsOf(request))) as readonly PieceRows[];
    for (const piece of rows) yield await fetchRows(piece);
  } catch (error) {
    throw await withFileNames(node, error);
  } finally {
    await leave(folder);
  }
}

/** What writes the rows of pieces into files. */
export interface PieceWriter {
  /** A call that does; where it does not see a mark, if there is one, it gives the rows. */
  readonly call: (
    planner: PiecePlanner,
    piece: FrameNode,
    number: number,
    mark: string | null,
  ) => Delayed<Uint8Array | null>;
  /** Whether rows that come as a whole are written piece by piece too. */
  readonly isCut: boolean;
  /** Writes rows in this process. */
  readonly here: (rows: Uint8Array, number: number) => Promise<void>;
}

/** Writes each piece of a node into files of its own. */
export async function writePieces(
  node: FrameNode,
  request: PiecesRequest,
  { call }: PieceWriter,
): Promise<void> {
  const folder = folderOf(request);
  try {
    const { planner, pieces } = await planPieces(node, request, folder);
    const calls = pieces.map((piece, number) => call(planner, piece, number, null));
    await compute(...calls, optionsOf(request));
  } catch (error) {
    throw await withFileNames(node, error);
  } finally {
    await leave(folder);
  }
}

/**
 * How the calls of pieces are made: with `disk` one after another in this thread, for all threads of Polars are at work
 * in each, and two would have the rows of two in memory.
 */
function optionsOf({
  scheduler,
  signal,
  callbacks,
  disk = false,
}: PiecesRequest): Omit<PiecesRequest, "engine"> {
  return { scheduler: disk ? "sync" : scheduler, signal, callbacks };
}

/** Cuts a query into pieces. */
export async function planPieces(
  node: FrameNode,
  request: PiecesRequest,
  folder: string | undefined,
): Promise<{ readonly planner: PiecePlanner; readonly pieces: readonly FrameNode[] }> {
  const { engine, disk = false, exchangeFrom, anyhow = false, atLeast } = request;
  const rooms = await roomsFor(request);
  const query = optimise(await withStreams(node));
  const isSmall = Number.isFinite(rooms.piece);
  const cut = await rebuild(isSmall ? await finely(query, rooms.piece) : query, cutSource);
  const from = disk ? exchangeFrom : undefined;
  const planner = new PiecePlanner(
    engine,
    {
      ...rooms,
      exchangeFrom: exchangeFrom ?? rooms.exchangeFrom,
      groupsFrom: from ?? rooms.groupsFrom,
    },
    folder,
    request.scheduler === "distributed",
  );
  return { planner, pieces: anyhow ? planner.cutAnyhow(cut) : planner.cut(cut, atLeast) };
}

/** How much room there is where the calls are made. */
async function roomsFor({ scheduler, disk = false, signal }: PiecesRequest): Promise<Rooms> {
  if (disk) return roomsHere(checkBytes(config.get("memory.limit"), "memory.limit"));
  if (scheduler !== "distributed") return ANY_ROOM;
  const cluster = currentCluster();
  return cluster === undefined ? ANY_ROOM : roomsOf(await workersOf(cluster, signal));
}

/** The workers of a cluster. A query waits for the first of them anyway, and what it has room for is not known before. */
async function workersOf(cluster: Elsewhere, signal?: AbortSignal): Promise<readonly WorkerRoom[]> {
  for (;;) {
    const { workers } = await cluster.status();
    if (workers.length > 0 || signal?.aborted === true) return workers;
    await setTimeout(SOON);
  }
}

function folderOf({ disk = false }: PiecesRequest): string | undefined {
  return disk ? makeScratchFolder(config.get("memory.spillFolder")) : undefined;
}

async function leave(folder: string | undefined): Promise<void> {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}
