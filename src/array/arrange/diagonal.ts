import { checkInteger, invalid } from "../../check.js";
import type { DType } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import type { Axis } from "../../generated/layers.js";
import { createNode, type Node, unifyAxes } from "../../graph/index.js";
import { normalizeChunks } from "../chunks.js";
import { full, positions } from "../create.js";
import { cast, MapBuilder, type Value } from "../map.js";
import { gather } from "../rechunk.js";
import { checkAxis, checkSize, formatShape } from "../shape.js";
import { whenKnown } from "../when-known.js";
import { addAxes } from "./dims.js";
import { padZeros } from "./pad-modes.js";
import { sliceAlong } from "./roll.js";

/** The diagonal of two axes as the last axis. */
export function diagonal(node: Node, offset: unknown, axis1: unknown, axis2: unknown): Node {
  const ndim = node.shape.length;
  const shift = checkInteger(offset, "options.offset");
  const [first, second] = [checkAxis(axis1, "options.axis1", ndim), checkAxis(axis2, "options.axis2", ndim)];
  if (first === second) throw invalid("another axis than `options.axis1`", "options.axis2", axis2);
  const parameters = [shift, first, second];
  return whenKnown(
    [node],
    { label: "diagonal", parameters, dtype: node.dtype, ndim: ndim - 1 },
    ([known = node]) => diagonalKnown(known, shift, first, second),
  );
}

function diagonalKnown(node: Node, shift: number, first: number, second: number): Node {
  const [rows = 0, columns = 0] = [node.shape[first], node.shape[second]];
  const [top, left] = [Math.max(0, -shift), Math.max(0, shift)];
  const length = Math.max(0, Math.min(rows - top, columns - left));
  const kept = [...node.shape.keys()].filter((axis) => axis !== first && axis !== second);
  if (length === 0) {
    const shape = [...kept.map((axis) => node.shape[axis] ?? 0), 0];
    return full("diagonal", shape, 0, { dtype: node.dtype }, node.dtype);
  }
  const square = sliceAlong(sliceAlong(node, first, top, top + length), second, left, left + length);
  const along = unifyAxes([first, second].flatMap((axis) => square.grid.slice(axis, axis + 1)));
  const aligned = gather(
    square,
    square.grid.map((axis, number) => (kept.includes(number) ? axis : along)),
  );
  return createNode({
    label: "diagonal",
    kind: { diagonal: { first, second } },
    dtype: node.dtype,
    grid: [...kept.flatMap((axis) => aligned.grid.slice(axis, axis + 1)), along],
    inputs: [aligned],
  });
}

/** A matrix with an array on a diagonal, or the diagonal of a matrix. */
export function diag(node: Node, k: unknown): Node {
  const shift = checkInteger(k, "k");
  if (node.shape.length === 2) return diagonal(node, shift, 0, 1);
  if (node.shape.length !== 1) throw invalid("an array of one or two axes", "x", node.shape);
  const unmeasured = { label: "diag", parameters: shift, dtype: node.dtype, ndim: 2 };
  return whenKnown([node], unmeasured, ([known = node]) => diagKnown(known, shift));
}

function diagKnown(node: Node, shift: number): Node {
  const [axis = []] = node.grid;
  const builder = new MapBuilder();
  const isOn = compareNumbers(builder, "equal", [axis, axis], 0);
  const square = keep("diag", builder, isOn, node);
  const [before, after] = [Math.max(0, -shift), Math.max(0, shift)];
  return padZeros(padZeros(square, 0, [before, after]), 1, [after, before]);
}

/** What a matrix is made of, as it was written. */
export interface MatrixRequest {
  readonly rows: unknown;
  /** As many as rows if absent. */
  readonly columns: unknown;
  /** How far above the main diagonal another one lies. */
  readonly k: unknown;
  readonly dtype: DType;
  readonly chunks: unknown;
}

/** Ones on and below a diagonal of a matrix, zeros above. */
export function tri(options: MatrixRequest): Node {
  return matrix("tri", "less_equal", options);
}

/** Ones on a diagonal of a matrix, zeros beside it. */
export function eye(options: MatrixRequest): Node {
  return matrix("eye", "equal", options);
}

/** The elements on and below a diagonal of the last two axes; zeros above. */
export function tril(node: Node, k: unknown): Node {
  return triangle("tril", node, "less_equal", checkInteger(k, "k"));
}

/** The elements on and above a diagonal of the last two axes; zeros below. */
export function triu(node: Node, k: unknown): Node {
  return triangle("triu", node, "greater_equal", checkInteger(k, "k"));
}

function triangle(label: string, node: Node, op: Comparison, k: number): Node {
  planeOf(node);
  const unmeasured = { label, parameters: [op, k], dtype: node.dtype, ndim: node.shape.length };
  return whenKnown([node], unmeasured, ([known = node]) => {
    const builder = new MapBuilder();
    return keep(label, builder, compareNumbers(builder, op, planeOf(known), k), known);
  });
}

type Comparison = "equal" | "less_equal" | "greater_equal";

/** Ones where a comparison of the column with the row holds. */
function matrix(label: string, op: Comparison, { rows, columns, k, dtype, chunks }: MatrixRequest): Node {
  const height = checkInteger(rows, "rows", 0);
  const shape = checkSize([height, columns === undefined ? height : checkInteger(columns, "columns", 0)]);
  const [down = [], across = []] = normalizeChunks(chunks, { shape, dtype });
  const builder = new MapBuilder();
  const isOn = compareNumbers(builder, op, [down, across], checkInteger(k, "k"));
  return cast(builder.finish(label, "bool", isOn), dtype);
}

/** Compares the numbers of the columns with those of the rows, `k` further on. */
function compareNumbers(
  builder: MapBuilder,
  op: Comparison,
  [rows, columns]: readonly [Axis, Axis],
  k: number,
): Value {
  const row = builder.operand(addAxes(positions(rows), 2, [1]), "int64", "k");
  const column = builder.operand(positions(columns), "int64", "k");
  const moved = k === 0 ? row : builder.apply("add", "int64", [row, builder.operand(k, "int64", "k")]);
  return builder.apply(op, "int64", [column, moved]);
}

/** The elements where a condition holds; zeros elsewhere. */
function keep(label: string, builder: MapBuilder, condition: Value, node: Node): Node {
  const { dtype } = node;
  const args = [condition, builder.operand(node, dtype, "x"), builder.operand(false, dtype, "x")];
  return builder.finish(label, dtype, builder.apply("where", dtype, args));
}

function planeOf({ grid, shape }: Node): readonly [Axis, Axis] {
  const [rows, columns] = grid.slice(-2);
  if (rows !== undefined && columns !== undefined) return [rows, columns];
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `Expected an array of two axes at least for \`x\` but received one of shape ${formatShape(shape)}`,
  );
}
