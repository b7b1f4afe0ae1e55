import { checkBoolean, checkInteger, checkOneOf, invalid } from "../../check.js";
import { type DType, DTYPES, isScalarValue } from "../../dtype/index.js";
import { createNode, type Node } from "../../graph/index.js";
import { normalizeChunks } from "../chunks.js";
import { positions } from "../create.js";
import { cast, MapBuilder } from "../map.js";
import { checkShape } from "../shape.js";
import { whenKnown } from "../when-known.js";
import { repeatOver } from "./broadcast-to.js";
import { concatenateNodes } from "./concatenate.js";
import { addAxes } from "./dims.js";

/** How evenly spaced numbers are made, as it was written. */
export interface LinspaceRequest {
  readonly num: unknown;
  readonly endpoint: unknown;
  readonly dtype: DType;
  readonly chunks: unknown;
}

/** Numbers from `start` to `stop` at even distances. */
export function linspace(start: unknown, stop: unknown, request: LinspaceRequest): Node {
  const [from, to] = [checkFinite(start, "start"), checkFinite(stop, "stop")];
  const count = checkInteger(request.num, "num", 0);
  const gaps = checkBoolean(request.endpoint, "options.endpoint") ? count - 1 : count;
  const { dtype } = request;
  const [axis = []] = normalizeChunks(request.chunks, { shape: checkShape([count], "num"), dtype });
  const step = gaps > 0 ? (to - from) / gaps : 0;
  const scalars = { start: { float: floatText(from) }, step: { float: floatText(step) } };
  const even = createNode({
    label: "linspace",
    kind: { create: { arange: { ...scalars, first: 0, stride: 1 } } },
    dtype: "float64",
    grid: [axis],
  });
  const builder = new MapBuilder();
  const value = builder.operand(even, "float64", "start");
  const last = builder.operand(count - 1, "int64", "num");
  const isLast = builder.apply("equal", "int64", [builder.operand(positions(axis), "int64", "num"), last]);
  // The last one is `stop` itself, whatever was rounded on the way.
  const end = builder.operand(to, "float64", "stop");
  const exact = gaps > 0 && gaps < count ? builder.apply("where", "float64", [isLast, end, value]) : value;
  const isFloat = DTYPES[dtype].kind === "float";
  const whole = isFloat ? exact : builder.apply("floor", "float64", [exact]);
  return cast(builder.finish("linspace", "float64", whole), dtype);
}

/** For each axis of a shape an array of that shape, which holds the numbers of the elements along it. */
export function indexArrays(shape: unknown, dtype: DType, chunks: unknown): Node[] {
  const lengths = checkShape(shape, "shape");
  const grid = normalizeChunks(chunks, { shape: lengths, dtype });
  return grid.map((axis, number) => {
    const behind = Array.from({ length: grid.length - number - 1 }, (_, place) => place + 1);
    const numbers = addAxes(positions(axis), grid.length - number, behind);
    return repeatOver(cast(numbers, dtype), grid);
  });
}

/** The index arrays of a shape as one array with an axis more. */
export function indices(shape: unknown, dtype: DType, chunks: unknown): Node {
  const arrays = indexArrays(shape, dtype, chunks);
  if (arrays.length === 0) throw invalid("a shape of one axis at least", "shape", shape);
  const ndim = arrays.length + 1;
  return concatenateNodes(
    arrays.map((node) => addAxes(node, ndim, [0])),
    0,
  );
}

/** Coordinate arrays of a grid from the coordinates along each axis. */
export function meshgrid(nodes: readonly Node[], indexing: unknown, sparse: unknown): Node[] {
  const order = checkOneOf(indexing, "options.indexing", ["xy", "ij"]);
  const isSparse = checkBoolean(sparse, "options.sparse");
  const ndim = nodes.length;
  const odd = nodes.findIndex((node) => node.shape.length > 1);
  if (odd !== -1) throw invalid("arrays of one axis", `arrays[${odd}]`, nodes[odd]?.shape);
  return nodes.map((node, number) => {
    const parameters = [number, order, isSparse];
    const unmeasured = { label: "meshgrid", parameters, dtype: node.dtype, ndim };
    return whenKnown(nodes, unmeasured, (known) => meshgridKnown(known, order, isSparse)[number] ?? node);
  });
}

function meshgridKnown(nodes: readonly Node[], order: "xy" | "ij", isSparse: boolean): Node[] {
  const ndim = nodes.length;
  // In the order of pictures the first two axes change places.
  const placeOf = (number: number): number =>
    order === "xy" && ndim > 1 && number < 2 ? 1 - number : number;
  const lines = nodes.map((node) => (node.shape.length === 0 ? addAxes(node, 1, [0]) : node));
  const spread = lines.map((node, number) =>
    addAxes(
      node,
      ndim,
      Array.from({ length: ndim }, (_, place) => place).filter((place) => place !== placeOf(number)),
    ),
  );
  if (isSparse) return spread;
  const grid = Array.from({ length: ndim }, (_, place) => spread[placeOf(place)]?.grid[place] ?? []);
  return spread.map((node) => repeatOver(node, grid));
}

function checkFinite(value: unknown, name: string): number {
  if (isScalarValue(value) && typeof value !== "boolean" && Number.isFinite(Number(value)))
    return Number(value);
  throw invalid("a finite number", name, value);
}

function floatText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
