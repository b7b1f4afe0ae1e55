import type { Table } from "apache-arrow";
import { frameBackend } from "../engine/frames.js";
import { collectPlan, type FrameNode, memoryNode } from "./node.js";
import { slice } from "./operations.js";

/** An Arrow stream as a table over the same memory. */
export async function readStream(bytes: Uint8Array): Promise<Table> {
  const { tableFromIPC } = await import("apache-arrow");
  return tableFromIPC(bytes);
}

/** The rows of an Arrow stream in as many pieces as a node has, each an Arrow stream. */
export async function cutStream(
  stream: Uint8Array,
  { npartitions: count, columns }: Pick<FrameNode, "npartitions" | "columns">,
): Promise<Uint8Array[]> {
  if (count === 1) return [stream];
  const { numRows } = await readStream(stream);
  const rows = memoryNode(stream, 1, columns);
  const pieces: Uint8Array[] = [];
  for (let piece = 0; piece < count; piece += 1) {
    const first = Math.floor((piece * numRows) / count);
    const end = Math.floor(((piece + 1) * numRows) / count);
    const { plan, buffers } = collectPlan(slice(rows, first, end - first), "memory");
    pieces.push(await frameBackend().run(plan, buffers));
  }
  return pieces;
}
