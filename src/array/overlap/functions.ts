import { checkBoolean, checkOptions, invalid } from "../../check.js";
import type { DType } from "../../dtype/index.js";
import { isKnownGrid, type Node } from "../../graph/index.js";
import { readOptions } from "../arrange/options.js";
import { BrambleError } from "../../errors.js";
import { LazyArray } from "../lazy-array.js";
import { mapBlocks } from "../map-blocks.js";
import { NODE, nodeOf } from "../operand.js";
import type { BlockFunction } from "../types.js";
import type { NDArray } from "../ndarray.js";
import { type Boundary, overlap as overlapNode, readReaches, trimInternal as trimNode } from "./overlap.js";
import { slidingWindowView as windowsNode } from "./windows.js";

/** For all axes, one for each, or by their numbers. */
type PerAxis<T> = T | readonly T[] | Readonly<Record<number, T>>;

/** How far blocks reach. */
export interface OverlapOptions {
  /** How many elements along each axis, on both sides, or as a pair before and behind. Default: 0. */
  readonly depth?:
    | number
    | readonly (number | readonly [number, number])[]
    | Readonly<Record<number, number | readonly [number, number]>>
    | undefined;
  /** What lies beyond the ends of each axis. Default: `"none"`. */
  readonly boundary?: PerAxis<Boundary> | undefined;
}

/** What a function of overlapping blocks gives. */
export interface MapOverlapOptions<D extends DType = DType> extends OverlapOptions {
  /** Whether the borders of what the function gives are cut off. Default: true. */
  readonly trim?: boolean | undefined;
  /** Element type of what it gives. Default: that of the array. */
  readonly dtype?: D | undefined;
}

/** Along which axes windows slide. */
export interface WindowOptions {
  /** The axes, as many as the window has. Default: all. */
  readonly axis?: number | readonly number[] | undefined;
}

function knownNode(x: unknown): Node {
  const node = nodeOf(x, "x");
  if (isKnownGrid(node.grid)) return node;
  throw new BrambleError(
    "INVALID_CHUNKS",
    "The lengths of the chunks of `x` are not known before they are computed: call `computeChunkSizes` first",
  );
}

/**
 * The array in blocks that have the elements of their neighbours next to them too, so that elements at borders occur more
 * than once. Chunks that are shorter than they reach are put together.
 *
 * @throws {BrambleError} `INVALID_CHUNKS` if lengths are not known yet.
 */
export function overlap<D extends DType>(x: LazyArray<D>, options: OverlapOptions = {}): LazyArray<D> {
  checkOptions(options, "options", ["depth", "boundary"]);
  const node = knownNode(x);
  return new LazyArray(overlapNode(node, readReaches(options.depth, options.boundary, node.shape.length)));
}

/** The array without the borders of its blocks: the inverse of `overlap` with the same options. */
export function trimInternal<D extends DType>(x: LazyArray<D>, options: OverlapOptions = {}): LazyArray<D> {
  checkOptions(options, "options", ["depth", "boundary"]);
  const node = knownNode(x);
  return new LazyArray(trimNode(node, readReaches(options.depth, options.boundary, node.shape.length)));
}

/**
 * Calls a function on every block with the elements around it, and cuts off the borders of what it gives, which has the
 * shape of what it gets.
 *
 * @throws {BrambleError} `INVALID_CHUNKS` if lengths are not known yet.
 * @example
 * array.mapOverlap((block) => smooth(block), x, { depth: 1, boundary: "reflect" });
 */
export function mapOverlap<D extends DType, const E extends DType = D>(
  f: BlockFunction<[NDArray<D>], E>,
  x: LazyArray<D>,
  options: MapOverlapOptions<E> = {},
): LazyArray<E> {
  const given = readOptions(options, ["depth", "boundary", "trim", "dtype"]);
  if (typeof f !== "function") throw invalid("a function", "f", f);
  const node = knownNode(x);
  const reaches = readReaches(given.depth, given.boundary, node.shape.length);
  const blocks = { [NODE]: overlapNode(node, reaches) };
  const mapped = mapBlocks(f, [blocks], given.dtype === undefined ? {} : { dtype: given.dtype });
  return new LazyArray(checkBoolean(given.trim ?? true, "options.trim") ? trimNode(mapped, reaches) : mapped);
}

/**
 * All windows of a shape that lie in the array: axes become shorter, and the places in a window are new axes behind, each
 * in one chunk.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if a window is longer than its axis; `INVALID_CHUNKS` if lengths are not known.
 * @example
 * array.slidingWindowView(x, 7, { axis: 0 }).mean({ axis: -1 }); // a running mean
 */
export function slidingWindowView<D extends DType>(
  x: LazyArray<D>,
  windowShape: number | readonly number[],
  options: WindowOptions = {},
): LazyArray<D, "array"> {
  const { axis } = readOptions(options, ["axis"]);
  return new LazyArray(windowsNode(knownNode(x), windowShape, axis));
}
