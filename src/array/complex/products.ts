import { DTYPES } from "../../dtype/index.js";
import type { Axis } from "../../generated/layers.js";
import {
  axisBlocks,
  axisLength,
  longestChunk,
  type Node,
  pairNode,
  partsOf,
  product,
  regularAxis,
} from "../../graph/index.js";
import { autoBytes } from "../chunks.js";
import { concatenateNodes } from "../arrange/concatenate.js";
import { addAxes } from "../arrange/dims.js";
import { reshape } from "../arrange/reshape.js";
import { filled, toConstant } from "../create.js";
import { apply } from "../map.js";
import { gather } from "../rechunk.js";
import { select } from "../select.js";
import { Slice } from "../slice.js";
import { along, dropAxes, oneChunk } from "../statistics/along.js";

/** The product of complex numbers over axes of known length. */
export function complexProduct(x: Node, axes: readonly number[], keepdims: boolean): Node {
  const made = axes.reduce(productAlong, x);
  return keepdims ? made : dropAxes(made, axes);
}

/**
 * The product along an axis, which stays with length 1: halves of it are multiplied, and what comes of them likewise until
 * one element is left. Of an odd number the last one is multiplied with what comes of the others. So chunks make no difference.
 */
function productAlong(x: Node, axis: number): Node {
  const length = lengthAlong(x, axis);
  if (length === 0) return ones(x, axis);
  if (length === 1) return x;
  if (isRoomFor(x, axis)) return productOfBlocks(withBlocks(x, axis, oneChunk(length)), axis);
  const half = Math.floor(length / 2);
  const halves = multiply(take(x, axis, 0, half), take(x, axis, half, 2 * half), axis);
  const made = productAlong(halves, axis);
  return length % 2 === 0 ? made : multiply(made, take(x, axis, length - 1, length), axis);
}

/** Whether an axis is in one block, or in blocks that are no larger together than one may be. */
function isRoomFor(x: Node, axis: number): boolean {
  if (axisBlocks(x.grid[axis] ?? []) === 1) return true;
  const lengths = x.grid.map((blocks, other) => (other === axis ? axisLength(blocks) : longestChunk(blocks)));
  return product(lengths) * DTYPES[x.dtype].itemsize <= autoBytes();
}

/** The product of each block along an axis. */
function productOfBlocks(x: Node, axis: number): Node {
  const parts = partsOf(x);
  const both = along(
    { label: "prod", op: { product: {} }, axes: [axis], length: 2, dtype: parts[0].dtype },
    parts,
  );
  const part = (at: 0 | 1): Node => select(both, [...x.grid.map(() => ":"), at]);
  return pairNode("prod", [part(0), part(1)]);
}

/**
 * Running products of complex numbers along an axis: those of neighbours, two at a time, which are every other one of the
 * result, and what lies between them. After Blelloch, "Prefix sums and their applications" (1990).
 */
export function runningProduct(x: Node, axis: number): Node {
  const length = lengthAlong(x, axis);
  if (length < 2) return x;
  const half = Math.floor(length / 2);
  const [even, odd] = [take(x, axis, 0, 2 * half, 2), take(x, axis, 1, 2 * half, 2)];
  const behind = runningProduct(halfAsMany(multiply(even, odd, axis), axis), axis);
  const between = multiply(take(behind, axis, 0, half - 1), take(even, axis, 1, half), axis);
  const before = concatenateNodes([take(x, axis, 0, 1), between], axis);
  const pairs = interleave(before, behind, axis);
  if (length % 2 === 0) return withBlocksOf(pairs, x, axis);
  const last = multiply(take(behind, axis, half - 1, half), take(x, axis, length - 1, length), axis);
  return withBlocksOf(concatenateNodes([pairs, last], axis), x, axis);
}

/** Two arrays in turns along an axis. */
function interleave(a: Node, b: Node, axis: number): Node {
  const [first, second] = [a, b].map((node) => addAxes(node, node.shape.length + 1, [axis + 1]));
  if (first === undefined || second === undefined) return a;
  const both = concatenateNodes([first, withBlocksOf(second, first, axis)], axis + 1);
  const pairs = withBlocks(both, axis + 1, oneChunk(2));
  const shape = a.shape.map((length, other) => (other === axis ? 2 * length : length));
  return reshape(pairs, shape, { mergeChunks: false });
}

/** Products element by element; the second array is cut along the axis as the first is. */
function multiply(a: Node, b: Node, axis: number): Node {
  return apply("multiply", "multiply", a.dtype, [a, withBlocksOf(b, a, axis)]);
}

/** Chunks as long as they were before every other element went, so that there are half as many. */
function halfAsMany(x: Node, axis: number): Node {
  const blocks = x.grid[axis] ?? [];
  return withBlocks(x, axis, regularAxis(axisLength(blocks), 2 * longestChunk(blocks)));
}

function withBlocksOf(x: Node, other: Node, axis: number): Node {
  return withBlocks(x, axis, other.grid[axis] ?? []);
}

function withBlocks(x: Node, axis: number, blocks: Axis): Node {
  return gather(
    x,
    x.grid.map((own, number) => (number === axis ? blocks : own)),
  );
}

function take(x: Node, axis: number, start: number, stop: number, step = 1): Node {
  return select(
    x,
    x.grid.map((_, other) => (other === axis ? new Slice(start, stop, step) : ":")),
  );
}

function lengthAlong(x: Node, axis: number): number {
  return axisLength(x.grid[axis] ?? []);
}

/** The product of nothing. */
function ones(x: Node, axis: number): Node {
  const grid = x.grid.map((blocks, other) => (other === axis ? oneChunk(1) : blocks));
  return filled("prod", grid, toConstant(1, x.dtype, "x"), x.dtype);
}
