import {
  type DType,
  DTYPES,
  integerLimits,
  isScalarValue,
  type ScalarValue,
  weightOf,
} from "../dtype/index.js";
import type { BinaryOp, UnaryOp } from "../generated/ops.js";
import type { Node } from "../graph/index.js";
import { MapBuilder } from "./map.js";

type Operands = readonly (Node | ScalarValue)[];

/**
 * Comparisons that no common dtype can make; undefined for all others.
 *
 * - with a whole number beyond the limits of an integer dtype
 * - of signed with 64-bit unsigned integers: as float64, large ones that differ would be equal
 */
export function compareSpecially(
  name: string,
  op: UnaryOp | BinaryOp,
  operands: Operands,
  dtype: DType,
): Node | undefined {
  const isBeyond = operands.some((operand) => isScalarValue(operand) && !fits(operand, dtype));
  if (isBeyond) return compareBeyond(name, op, operands, dtype);
  const isMixed = DTYPES[dtype].kind === "float" && operands.every(isWhole);
  return isMixed ? compareMixed(name, op, operands) : undefined;
}

/** A number beyond the limits compares to all values as infinity does. */
function compareBeyond(name: string, op: UnaryOp | BinaryOp, operands: Operands, dtype: DType): Node {
  const builder = new MapBuilder();
  const args = operands.map((operand) => {
    const isBeyond = isScalarValue(operand) && !fits(operand, dtype);
    return builder.operand(isBeyond ? Number(operand) * Number.POSITIVE_INFINITY : operand, "float64", name);
  });
  return builder.finish(name, "bool", builder.apply(op, "float64", args));
}

/** What comparisons say of a negative number on the left of one that is not negative. */
const NEGATIVE_FIRST: ReadonlyMap<UnaryOp | BinaryOp, boolean> = new Map([
  ["equal", false],
  ["greater", false],
  ["greater_equal", false],
  ["less", true],
  ["less_equal", true],
  ["not_equal", true],
]);

/** Compares as unsigned, after a look at the sign. */
function compareMixed(name: string, op: UnaryOp | BinaryOp, operands: Operands): Node {
  const builder = new MapBuilder();
  const isSigned = (operand: Node | ScalarValue): boolean =>
    !isScalarValue(operand) && DTYPES[operand.dtype].kind === "int";
  const signed = operands.filter(isSigned).map((operand) => builder.operand(operand, "int64", name));
  const isNegative = builder.apply("less", "int64", [...signed, { const: { int: 0 } }]);
  const asUnsigned = operands.map((operand) => builder.operand(operand, "uint64", name));
  const comparison = builder.apply(op, "uint64", asUnsigned);
  // With the signed number on the right an order turns around; a difference does not.
  const isLeft = operands.findIndex(isSigned) === 0 || op === "equal" || op === "not_equal";
  const result =
    NEGATIVE_FIRST.get(op) === isLeft
      ? builder.apply("logical_or", "bool", [isNegative, comparison])
      : builder.apply("logical_and", "bool", [
          builder.apply("logical_not", "bool", [isNegative]),
          comparison,
        ]);
  return builder.finish(name, "bool", result);
}

function isWhole(operand: Node | ScalarValue): boolean {
  return !isScalarValue(operand) && !["float", "complex"].includes(DTYPES[operand.dtype].kind);
}

/** Whether a number lies within the limits of an integer dtype; others have none. */
function fits(value: ScalarValue, dtype: DType): boolean {
  const { kind } = DTYPES[dtype];
  if ((kind !== "int" && kind !== "uint") || typeof value === "object" || weightOf(value) !== "int")
    return true;
  const { min, max } = integerLimits(dtype);
  return BigInt(value) >= min && BigInt(value) <= max;
}
