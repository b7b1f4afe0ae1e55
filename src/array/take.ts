import { invalid } from "../check.js";
import { DTYPES, type TypedArray } from "../dtype/index.js";
import type { Axis } from "../generated/layers.js";
import {
  axisBlocks,
  axisLength,
  cutAround,
  createNode,
  defer,
  isKnownAxis,
  longestChunk,
  type Node,
  product,
} from "../graph/index.js";
import { NDArray } from "./ndarray.js";
import { gather } from "./rechunk.js";
import { outOfBounds, type Place } from "./shape.js";

/** Integers that somebody wrote as positions, or whole arrays of them. */
export type IntegerList = readonly (number | bigint)[] | TypedArray | NDArray;

/** Whether a value is a list of integers in memory. */
export function isIntegerList(value: unknown): value is IntegerList {
  if (value instanceof NDArray) {
    const { kind } = DTYPES[(value as NDArray).dtype];
    return kind === "int" || kind === "uint";
  }
  if (ArrayBuffer.isView(value)) return !(value instanceof DataView);
  return (
    Array.isArray(value) && value.every((entry) => typeof entry === "number" || typeof entry === "bigint")
  );
}

/** The numbers in a list of integers, unchecked. */
export function integersOf(list: IntegerList): Iterable<number | bigint> {
  return list instanceof NDArray ? list.contiguous().data : list;
}

/**
 * Positions on an axis, negative ones counted from the end.
 *
 * @throws {BrambleError} `OUT_OF_BOUNDS`, naming the entry.
 */
export function positionsOf(
  list: Iterable<number | bigint>,
  { name, axis }: Place,
  length: number,
  what?: string,
): Float64Array {
  const positions: number[] = [];
  for (const entry of list) {
    const value = Number(entry);
    const at = value < 0 ? value + length : value;
    const place = { name: `${name}[${positions.length}]`, axis };
    if (!Number.isSafeInteger(value)) throw invalid("integers", place.name, entry);
    if (at < 0 || at >= length) throw outOfBounds(place, entry, length, what);
    positions.push(at);
  }
  return Float64Array.from(positions);
}

/** The elements at positions of an axis, which may repeat and stand in any order; `place` is what errors say. */
export function take(node: Node, list: Iterable<number | bigint>, axis: number, place: Place): Node {
  if (!isKnownAxis(node.grid[axis] ?? [])) return takeLater(node, [...list], axis, place);
  const positions = positionsOf(list, place, node.shape[axis] ?? 0);
  const isAll =
    positions.length === node.shape[axis] && positions.every((position, index) => position === index);
  return isAll ? node : takePoints(node, [axis], [positions], axis);
}

function takeLater(node: Node, list: readonly (number | bigint)[], axis: number, place: Place): Node {
  return defer({
    label: "take",
    parameters: [list, axis],
    dtype: node.dtype,
    axes: node.grid.map((theirs, number) => {
      if (number === axis) return [{ length: list.length, count: 1 }];
      return isKnownAxis(theirs) ? theirs : undefined;
    }),
    inputs: [node],
    build: ([known = node]) => take(known, list, axis, place),
  });
}

/**
 * The elements at points: point `n` lies on each of the axes, ascending, at the `n`-th of its positions. The points
 * stand along axis `at` of the result.
 */
export function takePoints(
  node: Node,
  axes: readonly number[],
  positions: readonly Float64Array[],
  at: number,
): Node {
  const narrowed = narrow(node, axes, positions);
  const rest = narrowed.grid.filter((_, axis) => !axes.includes(axis));
  const indexed = axes.map((axis) => node.grid[axis] ?? []);
  const points = pointAxis(positions[0]?.length ?? 0, product(indexed.map(averageChunk)));
  return createNode({
    label: "take",
    kind: { take: { axes, at, positions } },
    dtype: node.dtype,
    grid: [...rest.slice(0, at), points, ...rest.slice(at)],
    inputs: [narrowed],
  });
}

function averageChunk(axis: Axis): number {
  return Math.max(1, Math.floor(axisLength(axis) / axisBlocks(axis)));
}

/** A last chunk that is shorter than this part of the others is added to the one before, as Dask does. */
const TOLERANCE = 0.25;

/** Chunks of about the same length as those that points are taken from. */
function pointAxis(count: number, length: number): Axis {
  const whole = Math.floor(count / length);
  const rest = count % length;
  if (whole === 0) return [{ length: count, count: 1 }];
  if (rest === 0) return [{ length, count: whole }];
  if (rest > TOLERANCE * length) {
    return [
      { length, count: whole },
      { length: rest, count: 1 },
    ];
  }
  const last = { length: length + rest, count: 1 };
  return whole === 1 ? [last] : [{ length, count: whole - 1 }, last];
}

/** Up to so many positions the chunks that hold them are cut around them, where that leaves out most of each. */
const FEW_POSITIONS = 1024;
const MOST_LEFT = 1 / 8;

/** The same elements cut so that the blocks which hold the points hold little else. */
function narrow(node: Node, axes: readonly number[], positions: readonly Float64Array[]): Node {
  const grid = node.grid.map((axis, number) => {
    const index = axes.indexOf(number);
    const wanted = positions[index];
    if (wanted === undefined || wanted.length > FEW_POSITIONS || longestChunk(axis) < FEW_POSITIONS)
      return axis;
    return cutAround(axis, wanted.toSorted(), MOST_LEFT);
  });
  return gather(node, grid);
}
