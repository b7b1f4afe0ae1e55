import { compute } from "../../delayed/index.js";
import type { Scheduler } from "../../engine/engine.js";
import type { Engine } from "../../generated/frames.js";
import { type FrameNode, rebuild } from "../node.js";
import { cutSource } from "./cut.js";
import { PiecePlanner } from "./planner.js";

/** Bytes of files from which on rows change places rather than come together. */
export const EXCHANGE_FROM = 256 * 2 ** 20;

/** How pieces are computed. */
export interface PiecesRequest {
  readonly scheduler: Scheduler;
  readonly engine: Engine;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of files from which on rows change places rather than come together. Default: 256 MiB. */
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
  const { scheduler, engine, signal, exchangeFrom = EXCHANGE_FROM } = request;
  const cut = await rebuild(node, cutSource);
  const calls = new PiecePlanner(engine, exchangeFrom).plan(cut, of);
  return (await compute(...calls, { scheduler, signal })) as readonly Uint8Array[];
}
