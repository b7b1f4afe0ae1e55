import type { Table } from "apache-arrow";
import type { HeldRows } from "../engine/engine.js";
import { frameBackend } from "../engine/frames.js";
import { boundsNode } from "./divisions/pieces.js";
import { fromColumns } from "./make.js";
import { collectPlan, type FrameNode, memoryNode, rebuild, step } from "./node.js";
import { stepEach } from "./pieces/calls.js";

const ROW = "\u0000row";

/** An Arrow stream as a table over the same memory. */
export async function readStream(bytes: Uint8Array): Promise<Table> {
  const { tableFromIPC } = await import("apache-arrow");
  return tableFromIPC(bytes);
}

/** Streams of rows that the engine has, for as long as these are there. */
const streams = new WeakMap<HeldRows, Promise<Uint8Array>>();

/** The Arrow stream of a `memory` step. */
async function streamOf(node: FrameNode): Promise<Uint8Array> {
  const { buffer = new Uint8Array(), held } = node;
  if (held === undefined) return buffer;
  const { plan, buffers } = collectPlan(node, "memory");
  const stream = streams.get(held) ?? frameBackend().run(plan, buffers);
  streams.set(held, stream);
  // Who asks again after a failure, such as for want of memory, has another try.
  stream.catch(() => streams.delete(held));
  return await stream;
}

/** The same query, whose rows in memory are all streams: others than this process read nothing else. */
export async function withStreams(node: FrameNode): Promise<FrameNode> {
  return await rebuild(node, async (next) =>
    next.held === undefined ? undefined : { ...next, held: undefined, buffer: await streamOf(next) },
  );
}

/** The rows of an Arrow stream in the pieces of a node: its divisions, or so many of the same size. */
export async function cutStream(
  stream: Uint8Array,
  node: Pick<FrameNode, "npartitions" | "columns" | "index">,
): Promise<Uint8Array[]> {
  if (node.npartitions === 1) return [stream];
  const pieces: Uint8Array[] = [];
  for (const piece of await cutIntoNodes(stream, node)) {
    const { plan, buffers } = collectPlan(piece, "memory");
    pieces.push(await frameBackend().run(plan, buffers));
  }
  return pieces;
}

/** The same as nodes, each over its rows alone: the stream is read once, however many there are. */
export async function cutIntoNodes(
  stream: Uint8Array,
  { npartitions: count, columns, index }: Pick<FrameNode, "npartitions" | "columns" | "index">,
): Promise<FrameNode[]> {
  const rows = memoryNode(stream, 1, columns);
  if (index?.divisions !== undefined) {
    const bounds = boundsNode(columns, index.column, index.divisions);
    return await dealt(rows, index.column, bounds, count);
  }
  const { numRows } = await readStream(stream);
  const edges = Array.from({ length: count - 1 }, (_, piece) => Math.floor(((piece + 1) * numRows) / count));
  const bounds = fromColumns(new Map([["0", Uint32Array.from(edges)]]), undefined);
  const numbered = step([rows], { rowIndex: { name: ROW, offset: 0 } });
  const pieces = await dealt(numbered, ROW, bounds, count);
  return stepEach(pieces, { drop: [ROW] });
}

/** Rows that are sorted by a column in pieces that begin with these values of it. */
async function dealt(
  rows: FrameNode,
  column: string,
  { buffer = new Uint8Array() }: FrameNode,
  count: number,
): Promise<FrameNode[]> {
  const { plan, buffers } = collectPlan(rows, "memory");
  const ranges = { descending: [false], nulls_last: true, bounds: buffers.length, begins: true };
  const deal = { from: 0, count, by: [{ column }], ranges };
  const shards = await frameBackend().deal(plan, [...buffers, buffer], deal, null);
  return shards.map((shard, to): FrameNode => {
    const operation = { shard: { buffer: 0, from: 0, to } };
    const { columns } = rows;
    return { inputs: [], operation, columns, npartitions: 1, bytes: 0, buffer: shard as Uint8Array };
  });
}
