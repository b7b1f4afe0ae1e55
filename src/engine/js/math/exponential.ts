import { COSH, LN_2, LN_2_DOUBLE, LOG2_E, SINH } from "../../../generated/coefficients.js";
import { polynomial, powerOfTwo, round, scale } from "./bits.js";
import { add, addSmaller, type Double, multiply, normal, plus, square, times, valueOf } from "./double.js";
import { log1pDouble } from "./logarithm.js";

/** `e^x` as `2^exponent * (cosh(rest) + sinh(rest))`, with `rest` up to half the logarithm of 2. */
export interface Exponential {
  readonly exponent: number;
  /** The rest without its last bits, which `sinh` has. */
  readonly rest: number;
  /** Half the square of the rest. */
  readonly half: Double;
  /** The hyperbolic cosine of the rest, less 1 and `half`. */
  readonly cosh: number;
  /** The hyperbolic sine of the rest, less `rest`. */
  readonly sinh: number;
}

/** Of `x` between -1500 and 1500. */
export function exponential(x: number): Exponential {
  const exponent = round(x * LOG2_E[0]);
  const high = x - exponent * LN_2[0];
  const low = exponent * LN_2[1];
  const rest = high - low;
  return ofRest(exponent, rest, high - rest - low);
}

/** Of the sum of two doubles, between these. */
function ofDouble(x: Double): Exponential {
  const exponent = round(x.high * LOG2_E[0]);
  const rest = add(x.high - exponent * LN_2[0], x.low - exponent * LN_2[1]);
  return ofRest(exponent, rest.high, rest.low);
}

function ofRest(exponent: number, rest: number, low: number): Exponential {
  const { high, low: beyond } = square(rest);
  return {
    exponent,
    rest,
    half: { high: 0.5 * high, low: 0.5 * beyond },
    cosh: high * (high * polynomial(high, COSH)),
    sinh: low + rest * (high * polynomial(high, SINH)),
  };
}

function powerOf({ exponent, rest, half, cosh, sinh }: Exponential): number {
  const sum = addSmaller(1, rest);
  const low = sum.low + (half.high + (cosh + sinh));
  return scale(sum.high + low, exponent);
}

/** Keeps `x` in limits; NaN stays. */
export function clamp(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}

/** `e^x`. */
export function exp(x: number): number {
  return powerOf(exponential(clamp(x, -746, 710)));
}

/** `2^x`. */
export function exp2(value: number): number {
  const x = clamp(value, -1076, 1025);
  const exponent = round(x);
  const fraction = x - exponent;
  const rest = multiply(fraction, LN_2_DOUBLE[0]);
  return powerOf(ofRest(exponent, rest.high, rest.low + fraction * LN_2_DOUBLE[1]));
}

/** `e^x - 1`. */
export function expm1(x: number): number {
  if (x === 0) return x;
  const { exponent, rest, half, cosh, sinh } = exponential(clamp(x, -40, 710));
  // Beyond 2^64 the 1 does not count.
  const shown = exponent > 64 ? 64 : exponent;
  const power = powerOfTwo(shown);
  const whole = add(power, -1);
  const first = add(whole.high, power * rest);
  const second = add(first.high, power * half.high);
  const low = whole.low + first.low + second.low + power * (half.low + (cosh + sinh));
  return scale(second.high + low, exponent - shown);
}

/** A value and the power of 2 that it is to be multiplied by. */
interface Parts {
  readonly value: Double;
  readonly exponent: number;
}

/** The parts of `e^(x.high + x.low)` for `x` from -1500 to 1500. */
export function expParts(x: Double): Parts {
  const { exponent, rest, half, cosh, sinh } = ofDouble(x);
  const first = add(1, rest);
  const second = add(first.high, half.high);
  const low = first.low + second.low + (half.low + (cosh + sinh));
  return { value: { high: second.high, low }, exponent };
}

/** `e^(x.high + x.low)` for `x` up to 0. */
function expDouble(x: Double): Double {
  const { value, exponent } = expParts({ high: clamp(x.high, -746, 0), low: x.low });
  return normal({ high: scale(value.high, exponent), low: scale(value.low, exponent) });
}

/** `log(e^a + e^b)`. */
export function logaddexp(a: number, b: number): number {
  const [larger, smaller] = a > b ? [a, b] : [b, a];
  const rest = log1pDouble(expDouble(add(smaller, -larger)));
  return logAddSpecial(a, b, valueOf(plus(rest, larger)), LN_2_DOUBLE[0]);
}

/** `log2(2^a + 2^b)`. */
export function logaddexp2(a: number, b: number): number {
  const [larger, smaller] = a > b ? [a, b] : [b, a];
  const difference = add(smaller, -larger);
  const product = multiply(clamp(difference.high, -1100, 0), LN_2_DOUBLE[0]);
  const low = product.low + difference.high * LN_2_DOUBLE[1] + difference.low * LN_2_DOUBLE[0];
  const rest = times(log1pDouble(expDouble({ high: product.high, low })), {
    high: LOG2_E[0],
    low: LOG2_E[1],
  });
  return logAddSpecial(a, b, valueOf(plus(rest, larger)), 1);
}

/** Infinities and NaN; twice the same is the logarithm of 2 more. */
function logAddSpecial(a: number, b: number, sum: number, ofTwo: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  const larger = a > b ? a : b;
  if (a === b) return larger + ofTwo;
  return Math.abs(a - b) < 1e3 ? sum : larger + 0;
}
