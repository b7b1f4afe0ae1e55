import { type DType, DTYPES, isScalarValue, type ScalarValue } from "../../dtype/index.js";
import { elementwise } from "../elementwise.js";
import { LazyArray } from "../lazy-array.js";
import { cast } from "../map.js";
import { NODE, operandOf } from "../operand.js";
import { BINARY, type Operation, UNARY } from "../operations.js";
import type { BinaryOp, UnaryOp } from "../../generated/ops.js";
import { where } from "../where.js";

/** Calls an operation of one array by its name. */
export function unary(name: keyof typeof UNARY, x: unknown): LazyArray {
  return new LazyArray(elementwise(name, UNARY[name], [x]));
}

/** Calls an operation of two arrays by its name. */
export function binary(name: keyof typeof BINARY, a: unknown, b: unknown): LazyArray {
  return new LazyArray(elementwise(name, BINARY[name], [a, b]));
}

/** Calls an operation that has no function of its own. */
export function part(
  name: string,
  operation: Operation<UnaryOp | BinaryOp>,
  ...values: unknown[]
): LazyArray {
  return new LazyArray(elementwise(name, operation, values));
}

/** The elements of `a` where a condition holds, those of `b` elsewhere. */
export function choose(condition: unknown, a: unknown, b: unknown): LazyArray {
  return new LazyArray(where(condition, a, b));
}

/** An operand as float64; a number stays one. */
export function asDouble(value: unknown, name: string): LazyArray | ScalarValue {
  const operand = operandOf(value, name);
  return isScalarValue(operand) ? Number(operand) : new LazyArray(cast(operand, "float64"));
}

/** An operand as an array, a number as one without axes. */
export function asLazy(value: unknown, name: string): LazyArray {
  const operand = operandOf(value, name);
  return isScalarValue(operand) ? unary("positive", operand) : new LazyArray(operand);
}

/** The same elements as another dtype. */
export function convert(x: LazyArray, dtype: DType): LazyArray {
  return new LazyArray(cast(x[NODE], dtype));
}

/** Whether a dtype is a float's. */
export function isFloat({ dtype }: LazyArray): boolean {
  return DTYPES[dtype].kind === "float";
}
