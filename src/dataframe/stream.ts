import type { Table } from "apache-arrow";
import { frameBackend } from "../engine/frames.js";
import type { FrameIndex } from "./divisions/divisions.js";
import { col } from "./expr/functions.js";
import { collectPlan, type FrameNode, memoryNode } from "./node.js";
import { select, slice } from "./operations.js";

/** An Arrow stream as a table over the same memory. */
export async function readStream(bytes: Uint8Array): Promise<Table> {
  const { tableFromIPC } = await import("apache-arrow");
  return tableFromIPC(bytes);
}

/** The rows of an Arrow stream in the pieces of a node: its divisions, or so many of the same size. */
export async function cutStream(
  stream: Uint8Array,
  { npartitions: count, columns, index }: Pick<FrameNode, "npartitions" | "columns" | "index">,
): Promise<Uint8Array[]> {
  if (count === 1) return [stream];
  const { numRows } = await readStream(stream);
  const rows = memoryNode(stream, 1, columns);
  const even = Array.from({ length: count - 1 }, (_, piece) => Math.floor(((piece + 1) * numRows) / count));
  const edges = [0, ...((await rowsBefore(rows, index)) ?? even), numRows];
  const pieces: Uint8Array[] = [];
  for (const [piece, end] of edges.slice(1).entries()) {
    const first = edges[piece] ?? 0;
    const { plan, buffers } = collectPlan(slice(rows, first, end - first), "memory");
    pieces.push(await frameBackend().run(plan, buffers));
  }
  return pieces;
}

/** How many sorted rows come before each piece but the first. */
async function rowsBefore(rows: FrameNode, index: FrameIndex | undefined): Promise<number[] | undefined> {
  if (index?.divisions === undefined) return undefined;
  const { column, divisions } = index;
  const counts = divisions
    .slice(1, -1)
    .map((begins, piece) => col(column).lt(begins).sum().alias(String(piece)));
  const { plan, buffers } = collectPlan(select(rows, counts), "memory");
  const table = await readStream(await frameBackend().run(plan, buffers));
  return counts.map((_, piece) => Number(table.getChildAt(piece)?.get(0)));
}
