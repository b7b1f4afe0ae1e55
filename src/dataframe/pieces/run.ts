import { compute } from "../../delayed/index.js";
import type { Scheduler } from "../../engine/engine.js";
import type { Engine } from "../../generated/frames.js";
import { type FrameNode, memoryNode, rebuild } from "../node.js";
import { concat } from "../operations.js";
import { cutStream } from "../stream.js";
import { PiecePlanner } from "./planner.js";

/** How pieces are computed. */
export interface PiecesRequest {
  readonly scheduler: Scheduler;
  readonly engine: Engine;
  readonly signal?: AbortSignal | undefined;
}

/** Computes the rows of a node, whose rows in memory are there, piece by piece: Arrow streams, one behind the other. */
export async function computePieces(node: FrameNode, request: PiecesRequest): Promise<readonly Uint8Array[]> {
  const { scheduler, engine, signal } = request;
  const cut = await rebuild(node, cutMemory);
  const calls = new PiecePlanner(engine).plan(cut);
  return (await compute(...calls, { scheduler, signal })) as readonly Uint8Array[];
}

/** Rows in memory as those of several nodes, if they are to be several pieces. */
async function cutMemory(node: FrameNode): Promise<FrameNode | undefined> {
  const { buffer, npartitions, columns } = node;
  if (buffer === undefined || npartitions === 1) return undefined;
  const pieces = await cutStream(buffer, node);
  return concat(
    pieces.map((piece) => memoryNode(piece, 1, columns)),
    "vertical",
  );
}
