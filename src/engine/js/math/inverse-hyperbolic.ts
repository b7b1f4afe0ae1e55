import { copySign } from "./bits.js";
import { add, normal, plus, square, squareRoot, valueOf } from "./double.js";
import { logDouble } from "./logarithm.js";

/** Up to here a number is its own inverse hyperbolic sine. */
const SMALL = 1e-8;

/** From here on the 1 beside the square does not count. */
const LARGE = 1_073_741_824;

/** `log(x + sqrt(x^2 + sign))`. */
function area(x: number, sign: number): number {
  // Of large ones the root is as large as the number: they count twice.
  if (x > LARGE) return valueOf(logDouble({ high: x, low: 0 }, 1));
  const root = squareRoot(normal(plus(square(x), sign)));
  const sum = add(x, root.high);
  return valueOf(logDouble({ high: sum.high, low: sum.low + root.low }, 0));
}

/** Inverse hyperbolic sine. */
export function asinh(x: number): number {
  const size = Math.abs(x);
  return size < Number.POSITIVE_INFINITY && size > SMALL ? copySign(area(size, 1), x) : x;
}

/** Inverse hyperbolic cosine; NaN below 1. */
export function acosh(x: number): number {
  if (x === 1) return 0;
  if (x > 1) return x === Number.POSITIVE_INFINITY ? x : area(x, -1);
  return Number.NaN;
}

/** Inverse hyperbolic tangent; infinite at 1 and -1, NaN beyond. */
export function atanh(x: number): number {
  const size = Math.abs(x);
  if (size === 0) return x;
  if (size === 1) return copySign(Number.POSITIVE_INFINITY, x);
  if (size > 1) return Number.NaN;
  const above = logDouble(add(1, size), 0);
  const below = logDouble(add(1, -size), 0);
  const difference = add(above.high, -below.high);
  return copySign(0.5 * (difference.high + (difference.low + (above.low - below.low))), x);
}
