import { invalid } from "../check.js";
import { type DType, isComplex, isDType } from "../dtype/index.js";
import type { AxisChunks } from "./chunks.js";
import { unifyPairs } from "./blockwise.js";
import { constant } from "./create.js";
import { LazyArray } from "./lazy-array.js";
import { nodeOf, operandOf, promoteOperands } from "./operand.js";
import type { Operand } from "./types.js";
import { axisLengths } from "../graph/index.js";

/**
 * The dtype that arrays, dtypes and numbers have in common: numbers adapt to the others.
 *
 * @example
 * array.resultType("int32", "float32", 3); // "float64"
 */
export function resultType(...operands: readonly (Operand | DType)[]): DType {
  if (operands.length === 0) throw invalid("an array, a dtype or a number", "operands", operands);
  const values = operands.map((operand, number) =>
    isDType(operand) ? constant(0, operand) : operandOf(operand, `operands[${number}]`),
  );
  return promoteOperands(values).dtype;
}

/** Whether an array has a complex dtype, whatever its elements are. */
export function iscomplexobj(x: LazyArray): boolean {
  return isComplex(nodeOf(x, "x").dtype);
}

/** Arrays that have the same chunks along each index, and these chunks. */
export interface UnifiedChunks {
  /** The lengths of the chunks along each index. */
  readonly chunks: Readonly<Record<string, AxisChunks>>;
  readonly arrays: LazyArray[];
}

/**
 * Arrays cut alike along axes of the same name, which letters tell as those of `blockwise` do. Axes of length 1, which
 * repeat, stay as they are.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` if axes of the same name differ in length.
 * @example
 * const { chunks, arrays } = array.unifyChunks([[x, "ij"], [y, "j"]]);
 */
export function unifyChunks(arrays: readonly (readonly [array: LazyArray, index: string])[]): UnifiedChunks {
  if (!Array.isArray(arrays)) throw invalid("a list of arrays with their indices", "arrays", arrays);
  const { axes, nodes } = unifyPairs(arrays);
  return {
    chunks: Object.fromEntries(Array.from(axes, ([letter, axis]) => [letter, axisLengths(axis)])),
    arrays: nodes.map((node) => new LazyArray(node)),
  };
}
