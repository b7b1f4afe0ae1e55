import { rm } from "node:fs/promises";
import { checkBytes, config } from "../../config/index.js";
import { compute } from "../../delayed/index.js";
import type { Callbacks } from "../../diagnostics/callbacks.js";
import type { PieceRows, Scheduler } from "../../engine/engine.js";
import type { Engine, Target } from "../../generated/frames.js";
import { makeScratchFolder } from "../../graph/scratch.js";
import { type FrameNode, rebuild } from "../node.js";
import { cutSource } from "./cut.js";
import { PiecePlanner } from "./planner.js";
import { finely, roomOf } from "./room.js";
import { fetchRows } from "./stash.js";

/** Bytes of files from which on rows change places rather than come together. */
export const EXCHANGE_FROM = 256 * 2 ** 20;

/** How pieces are computed. */
export interface PiecesRequest {
  readonly scheduler: Scheduler;
  readonly engine: Engine;
  readonly signal?: AbortSignal | undefined;
  /** Who watches, beside those who watch everything. */
  readonly callbacks?: readonly Callbacks[] | undefined;
  /** Whether the results of pieces are put on disk, and pieces made so small that memory has room for them. */
  readonly disk?: boolean | undefined;
  /** Default: 256 MiB, and a sixteenth of the memory's limit with `disk`. */
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
  } finally {
    await leave(folder);
  }
}

/** Writes each piece of a node into a file of its own. */
export async function writePieces(
  node: FrameNode,
  request: PiecesRequest,
  target: (piece: number) => Target,
): Promise<void> {
  const folder = folderOf(request);
  try {
    const { planner, pieces } = await planPieces(node, request, folder);
    const calls = pieces.map((piece, number) => planner.file(piece, target(number)));
    await compute(...calls, optionsOf(request));
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
  const { engine, disk = false } = request;
  const limit = checkBytes(config.get("memory.limit"), "memory.limit");
  const { exchangeFrom = disk ? Math.min(EXCHANGE_FROM, limit / 16) : EXCHANGE_FROM } = request;
  const cut = await rebuild(disk ? await finely(node, roomOf(limit)) : node, cutSource);
  const planner = new PiecePlanner(engine, { exchangeFrom, folder });
  return { planner, pieces: planner.cut(cut) };
}

function folderOf({ disk = false }: PiecesRequest): string | undefined {
  return disk ? makeScratchFolder(config.get("memory.spillFolder")) : undefined;
}

async function leave(folder: string | undefined): Promise<void> {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}
