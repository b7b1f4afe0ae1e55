import { type DType, DTYPES, isComplex, isScalarValue, resultOf, type ScalarValue } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import type { BinaryOp, UnaryOp } from "../generated/ops.js";
import type { Node } from "../graph/index.js";
import { compareSpecially } from "./comparison.js";
import { complexOperation } from "./complex/operations.js";
import { cast, MapBuilder } from "./map.js";
import { operandOf, promoteOperands } from "./operand.js";
import type { Operation } from "./operations.js";
import { powerOperation, wholePower } from "./power.js";

/** An operation on one operand or on two: arrays, and numbers that adapt to them. */
export function elementwise(
  name: string,
  operation: Operation<UnaryOp | BinaryOp>,
  values: readonly unknown[],
): Node {
  const names = argumentNames(values.length);
  return applyOperation(
    name,
    operation,
    values.map((value, index) => operandOf(value, names[index] ?? "x")),
  );
}

function applyOperation(
  name: string,
  operation: Operation<UnaryOp | BinaryOp>,
  values: readonly (Node | ScalarValue)[],
): Node {
  const { operands, dtype } = promoteOperands(values);
  const { kind } = DTYPES[dtype];
  const isUnknown = kind === "complex" && complexOperation(operation.op) === undefined;
  if (operation.rejects?.includes(kind) || isUnknown) {
    throw new BrambleError("UNSUPPORTED_DTYPE", `\`${name}\` has no meaning for dtype ${dtype}`);
  }
  const [first] = operands;
  const isKept = operation.keeps?.includes(kind) === true;
  if (isKept && first !== undefined && !isScalarValue(first)) return cast(first, dtype);
  if (operation.compares === true) {
    const special = compareSpecially(name, operation.op, operands, dtype);
    if (special !== undefined) return special;
  }
  if (operation.op === "power") {
    const simpler = powerOperation(operands, dtype);
    if (simpler !== undefined) return applyOperation(name, simpler, operands.slice(0, 1));
    const whole = wholePower(name, operands, dtype);
    if (whole !== undefined) return whole;
  }
  return mapOperands(name, operation, operands, dtype);
}

function mapOperands(
  name: string,
  operation: Operation<UnaryOp | BinaryOp>,
  operands: readonly (Node | ScalarValue)[],
  dtype: DType,
): Node {
  const computed = resultOf(operation.args ?? operation.result, dtype);
  const names = argumentNames(operands.length);
  const builder = new MapBuilder();
  const args = operands.map((operand, index) => builder.operand(operand, computed, names[index] ?? "x"));
  const op = computed === "bool" && operation.bool !== undefined ? operation.bool : operation.op;
  const value = builder.apply(op, computed, args);
  const result = resultOf(operation.result, dtype);
  // Engines answer questions with bools, what has no imaginary part with a float, and everything else in the dtype of the
  // arguments.
  const isDone = result === "bool" || (isComplex(computed) && !isComplex(result));
  return builder.finish(name, result, isDone ? value : builder.cast(value, computed, result));
}

function argumentNames(count: number): readonly string[] {
  return count === 1 ? ["x"] : ["a", "b"];
}
