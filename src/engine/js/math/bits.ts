/** Floats by their parts, and polynomials: step by step as `crates/array/src/math` does it. */

/**
 * Added to a float below 2^51 and taken away again, it leaves the nearest integer, of two the even one. In between,
 * the low bits of the sum are the integer.
 */
export const ROUNDER = 6_755_399_441_055_744;

const RAISE = 54;
const BIAS = 1023;
const LEAST_NORMAL = 2 ** -1022;
const MANTISSA = 0xf_ffff;
const ONE = 0x3ff0_0000;

const float = new Float64Array(1);
/** The halves of the float, the lower one first: Node runs on little-endian machines only. */
const halves = new Uint32Array(float.buffer);

/** The upper 32 bits of a float. */
export function upperBits(x: number): number {
  float[0] = x;
  return halves[1] as number;
}

/** The lower 32 bits of a float. */
export function lowerBits(x: number): number {
  float[0] = x;
  return halves[0] as number;
}

/** A float with the last 27 bits of its mantissa left out. */
export function upperHalf(x: number): number {
  float[0] = x;
  halves[0] = (halves[0] as number) & 0xf800_0000;
  return float[0];
}

/** The nearest integer to a float below 2^51, of two the even one. */
export function round(x: number): number {
  return x + ROUNDER - ROUNDER;
}

const POWER_52 = 2 ** 52;

/** Whether a number that is not negative is an integer; infinity is. */
export function isWhole(x: number): boolean {
  return x >= POWER_52 || x + POWER_52 - POWER_52 === x;
}

/** 2 to the power of an integer from -1022 to 1023. */
export function powerOfTwo(exponent: number): number {
  halves[1] = (exponent + BIAS) << 20;
  halves[0] = 0;
  return float[0] as number;
}

/** `x` times 2 to the power of an integer from -2044 to 2046, rounded once. */
export function scale(x: number, exponent: number): number {
  const half = round(exponent * 0.5);
  return x * powerOfTwo(half) * powerOfTwo(exponent - half);
}

/** What {@link split} finds. */
export interface Split {
  readonly exponent: number;
  readonly mantissa: number;
}

/**
 * A positive finite number as `mantissa * 2^exponent`, the mantissa from `low` to `2 * low`. `low` is a float from
 * 0.5 to 1 whose lower half is 0.
 */
export function split(x: number, low: number): Split {
  const isSmall = x < LEAST_NORMAL;
  const lowBits = upperBits(low);
  float[0] = isSmall ? x * 2 ** RAISE : x;
  const moved = ((halves[1] as number) + (ONE - lowBits)) >>> 0;
  const exponent = (moved >>> 20) - BIAS;
  halves[1] = (moved & MANTISSA) + lowBits;
  return { exponent: isSmall ? exponent - RAISE : exponent, mantissa: float[0] };
}

/** The size of a number with the sign of another. */
export function copySign(size: number, sign: number): number {
  return upperBits(sign) >>> 31 === 1 ? -Math.abs(size) : Math.abs(size);
}

/** The polynomial with these coefficients, that of the constant first. Even and odd powers are summed apart. */
export function polynomial(x: number, coefficients: readonly number[]): number {
  const square = x * x;
  let even = 0;
  let odd = 0;
  for (let number = coefficients.length - 1; number >= 0; number -= 1) {
    const coefficient = coefficients[number] as number;
    if ((number & 1) === 0) even = even * square + coefficient;
    else odd = odd * square + coefficient;
  }
  return even + x * odd;
}

/** The mantissa from 0.5 to 1 of a number; 0, infinity and NaN stay. */
export function frexpMantissa(x: number): number {
  return isRegular(x) ? copySign(split(Math.abs(x), 0.5).mantissa, x) : x;
}

/** The exponent that goes with it; 0 of 0, infinity and NaN. */
export function frexpExponent(x: number): number {
  return isRegular(x) ? split(Math.abs(x), 0.5).exponent : 0;
}

function isRegular(x: number): boolean {
  return x !== 0 && Number.isFinite(x);
}

/** `x` times 2 to the power of a whole number, rounded once. */
export function ldexp(x: number, exponent: number): number {
  let [scaled, rest] = [x, exponent];
  for (let turn = 0; turn < 2; turn += 1) {
    // A subnormal result keeps so much distance that it is not rounded twice.
    const step = rest > BIAS ? BIAS : rest < 1 - BIAS ? 54 - BIAS : 0;
    scaled *= powerOfTwo(step);
    rest -= step;
  }
  return scaled * powerOfTwo(Math.max(1 - BIAS, Math.min(BIAS, rest)));
}
