import { checkInteger, checkOptions } from "../../check.js";
import { BrambleError } from "../../errors.js";
import type { Node } from "../../graph/index.js";
import { tri } from "../arrange/diagonal.js";
import { unary } from "../composed/build.js";
import { LazyArray } from "../lazy-array.js";
import { nonzero } from "../masks.js";
import { NODE, nodeOf } from "../operand.js";
import { formatShape } from "../shape.js";

/** Which triangle. */
export interface TriangleIndexOptions {
  /** How far above the main diagonal the triangle's own lies. Default: 0. */
  readonly k?: number | undefined;
  /** Columns of the matrix. Default: as many as rows. */
  readonly columns?: number | undefined;
}

type Positions = [rows: LazyArray<"int64", "array">, columns: LazyArray<"int64", "array">];

/** Rows and columns of the elements on and below a diagonal of a matrix of so many rows. */
export function trilIndices(rows: number, options: TriangleIndexOptions = {}): Positions {
  const { k, columns } = readTriangle(options);
  return positionsOf(below(rows, columns, k));
}

/** Rows and columns of the elements on and above a diagonal of a matrix of so many rows. */
export function triuIndices(rows: number, options: TriangleIndexOptions = {}): Positions {
  const { k, columns } = readTriangle(options);
  return positionsOf(unary("logicalNot", below(rows, columns, k - 1)));
}

/** As `trilIndices`, of a matrix that is there. */
export function trilIndicesFrom(x: LazyArray, k = 0): Positions {
  const [rows, columns] = planeOf(nodeOf(x, "x"));
  return trilIndices(rows, { k, columns });
}

/** As `triuIndices`, of a matrix that is there. */
export function triuIndicesFrom(x: LazyArray, k = 0): Positions {
  const [rows, columns] = planeOf(nodeOf(x, "x"));
  return triuIndices(rows, { k, columns });
}

function readTriangle(options: unknown): { k: number; columns: unknown } {
  checkOptions(options, "options", ["k", "columns"]);
  const { k = 0, columns } = options as TriangleIndexOptions;
  return { k: checkInteger(k, "options.k"), columns };
}

function below(rows: unknown, columns: unknown, k: number): LazyArray {
  return new LazyArray(tri({ rows, columns, k, dtype: "bool", chunks: "auto" }));
}

function positionsOf(mask: LazyArray): Positions {
  return nonzero(mask[NODE]).map((node) => new LazyArray(node)) as Positions;
}

/** Rows and columns of a matrix. */
function planeOf({ shape }: Node): readonly [number, number] {
  const [rows, columns] = shape;
  if (rows !== undefined && columns !== undefined && shape.length === 2) return [rows, columns];
  throw new BrambleError("SHAPE_MISMATCH", `\`x\` of shape ${formatShape(shape)} is no matrix`);
}
