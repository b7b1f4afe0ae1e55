import { LN_2, LOG, LOG2_E, LOG10_2, LOG10_E, SQRT_HALF } from "../../../generated/coefficients.js";
import { polynomial, powerOfTwo, split } from "./bits.js";
import { add, addSmaller, type Double, normal, times, valueOf } from "./double.js";

/** The logarithm of a positive number as `exponent * log(2) + fraction + rest`. */
interface Logarithm {
  readonly exponent: number;
  readonly fraction: number;
  readonly rest: number;
}

function logarithm(x: number): Logarithm {
  const { exponent, mantissa } = split(x, SQRT_HALF[0]);
  return ofParts(exponent, mantissa - 1, 0);
}

/** Of the sum of two doubles, which is not tiny. */
function ofDouble(x: Double): Logarithm {
  const { exponent, mantissa } = split(x.high, SQRT_HALF[0]);
  // Of numbers beyond 2^1000 the lower part does not count.
  const shift = exponent > 1000 ? 1000 : exponent;
  const ratio = (x.low * powerOfTwo(-shift)) / mantissa;
  return ofParts(exponent, mantissa - 1, ratio - 0.5 * ratio * ratio);
}

function ofParts(exponent: number, fraction: number, correction: number): Logarithm {
  const s = fraction / (2 + fraction);
  const square = s * s;
  const half = 0.5 * fraction * fraction;
  const rest = s * (half + square * polynomial(square, LOG)) + correction - half;
  return { exponent, fraction, rest };
}

/** To base e. */
function natural({ exponent, fraction, rest }: Logarithm): Double {
  const sum = add(exponent * LN_2[0], fraction);
  return { high: sum.high, low: sum.low + (rest + exponent * LN_2[1]) };
}

/** To another base, whose logarithm of 2 has two parts, as 1 by the base's logarithm has. */
function toBase(
  { exponent, fraction, rest }: Logarithm,
  ofTwo: readonly [number, number],
  factor: readonly [number, number],
): number {
  const product = times(addSmaller(fraction, rest), { high: factor[0], low: factor[1] });
  const sum = add(exponent * ofTwo[0], product.high);
  return sum.high + (sum.low + (product.low + exponent * ofTwo[1]));
}

/** What logarithms say of 0, infinity and what has none. */
function special(x: number, result: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x > 0) return x === Number.POSITIVE_INFINITY ? x : result;
  return Number.NaN;
}

/** Natural logarithm. */
export function log(x: number): number {
  return special(x, valueOf(natural(logarithm(x))));
}

/** Logarithm to base 2. */
export function log2(x: number): number {
  return special(x, toBase(logarithm(x), [1, 0], LOG2_E));
}

/** Logarithm to base 10. */
export function log10(x: number): number {
  return special(x, toBase(logarithm(x), LOG10_2, LOG10_E));
}

/** `log(1 + x)`. */
export function log1p(x: number): number {
  if (x === 0) return x;
  const sum = add(1, x);
  return special(sum.high, valueOf(natural(ofDouble(sum))));
}

/** `log(1 + x)` of the sum of two doubles from 0 to 1. */
export function log1pDouble(x: Double): Double {
  const sum = add(1, x.high);
  return normal(natural(ofDouble({ high: sum.high, low: sum.low + x.low })));
}

/** The logarithm of the sum of two doubles, times 2 to the power of an exponent. */
export function logDouble(x: Double, exponent: number): Double {
  const parts = ofDouble(x);
  return natural({ ...parts, exponent: parts.exponent + exponent });
}
