import {
  type DType,
  DTYPES,
  isComplex,
  isRealValue,
  isScalarValue,
  type ScalarValue,
  weightOf,
} from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import type { UnaryOp } from "../generated/ops.js";
import type { Node } from "../graph/index.js";
import { MapBuilder } from "./map.js";
import { type Operation, UNARY } from "./operations.js";

/** Exponents for which NumPy calls a simpler operation, with the same answers but faster. */
const SIMPLER: ReadonlyMap<number, Operation<UnaryOp>> = new Map<number, Operation<UnaryOp>>([
  [-1, UNARY.reciprocal],
  [0.5, UNARY.sqrt],
  [1, UNARY.positive],
  [2, UNARY.square],
]);

/**
 * The operation that stands for raising an array to a constant power, if there is a simpler one.
 *
 * @throws {BrambleError} `ARITHMETIC` if integers are to be raised to a negative whole number.
 */
export function powerOperation(
  [base, exponent]: readonly (Node | ScalarValue)[],
  dtype: DType,
): Operation<UnaryOp> | undefined {
  if (!isRealValue(exponent) || typeof exponent === "boolean" || isScalarValue(base)) return undefined;
  const { kind } = DTYPES[dtype];
  const isFloat = kind === "float" || kind === "complex";
  if (!isFloat && weightOf(exponent) === "int" && exponent < 0) {
    throw new BrambleError("ARITHMETIC", "Integers to negative integer powers are not allowed");
  }
  // A dtype that differs from the base's is one that the exponent brought in.
  const isSimple = base?.dtype === dtype && (isFloat || Number(exponent) === 2);
  return isSimple ? SIMPLER.get(Number(exponent)) : undefined;
}

/** Complex elements to the power of a constant whole number of less than 100, by multiplication as in NumPy. */
export function wholePower(
  name: string,
  [base, exponent]: readonly (Node | ScalarValue)[],
  dtype: DType,
): Node | undefined {
  if (!isComplex(dtype) || base === undefined || typeof exponent !== "number") return undefined;
  if (!Number.isInteger(exponent) || Math.abs(exponent) >= 100) return undefined;
  const builder = new MapBuilder();
  return builder.finish(name, dtype, builder.wholePower(builder.operand(base, dtype, "a"), dtype, exponent));
}
