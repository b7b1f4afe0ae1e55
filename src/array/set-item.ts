import { DTYPES, isScalarValue, weightOf } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import type { Axis, Places } from "../generated/layers.js";
import {
  axisLength,
  axisOfChunks,
  createNode,
  defer,
  isKnownAxis,
  isKnownGrid,
  type Node,
  product,
  sliceAxis,
} from "../graph/index.js";
import { broadcastTo } from "./arrange/broadcast-to.js";
import { addAxes } from "./arrange/dims.js";
import { reshape } from "./arrange/reshape.js";
import { bufferOf, isAdvanced, listOf, truePositions } from "./indexing.js";
import { constant } from "./create.js";
import { cast, MapBuilder } from "./map.js";
import { conditionOf } from "./masks.js";
import type { LazyArray } from "./lazy-array.js";
import { NDArray, type NestedArray } from "./ndarray.js";
import { hasNode, NODE, operandOf } from "./operand.js";
import { gather } from "./rechunk.js";
import { select } from "./select.js";
import { type Entry, expandEllipsis, type Index, readEntry } from "./selection.js";
import { formatShape, type Place } from "./shape.js";
import { Slice } from "./slice.js";
import { type IntegerList, positionsOf, take } from "./take.js";

/** An index whose elements are written: an entry, or a list of entries, one for each axis. */
export type SetIndex =
  | Exclude<Index, null>
  | NDArray
  | LazyArray
  | NestedArray<boolean>
  | readonly SetEntry[];

/** An entry of such an index. */
export type SetEntry = Exclude<Index, null> | IntegerList | LazyArray;

/** The entries of an index. A list of bools is one entry, a mask. */
export function entriesOf(index: unknown): readonly unknown[] {
  return Array.isArray(index) && !isMaskEntry(index) ? index : [index];
}

/** An array with other values at an index; the values broadcast to the shape of what is indexed. */
export function setItem(node: Node, index: readonly unknown[], value: unknown): Node {
  const values = valuesFor(node, value);
  const [only] = index;
  if (index.length === 1 && isMaskEntry(only)) return setMask(node, conditionOf(only, "index[0]"), values);
  const entries = expandEllipsis(index, node.shape);
  const lazy = entries.flatMap(({ entry }) => (hasNode(entry) ? [entry[NODE]] : []));
  if (lazy.length > 0 || !isKnownGrid(node.grid) || !isKnownGrid(values.grid)) {
    return setLater(node, entries, values, lazy);
  }
  const places = entries.map(({ entry, name }, axis) => {
    const blocks = node.grid[axis] ?? [];
    const place = { name, axis };
    return isAdvanced(entry) ? listPlaces(entry, place, blocks) : basicPlaces(entry, place, blocks);
  });
  return assign(node, places, values);
}

/** Values in the dtype of the array that they are written to. */
function valuesFor({ dtype }: Node, value: unknown): Node {
  const operand = operandOf(value, "value");
  if (!isScalarValue(operand)) return cast(operand, dtype);
  const isCutOff = weightOf(operand) === "float" && DTYPES[dtype].kind !== "float";
  return isCutOff ? cast(constant(operand, "float64"), dtype) : constant(operand, dtype);
}

function isMaskEntry(entry: unknown): boolean {
  if (hasNode(entry)) return entry[NODE].dtype === "bool";
  if (entry instanceof NDArray) return entry.dtype === "bool";
  return Array.isArray(entry) && typeof entry.flat(Number.POSITIVE_INFINITY)[0] === "boolean";
}

/** Where values lie along an axis. */
interface AxisPlaces {
  readonly places: Places;
  /** The chunks of the values: one for each chunk in which some lie. */
  readonly chunks: Axis;
  /** How many values there are, or undefined where they lack the axis. */
  readonly count: number | undefined;
  /** Which of the values are written, in the order of their positions, or an index; all of them in order if absent. */
  readonly order?: readonly number[] | string;
}

function basicPlaces(entry: unknown, place: Place, axis: Axis): AxisPlaces {
  if (entry === null) {
    throw new BrambleError(
      "INVALID_ARGUMENT",
      `\`${place.name}\` is a new axis, to which nothing can be written`,
    );
  }
  const taken = readEntry(entry, place, axisLength(axis));
  if (taken.kind === "index") {
    const places = { slice: { start: taken.at, step: 1 } };
    return { places, chunks: [{ length: 1, count: 1 }], count: undefined };
  }
  const { start, step, count } = taken;
  if (step > 0 || count === 0) {
    return { places: { slice: { start, step } }, chunks: sliceAxis(axis, start, step, count), count };
  }
  // Written from its end a slice goes forwards.
  const first = start + step * (count - 1);
  const places = { slice: { start: first, step: -step } };
  return { places, chunks: sliceAxis(axis, first, -step, count), count, order: "::-1" };
}

function listPlaces(entry: unknown, place: Place, axis: Axis): AxisPlaces {
  const positions = positionsOf(listOf(entry as IntegerList, place.name), place, axisLength(axis));
  // Of several values for one position the last counts, as in NumPy.
  const last = new Map(Array.from(positions, (position, number) => [position, number]));
  const sorted = Float64Array.from(last.keys()).sort();
  const order = Array.from(sorted, (position) => last.get(position) ?? 0);
  return { places: { list: sorted }, chunks: chunksHolding(axis, sorted), count: positions.length, order };
}

/** How many of some ascending positions lie in each chunk that has any. */
function chunksHolding(axis: Axis, sorted: Float64Array): Axis {
  const lengths: number[] = [];
  let [place, start] = [0, 0];
  for (const { length, count } of axis) {
    const end = start + length * count;
    while ((sorted[place] ?? Number.POSITIVE_INFINITY) < end) {
      const chunkEnd = start + (Math.floor(((sorted[place] ?? 0) - start) / length) + 1) * length;
      const first = place;
      while ((sorted[place] ?? Number.POSITIVE_INFINITY) < chunkEnd) place += 1;
      lengths.push(place - first);
    }
    start = end;
  }
  return lengths.length === 0 ? [{ length: 0, count: 1 }] : axisOfChunks(lengths);
}

function assign(node: Node, along: readonly AxisPlaces[], given: Node): Node {
  const kept = along.filter(({ count }) => count !== undefined);
  const shape = kept.map(({ count = 1 }) => count);
  let values = broadcastTo(given, shape, undefined);
  if (product(shape) === 0) return node;
  for (const [axis, { order }] of kept.entries()) {
    if (typeof order === "string") values = select(values, indexAt(values, axis, order));
    else if (order !== undefined) values = take(values, order, axis, { name: "value", axis });
  }
  const dropped = along.flatMap(({ count }, axis) => (count === undefined ? [axis] : []));
  const chunks = along.map((places) => places.chunks);
  return createNode({
    label: "setitem",
    kind: { assign: { places: along.map(({ places }) => places) } },
    dtype: node.dtype,
    grid: node.grid,
    inputs: [node, gather(addAxes(values, along.length, dropped), chunks)],
  });
}

function indexAt({ shape }: Node, axis: number, entry: string): string[] {
  return shape.map((_, other) => (other === axis ? entry : ":"));
}

/** Writes values where a mask is true: the same for all, or one for each. */
function setMask(node: Node, mask: Node, values: Node): Node {
  const covered = node.shape.slice(0, mask.shape.length);
  const isUnfit = mask.shape.some((length, axis) => {
    const theirs = covered[axis];
    return theirs !== length && !Number.isNaN(length) && !Number.isNaN(theirs);
  });
  if (isUnfit || mask.shape.length === 0) {
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `\`index[0]\` is a mask of shape ${formatShape(mask.shape)}, but the array has shape ${formatShape(node.shape)}`,
    );
  }
  const inner = node.shape.length - mask.shape.length;
  if (values.shape.length <= inner) return writeMasked(node, mask, values);
  return defer({
    label: "setitem",
    parameters: "mask",
    dtype: node.dtype,
    axes: node.grid.map((axis) => (isKnownAxis(axis) ? axis : undefined)),
    inputs: [node, mask, values],
    reads: [1],
    build: ([elements = node, flags = mask, given = values]) => setEach(elements, flags, given),
  });
}

/** Values that are the same wherever the mask is true. */
function writeMasked(node: Node, mask: Node, values: Node): Node {
  const builder = new MapBuilder();
  const inner = node.shape.length - mask.shape.length;
  const wide = select(mask, [...mask.shape.map(() => ":"), ...Array.from({ length: inner }, () => null)]);
  const args = [
    builder.operand(wide, "bool", "index"),
    builder.operand(values, node.dtype, "value"),
    builder.operand(node, node.dtype, "x"),
  ];
  return builder.finish("setitem", node.dtype, builder.apply("where", node.dtype, args));
}

/** A value for each element at which a mask in memory is true. */
function setEach(node: Node, mask: Node, values: Node): Node {
  const { buffer, shape } = mask;
  if (buffer === undefined) throw new BrambleError("INTERNAL", "a mask is not in memory");
  const flat = new NDArray(buffer, [product(shape)]);
  const [positions = new Float64Array(0)] = truePositions(flat);
  const rest = node.shape.slice(shape.length);
  const plan = { mergeChunks: true };
  const rows = shape.length === 1 ? node : reshape(node, [product(shape), ...rest], plan);
  const written = setItem(rows, [positions, ...rest.map(() => ":")], { [NODE]: values });
  return shape.length === 1 ? written : reshape(written, node.shape, plan);
}

/** The same when lists and lengths are known that are yet to be computed. */
function setLater(node: Node, entries: readonly Entry[], values: Node, lists: readonly Node[]): Node {
  return defer({
    label: "setitem",
    parameters: entries.map(({ entry }) => plain(entry)),
    dtype: node.dtype,
    axes: node.grid.map((axis) => (isKnownAxis(axis) ? axis : undefined)),
    inputs: [node, values, ...lists],
    reads: lists.map((_, number) => number + 2),
    build([elements = node, given = values, ...computed]) {
      const left = [...computed];
      const index = entries.map(({ entry }) => (hasNode(entry) ? bufferOf(left.shift() ?? node) : entry));
      return setItem(elements, index, { [NODE]: given });
    },
  });
}

function plain(entry: unknown): unknown {
  if (hasNode(entry)) return null;
  if (entry instanceof NDArray) return entry.toArray();
  return entry instanceof Slice ? entry.toString() : entry;
}
