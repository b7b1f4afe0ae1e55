import { checkOptions, invalid } from "../check.js";
import { DTYPES, type TypedArray } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import { defer, isKnownAxis, type Node } from "../graph/index.js";
import { reshape } from "./arrange/reshape.js";
import type { AxisOptions } from "./arrange/types.js";
import type { LazyArray } from "./lazy-array.js";
import { conditionOf, selectMask } from "./masks.js";
import { NDArray, type NestedArray } from "./ndarray.js";
import { nestedData } from "./nested.js";
import { hasNode, NODE } from "./operand.js";
import { select } from "./select.js";
import { expandEllipsis, type Index } from "./selection.js";
import { type IntegerList, integersOf, isIntegerList, take, takePoints } from "./take.js";
import { checkAxis, formatShape, type Place } from "./shape.js";

/**
 * One entry of an index: what `Index` lists, and
 *
 * - a list of integers, as an array, typed array, `NDArray` or lazy array of one axis: the elements there, in the
 *   list's order; negative ones count from the end
 * - a mask of bools, as nested arrays, `NDArray` or lazy array: the elements at which it is true. It stands for as many
 *   axes as it has, which become one.
 */
export type ArrayIndex = Index | IntegerList | NestedArray<boolean> | LazyArray;

/** Indexing of every kind. Of lists and masks one is taken at most. */
export function getItem(node: Node, index: readonly unknown[]): Node {
  const entries = expandEllipsis(index, node.shape, axesOf);
  const [advanced, ...others] = entries.filter(({ entry }) => isAdvanced(entry));
  if (advanced === undefined) return select(node, index);
  if (others.length > 0) {
    throw new BrambleError(
      "INVALID_ARGUMENT",
      "An index takes one list or mask at most: index one axis after the other, or call vindex for points",
    );
  }
  // First what is basic, with all of the axes that the list or mask stands for.
  const basic = entries.flatMap(({ entry }) => (isAdvanced(entry) ? allOf(axesOf(entry)) : [entry]));
  const before = entries.slice(0, entries.indexOf(advanced));
  const axis = before.filter(({ entry }) => typeof entry !== "number").length;
  const place = { name: advanced.name, axis: before.reduce((sum, { entry }) => sum + axesOf(entry), 0) };
  return applyAdvanced(select(node, basic), advanced.entry, axis, place);
}

/** Whether an entry is a list or a mask. */
export function isAdvanced(entry: unknown): boolean {
  return Array.isArray(entry) || ArrayBuffer.isView(entry) || entry instanceof NDArray || hasNode(entry);
}

function allOf(count: number): string[] {
  return Array.from({ length: count }, () => ":");
}

/** How many axes an entry stands for. */
function axesOf(entry: unknown): number {
  if (entry === null) return 0;
  return isMask(entry) ? maskShape(entry).length : 1;
}

function isMask(entry: unknown): boolean {
  if (hasNode(entry)) return entry[NODE].dtype === "bool";
  if (entry instanceof NDArray) return entry.dtype === "bool";
  return (
    Array.isArray(entry) && entry.length > 0 && typeof entry.flat(Number.POSITIVE_INFINITY)[0] === "boolean"
  );
}

function maskShape(entry: unknown): readonly number[] {
  if (hasNode(entry)) return entry[NODE].shape;
  return (entry instanceof NDArray ? entry : nestedData(entry)).shape;
}

function applyAdvanced(node: Node, entry: unknown, axis: number, place: Place): Node {
  const { name } = place;
  if (isMask(entry)) {
    if (hasNode(entry)) return selectMask(node, entry[NODE], axis, name);
    const mask = entry instanceof NDArray ? entry : nestedData(entry);
    return takeMask(node, mask, axis, name);
  }
  if (hasNode(entry)) return takeLazy(node, entry[NODE], axis, place);
  if (isIntegerList(entry)) return take(node, listOf(entry, name), axis, place);
  throw invalid("a list of integers, or a mask of bools,", name, entry);
}

/** The integers of a list of one axis. */
export function listOf(entry: IntegerList, name: string): Iterable<number | bigint> {
  if (entry instanceof NDArray && entry.ndim !== 1) throw invalid("a list of one axis", name, entry);
  return integersOf(entry);
}

/** What a mask in memory lets through: how much that is, is known. */
function takeMask(node: Node, mask: NDArray, axis: number, name: string): Node {
  const covered = node.grid.slice(axis, axis + mask.ndim);
  if (mask.ndim === 0 || !covered.every(isKnownAxis) || covered.length < mask.ndim) {
    return selectMask(node, conditionOf(mask, name), axis, name);
  }
  const shape = node.shape.slice(axis, axis + mask.ndim);
  if (shape.some((length, number) => length !== mask.shape[number])) {
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `\`${name}\` is a mask of shape ${formatShape(mask.shape)}, which does not fit the axes of shape ${formatShape(shape)} that it stands for`,
    );
  }
  const axes = covered.map((_, number) => axis + number);
  return takePoints(node, axes, truePositions(mask), axis);
}

/** For each axis of a mask the positions at which it is true, in row-major order. */
export function truePositions(mask: NDArray): Float64Array[] {
  const { data, shape } = mask.contiguous();
  const found: number[][] = shape.map(() => []);
  for (const [place, value] of data.entries()) {
    if (!value) continue;
    let rest = place;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const length = shape[axis] ?? 1;
      found[axis]?.push(rest % length);
      rest = Math.floor(rest / length);
    }
  }
  return found.map((positions) => Float64Array.from(positions));
}

/** The elements at positions that are yet to be computed: written down when they are. */
function takeLazy(node: Node, list: Node, axis: number, place: Place): Node {
  const { kind } = DTYPES[list.dtype];
  if (kind !== "int" && kind !== "uint") throw invalid("integers or bools", place.name, list.dtype);
  if (list.shape.length !== 1)
    throw invalid("a list of one axis", place.name, `shape ${formatShape(list.shape)}`);
  const axes = node.grid.map((theirs, number) => (number === axis ? (list.grid[0] ?? []) : theirs));
  return defer({
    label: "take",
    parameters: axis,
    dtype: node.dtype,
    axes: axes.map((blocks) => (isKnownAxis(blocks) ? blocks : undefined)),
    inputs: [node, list],
    reads: [1],
    build: ([known = node, computed = list]) => take(known, bufferOf(computed), axis, place),
  });
}

/** The elements of a node that is in memory. */
export function bufferOf({ buffer, name }: Node): TypedArray {
  if (buffer === undefined) throw new BrambleError("INTERNAL", `${name} is not in memory`);
  return buffer;
}

/** NumPy's `take`: along an axis, or of all elements as one axis. */
export function takeAlong(node: Node, indices: unknown, options: unknown): Node {
  checkOptions(options, "options", ["axis"]);
  const { axis } = options as AxisOptions;
  if (axis === undefined && node.shape.length !== 1) {
    return takeAlong(reshape(node, -1, { mergeChunks: true }), indices, { axis: 0 });
  }
  const along = checkAxis(axis ?? 0, "options.axis", node.shape.length);
  return getItem(
    node,
    node.shape.map((_, other) => (other === along ? readIndices(indices) : ":")),
  );
}

/** An integer or a list of them; a list of bools would be a mask, which `take` does not know. */
function readIndices(indices: unknown): unknown {
  const isLazy = hasNode(indices) && indices[NODE].dtype !== "bool";
  if (typeof indices === "number" || isLazy || isIntegerList(indices)) return indices;
  throw invalid("an integer or a list of integers", "indices", indices);
}
