import { checkInteger, invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import { axisLength, defer, isKnownGrid, type Node, product } from "../graph/index.js";
import { reshape } from "./arrange/reshape.js";
import { isAdvanced, listOf } from "./indexing.js";
import type { LazyArray } from "./lazy-array.js";
import { NDArray } from "./ndarray.js";
import { nestedData } from "./nested.js";
import { hasNode, NODE } from "./operand.js";
import { expandEllipsis } from "./selection.js";
import { formatShape } from "./shape.js";
import { type IntegerList, positionsOf, takePoints } from "./take.js";

/** An entry of pointwise indexing: positions along an axis, or `":"` for all of it. */
export type PointIndex = number | ":" | "..." | IntegerList | readonly IntegerList[] | LazyArray;

/** Positions of points along an axis, as an array in memory. */
interface AxisPoints {
  readonly axis: number;
  readonly shape: readonly number[];
  readonly values: readonly (number | bigint)[];
  readonly name: string;
}

/**
 * Pointwise indexing: the lists broadcast against each other, and each of their elements together is a point. The axes
 * of the points come first, those that are not indexed behind them.
 */
export function vindex(node: Node, index: readonly unknown[]): Node {
  const entries = expandEllipsis(index, node.shape);
  const lazy = entries.flatMap(({ entry }) => (hasNode(entry) ? [entry[NODE]] : []));
  if (lazy.length > 0 || !isKnownGrid(node.grid)) return vindexLater(node, index, lazy);
  const points = entries.flatMap(({ entry, name }, axis) => {
    if (entry === ":") return [];
    return [readPoints(entry, axis, name)];
  });
  if (points.length === 0) throw invalid("one list of positions at least", "index", index);
  const shape = points.map((list) => list.shape).reduce(broadcastShapes);
  const positions = points.map((list) =>
    positionsOf(broadcastValues(list, shape), list, axisLength(node.grid[list.axis] ?? [])),
  );
  const axes = points.map(({ axis }) => axis);
  const taken = takePoints(node, axes, positions, 0);
  if (shape.length === 1) return taken;
  return reshape(taken, [...shape, ...taken.shape.slice(1)], { mergeChunks: true });
}

function readPoints(entry: unknown, axis: number, name: string): AxisPoints {
  if (typeof entry === "number") return { axis, shape: [], values: [checkInteger(entry, name)], name };
  if (!isAdvanced(entry)) throw invalid('a list of integers or ":"', name, entry);
  const array = Array.isArray(entry) ? nestedData(entry) : entry;
  if (array instanceof NDArray) {
    return { axis, shape: array.shape, values: [...array.contiguous().data], name };
  }
  const values = [...listOf(array as IntegerList, name)];
  return { axis, shape: [values.length], values, name };
}

function broadcastShapes(a: readonly number[], b: readonly number[]): readonly number[] {
  const ndim = Math.max(a.length, b.length);
  return Array.from({ length: ndim }, (_, number) => {
    const [left = 1, right = 1] = [a.at(number - ndim), b.at(number - ndim)];
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `Lists of positions of shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast`,
    );
  });
}

/** The values of a list repeated to a shape, in row-major order. */
function broadcastValues({ shape, values }: AxisPoints, to: readonly number[]): (number | bigint)[] {
  const missing = to.length - shape.length;
  return Array.from({ length: product(to) }, (_, place) => {
    let [rest, stride, at] = [place, 1, 0];
    for (let axis = to.length - 1; axis >= 0; axis -= 1) {
      const length = shape[axis - missing] ?? 1;
      if (length !== 1) at += (rest % (to[axis] ?? 1)) * stride;
      rest = Math.floor(rest / (to[axis] ?? 1));
      stride *= length;
    }
    return values[at] ?? 0;
  });
}

/** The same when the lists and lengths are known that are yet to be computed. */
function vindexLater(node: Node, index: readonly unknown[], lists: readonly Node[]): Node {
  const entries = expandEllipsis(index, node.shape);
  const shapes = entries.flatMap(({ entry, name }, axis) => {
    if (entry === ":") return [];
    return [hasNode(entry) ? entry[NODE].shape : readPoints(entry, axis, name).shape];
  });
  const ndim = Math.max(0, ...shapes.map((shape) => shape.length));
  const rest = entries.flatMap(({ entry }, axis) => (entry === ":" ? [node.grid[axis]] : []));
  return defer({
    label: "vindex",
    parameters: entries.map(({ entry }) =>
      hasNode(entry) ? null : entry instanceof NDArray ? entry.toArray() : entry,
    ),
    dtype: node.dtype,
    axes: [...Array.from({ length: ndim }, () => undefined), ...rest],
    inputs: [node, ...lists],
    reads: lists.map((_, number) => number + 1),
    build([known = node, ...computed]) {
      const left = [...computed];
      const now = entries.map(({ entry }) => (hasNode(entry) ? inMemory(left.shift()) : entry));
      return vindex(known, now);
    },
  });
}

function inMemory(node: Node | undefined): NDArray {
  if (node?.buffer === undefined) throw new BrambleError("INTERNAL", "positions are not in memory");
  return new NDArray(node.buffer, node.shape);
}
