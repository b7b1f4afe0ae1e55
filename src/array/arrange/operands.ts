import { defaultDType, isScalarValue } from "../../dtype/index.js";
import type { Node } from "../../graph/index.js";
import { constant } from "../create.js";
import { operandOf, promoteOperands } from "../operand.js";

/** An array, or a number as an array without axes. */
export function arrayNode(value: unknown, name: string): Node {
  const operand = operandOf(value, name);
  return isScalarValue(operand) ? constant(operand, defaultDType(operand)) : operand;
}

/** An array, or a number that takes the dtype which it has beside another array. */
export function besideArray(value: unknown, other: Node): Node {
  const operand = operandOf(value, "values");
  return isScalarValue(operand) ? constant(operand, promoteOperands([other, operand]).dtype) : operand;
}
