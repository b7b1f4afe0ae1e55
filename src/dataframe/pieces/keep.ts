import { persistNodes } from "../../array/compute.js";
import { compileTasks } from "../../delayed/compile.js";
import { Delayed } from "../../delayed/delayed.js";
import { keptResult } from "../../delayed/results.js";
import { TASK } from "../../delayed/task.js";
import type { PieceRows } from "../../engine/engine.js";
import type { Column } from "../../generated/frames.js";
import type { FrameIndex } from "../divisions/divisions.js";
import type { FrameNode } from "../node.js";
import { planPieces, type PiecesRequest, type PieceWriter } from "./run.js";

/** Rows that lie in pieces on a cluster. */
export interface KeptRows {
  readonly columns: readonly Column[];
  readonly index?: FrameIndex | undefined;
  /** Bytes of the files that they come from. */
  readonly bytes: number;
  /** The pieces, one behind the other. */
  readonly pieces: readonly Delayed<PieceRows>[];
}

/** Computes the pieces of a node, whose rows in memory are there, on the cluster, where they stay. */
export async function keepPieces(node: FrameNode, request: PiecesRequest): Promise<FrameNode> {
  const { planner, pieces } = await planPieces(node, { ...request, atLeast: node.npartitions }, undefined);
  const results = await keepCalls(
    pieces.map((piece) => planner.rows(piece)),
    request,
  );
  const { columns, index, bytes } = node;
  const isDivided = index?.divisions?.length === results.length + 1;
  const known = index === undefined || isDivided ? index : { column: index.column };
  return keptFrame({ columns, index: known, bytes, pieces: results });
}

/** Makes calls on the cluster, where their results stay. */
async function keepCalls<T>(
  calls: readonly Delayed<T>[],
  { scheduler, signal, callbacks }: PiecesRequest,
): Promise<readonly Delayed<T>[]> {
  const tasks = calls.map((call) => call[TASK]);
  const persisted = await persistNodes([compileTasks(tasks)], { scheduler, signal, callbacks });
  const [kept] = "kept" in persisted ? persisted.kept : [];
  if (kept === undefined) throw new TypeError("results were kept on no cluster");
  return tasks.map((task, number) => new Delayed<T>(keptResult(task, kept, number)));
}

/**
 * Writes each piece of a node, whose rows in memory are there, into files of its own. Workers write that see a folder with a
 * mark in it; the rows of others come to this process, one piece at a time.
 */
export async function writePiecesThere(
  node: FrameNode,
  request: PiecesRequest,
  mark: string,
  { call, here }: PieceWriter,
): Promise<void> {
  const { planner, pieces } = await planPieces(node, request, undefined);
  const written = await keepCalls(
    pieces.map((piece, number) => call(planner, piece, number, mark)),
    request,
  );
  const { scheduler, signal } = request;
  for (const [number, piece] of written.entries()) {
    const rows = await piece.compute({ scheduler, signal });
    if (rows !== null) await here(rows, number);
  }
}

/** The node of rows that lie on a cluster. */
export function keptFrame({ columns, index, bytes, pieces }: KeptRows): FrameNode {
  const each = pieces.map(
    (kept): FrameNode => ({
      inputs: [],
      operation: { memory: 0 },
      columns,
      npartitions: 1,
      bytes: bytes / pieces.length,
      kept,
    }),
  );
  const operation = { concat: { relaxed: false } };
  return { inputs: each, operation, columns, npartitions: pieces.length, bytes, index };
}

/** The pieces of a node that is nothing but rows on a cluster. */
export function keptRowsOf({ inputs, columns, index, bytes }: FrameNode): KeptRows {
  const pieces = inputs.flatMap(({ kept }) => (kept === undefined ? [] : [kept]));
  return { columns, index, bytes, pieces };
}
