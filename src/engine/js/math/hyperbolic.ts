import { copySign, powerOfTwo, scale } from "./bits.js";
import { add, type Double, divide, multiply, normal, valueOf } from "./double.js";
import { clamp, type Exponential, exponential } from "./exponential.js";

/** Both functions, each to be multiplied by 2 to the power of an exponent. */
interface Hyperbolic {
  readonly sinh: Double;
  readonly cosh: Double;
  readonly exponent: number;
}

/**
 * Of `x` from 0 to 711. With `e^x = 2^k (C + S)` and `p`, `m` half the sum and the difference of `2^k` and `2^-k`,
 * `sinh(x) = m C + p S` and `cosh(x) = p C + m S`.
 */
function hyperbolic(x: number): Hyperbolic {
  const parts = exponential(x);
  const { exponent } = parts;
  // Beyond 2^64 the lesser power does not count.
  const shown = exponent > 64 ? 64 : exponent;
  const [greater, lesser] = [powerOfTwo(shown - 1), powerOfTwo(-1 - shown)];
  const [sum, difference] = [add(greater, lesser), add(greater, -lesser)];
  return {
    sinh: mix(parts, difference, sum),
    cosh: mix(parts, sum, difference),
    exponent: exponent - shown,
  };
}

/** `first * C + second * S`. */
function mix({ rest, half, cosh, sinh }: Exponential, first: Double, second: Double): Double {
  const linear = multiply(second.high, rest);
  const squared = multiply(first.high, half.high);
  const sum = add(first.high, linear.high);
  const total = add(sum.high, squared.high);
  const part = linear.low + squared.low + (first.low + second.low * rest) + first.high * half.low;
  const low = part + (second.high * sinh + first.high * cosh);
  return { high: total.high, low: total.low + sum.low + low };
}

/** Hyperbolic sine. */
export function sinh(x: number): number {
  const { sinh, exponent } = hyperbolic(clamp(Math.abs(x), 0, 711));
  return copySign(scale(valueOf(sinh), exponent), x);
}

/** Hyperbolic cosine. */
export function cosh(x: number): number {
  const { cosh, exponent } = hyperbolic(clamp(Math.abs(x), 0, 711));
  return scale(valueOf(cosh), exponent);
}

/** Hyperbolic tangent. */
export function tanh(x: number): number {
  // From 20 on it is 1 to the last bit.
  const { sinh, cosh } = hyperbolic(clamp(Math.abs(x), 0, 20));
  return copySign(valueOf(divide(normal(sinh), normal(cosh))), x);
}
