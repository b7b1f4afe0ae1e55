import type { Table } from "apache-arrow";
import { delayed, type Delayed, type Lazy } from "../delayed/index.js";
import { computeBatches, type FrameComputeOptions, persistRows, runsOnCluster } from "./compute.js";
import type { FrameNode } from "./node.js";
import { recordsOfPiece, tableOfPiece } from "./partition-call.js";
import { keptRowsOf } from "./pieces/keep.js";

const toTable = delayed(tableOfPiece, { name: "toDelayed" });
const toRecords = delayed(recordsOfPiece, { name: "toBag" });

/** Computes the pieces of a frame now, and gives each as a delayed table. */
export async function delayTables(node: FrameNode, options: FrameComputeOptions): Promise<Delayed<Table>[]> {
  const pieces = await piecesThere(node, options);
  return pieces.map((piece) => toTable(piece) as Delayed<Table>);
}

/** Computes the pieces of a frame now, and gives the rows of each as a delayed list of objects. */
export async function delayRecords(
  node: FrameNode,
  options: FrameComputeOptions,
): Promise<Delayed<object[]>[]> {
  const pieces = await piecesThere(node, options);
  return pieces.map((piece) => toRecords(piece, node.columns) as Delayed<object[]>);
}

/** The pieces of a frame: where they are on the cluster, or their streams. */
async function piecesThere(
  node: FrameNode,
  options: FrameComputeOptions,
): Promise<readonly Lazy<Uint8Array>[]> {
  if (runsOnCluster(node, options))
    return keptRowsOf(await persistRows(node, options)).pieces as Delayed<Uint8Array>[];
  const pieces: Uint8Array[] = [];
  for await (const piece of computeBatches(node, options)) pieces.push(piece);
  return pieces;
}
