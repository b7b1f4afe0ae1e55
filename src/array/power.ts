import { type DType, DTYPES, isScalarValue, type ScalarValue, weightOf } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import type { UnaryOp } from "../generated/ops.js";
import type { Node } from "../graph/index.js";
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
  if (!isScalarValue(exponent) || typeof exponent === "boolean" || isScalarValue(base)) return undefined;
  const isFloat = DTYPES[dtype].kind === "float";
  if (!isFloat && weightOf(exponent) === "int" && exponent < 0) {
    throw new BrambleError("ARITHMETIC", "Integers to negative integer powers are not allowed");
  }
  // A dtype that differs from the base's is one that the exponent brought in.
  const isSimple = base?.dtype === dtype && (isFloat || Number(exponent) === 2);
  return isSimple ? SIMPLER.get(Number(exponent)) : undefined;
}
