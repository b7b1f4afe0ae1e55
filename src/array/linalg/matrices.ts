import { resultOf } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import type { Axis, Grid, LinearOp, Project } from "../../generated/layers.js";
import { axisLength, createNode, isPaired, type Node, pairNode, partsOf } from "../../graph/index.js";
import { eye } from "../arrange/diagonal.js";
import { permute } from "../arrange/permute.js";
import { conjugate } from "../complex/parts.js";
import { cast } from "../map.js";
import { gather } from "../rechunk.js";
import { select } from "../select.js";
import { formatShape } from "../shape.js";
import { Slice } from "../slice.js";
import { oneChunk } from "../statistics/along.js";

/** Checks for a matrix, and gives it in floats. */
export function matrixOf(node: Node, name: string): Node {
  if (node.shape.length === 2) return floatsOf(node);
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `Expected a matrix for \`${name}\` but received an array of shape ${formatShape(node.shape)}`,
  );
}

/** Checks for matrices along the last two axes, with as many rows as columns; lengths that are not known yet pass. */
export function squaresOf(node: Node, name: string): Node {
  const floats = floatsOf(node);
  const [rows, columns] = floats.shape.slice(-2);
  if (rows !== undefined && columns !== undefined && isSquare(rows, columns)) return floats;
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `Expected square matrices along the last two axes of \`${name}\` but received an array of shape ${formatShape(node.shape)}`,
  );
}

function isSquare(rows: number, columns: number): boolean {
  return rows === columns || Number.isNaN(rows + columns);
}

function floatsOf(node: Node): Node {
  return cast(node, resultOf("float", node.dtype));
}

/** Checks for a matrix of as many rows as columns; lengths that are not known yet pass. */
export function squareOf(node: Node, name: string): Node {
  const matrix = matrixOf(node, name);
  const [rows = 0, columns = 0] = matrix.shape;
  if (isSquare(rows, columns)) return matrix;
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `Expected a square matrix for \`${name}\` but received one of shape ${formatShape(matrix.shape)}`,
  );
}

/** What a block is computed of: the blocks of an input that lie at the same place along some axes. */
export interface Operand {
  readonly node: Node;
  readonly read: readonly Project[];
}

/** A layer of linear algebra; its blocks and those of its inputs have one dtype. */
export function linear(op: LinearOp, operands: readonly Operand[], grid: Grid): Node {
  const [first] = operands;
  if (first === undefined) throw new BrambleError("INTERNAL", "linear algebra of nothing");
  if (isPaired(first.node)) return linearOfPairs(op, operands, grid);
  return createNode({
    label: Object.keys(op)[0] ?? "linear",
    kind: { linear: { op, reads: operands.map(({ read }) => read) } },
    dtype: first.node.dtype,
    grid,
    inputs: operands.map(({ node }) => node),
  });
}

/** Of complex matrices the layer has both parts of its blocks along a first axis. */
function linearOfPairs(op: LinearOp, operands: readonly Operand[], grid: Grid): Node {
  const parts = operands.flatMap(({ node, read }) =>
    partsOf(node).map((part) => ({ node: part, read: read.map(behindFirst) })),
  );
  const both = linear(op, parts, [oneChunk(2), ...grid]);
  const part = (at: 0 | 1): Node => select(both, [at, ...grid.map(() => ":")]);
  return pairNode("linear", [part(0), part(1)]);
}

/** The same of a grid with a first axis more. */
function behindFirst(project: Project): Project {
  if (typeof project === "object" && "axis" in project) return { axis: project.axis + 1 };
  return project;
}

/** The only block along both axes. */
export const ONLY: readonly Project[] = [{ at: 0 }, { at: 0 }];

/** A matrix in one block; of a stack each matrix. */
export function inOneBlock(node: Node): Node {
  const before = node.grid.length - 2;
  return gather(
    node,
    node.grid.map((axis, number) => (number < before ? axis : oneChunk(axisLength(axis)))),
  );
}

/** A matrix that has all of its columns in each block. */
export function wholeRows(node: Node): Node {
  const [rows = [], columns = []] = node.grid;
  return gather(node, [rows, oneChunk(axisLength(columns))]);
}

/** Ones on the diagonal of a matrix in one block. */
export function identity(like: Node, size: number): Node {
  return eye({ rows: size, columns: undefined, k: 0, dtype: like.dtype, chunks: -1 });
}

/** The only block along the last two axes of a stack of matrices, at the same place along those before. */
export function onlyOf({ grid }: Node): readonly Project[] {
  return [...sidesOf(grid).map((_, axis) => ({ axis })), ...ONLY];
}

/** The axes of a stack before those of its matrices. */
export function sidesOf<T>(axes: readonly T[]): readonly T[] {
  return axes.slice(0, -2);
}

/** The matrix with rows for columns. */
export function transposed(node: Node): Node {
  return permute(node, [1, 0]);
}

/** The matrix with rows for columns and, of complex numbers, conjugated. */
export function adjoint(node: Node): Node {
  return conjugate(transposed(node));
}

/** Where a stretch of an axis begins and ends; to the end of the axis by default. */
export type Stretch = readonly [start: number, stop?: number];

/** A part of a matrix. */
export function part(node: Node, rows: Stretch, columns: Stretch = [0]): Node {
  return select(
    node,
    [rows, columns].map(([start, stop]) => new Slice(start, stop ?? null, 1)),
  );
}

/** Length of the first chunk. */
export function firstChunk(axis: Axis): number {
  return axis[0]?.length ?? 0;
}
