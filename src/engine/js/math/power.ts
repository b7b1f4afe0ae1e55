import { LN_2, LOG_TAIL, SQRT_HALF, TWO_THIRDS } from "../../../generated/coefficients.js";
import { isWhole, polynomial, scale, split } from "./bits.js";
import { add, type Double, divide, normal, plus, times, valueOf } from "./double.js";
import { clamp, expParts } from "./exponential.js";

/** Beyond that every power but those of 1 is 0 or infinite. */
const BEYOND = 2 ** 65;

/** `x` to the power of `y`. */
export function pow(x: number, y: number): number {
  if (x === 1 || y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const size = Math.abs(x);
  const exponent = Math.abs(y);
  const isEdge = size === 0 || size === Number.POSITIVE_INFINITY;
  if (x < 0 && !isWhole(exponent) && !isEdge) return Number.NaN;
  const isOdd = isWhole(exponent) && !isWhole(0.5 * exponent);
  const isNegative = isOdd && (x < 0 || Object.is(x, -0));
  const power = isEdge ? ((size === 0) === y > 0 ? 0 : Number.POSITIVE_INFINITY) : powerOfSize(size, y);
  return isNegative ? -power : power;
}

/** Of a number above 0 that is finite. */
function powerOfSize(size: number, y: number): number {
  const product = times(logTo66Bits(size), { high: clamp(y, -BEYOND, BEYOND), low: 0 });
  const low = Math.abs(product.high) < 1100 ? product.low : 0;
  const { value, exponent } = expParts({ high: clamp(product.high, -1100, 1100), low });
  return scale(valueOf(value), exponent);
}

function logTo66Bits(x: number): Double {
  const { exponent, mantissa } = split(x, SQRT_HALF[0]);
  const s = divide({ high: mantissa - 1, low: 0 }, add(1, mantissa));
  const square = times(s, s);
  const tail = add(TWO_THIRDS[0], square.high * polynomial(square.high, LOG_TAIL));
  const rest = times(square, { high: tail.high, low: tail.low + TWO_THIRDS[1] });
  const fraction = times(s, plus(rest, 2));
  const sum = add(exponent * LN_2[0], fraction.high);
  return normal({ high: sum.high, low: sum.low + (fraction.low + exponent * LN_2[1]) });
}
