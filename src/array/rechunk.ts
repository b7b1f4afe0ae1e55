import { checkBoolean, checkOptions, invalid } from "../check.js";
import type { Grid } from "../generated/layers.js";
import { createNode, defer, isKnownAxis, isKnownGrid, type Node, sameGrid } from "../graph/index.js";
import { type AxisChunks, byteSize, type Chunks, normalizeChunks } from "./chunks.js";
import { balanceAxis, planRechunk } from "./rechunk-plan.js";
import { checkAxis } from "./shape.js";

/** How an array is cut: all its axes, or some by their numbers, such as `{ 0: 1000 }`; the others stay. */
export type RechunkChunks = Chunks | Readonly<Record<number, AxisChunks>>;

/** How an array is cut anew. */
export interface RechunkOptions {
  /** Whether chunks along an axis are made about as long as each other. Default: false. */
  readonly balance?: boolean | undefined;
  /** The size of a block for `"auto"`: bytes, or text such as `"64MiB"`. Default: 32 MiB. */
  readonly blockSizeLimit?: number | string | undefined;
  /**
   * How many pieces may be moved for each block at once; where there are more, they are moved in several steps by
   * blocks between the old and the new ones. Default: 1000.
   */
  readonly threshold?: number | undefined;
}

const OPTIONS = ["balance", "blockSizeLimit", "threshold"] as const;
const THRESHOLD = 1000;

/** The same elements in other chunks. */
export function rechunk(node: Node, chunks: unknown, options: unknown = {}): Node {
  checkOptions(options, "options", OPTIONS);
  const { balance = false, blockSizeLimit, threshold = THRESHOLD } = options as Record<string, unknown>;
  if (typeof threshold !== "number" || !(threshold > 0)) {
    throw invalid("a number above 0", "options.threshold", threshold);
  }
  const blockBytes =
    blockSizeLimit === undefined ? undefined : byteSize(blockSizeLimit, "options.blockSizeLimit");
  const isBalanced = checkBoolean(balance, "options.balance");
  const cut = (known: Node): Node => {
    const grid = normalizeChunks(isByAxis(chunks) ? entriesOf(chunks, known) : chunks, {
      ...known,
      blockBytes,
    });
    const wanted = isBalanced ? grid.map(balanceAxis) : grid;
    return planRechunk(known.grid, wanted, threshold).reduce(gather, known);
  };
  if (isKnownGrid(node.grid)) return cut(node);
  return defer({
    label: "rechunk",
    parameters: [chunks, isBalanced, blockBytes ?? null, threshold],
    dtype: node.dtype,
    axes: node.grid.map((axis) => (isKnownAxis(axis) ? axis : undefined)),
    inputs: [node],
    build: ([known = node]) => cut(known),
  });
}

/** The same elements in the blocks of a grid; the node itself where it has them already. */
export function gather(node: Node, grid: Grid): Node {
  if (sameGrid(node.grid, grid)) return node;
  return createNode({ label: "rechunk", kind: { gather: {} }, dtype: node.dtype, grid, inputs: [node] });
}

function isByAxis(chunks: unknown): chunks is Readonly<Record<string, unknown>> {
  return typeof chunks === "object" && chunks !== null && !Array.isArray(chunks);
}

/** An entry for each axis, undefined for those that stay. */
function entriesOf(chunks: Readonly<Record<string, unknown>>, { shape }: Node): unknown[] {
  const entries: unknown[] = shape.map(() => undefined);
  for (const [key, value] of Object.entries(chunks)) {
    if (value === undefined) throw invalid("chunks", `chunks[${key}]`, value);
    entries[checkAxis(Number(key), `chunks[${key}]`, shape.length)] = value;
  }
  return entries;
}
