import { upperHalf } from "./bits.js";

/** A value as the sum of two doubles, the second far smaller. */
export interface Double {
  readonly high: number;
  readonly low: number;
}

/** `a + b`, exactly. */
export function add(a: number, b: number): Double {
  const high = a + b;
  const part = high - a;
  return { high, low: a - (high - part) + (b - part) };
}

/** `a + b` exactly, where `a` is not the smaller one. */
export function addSmaller(a: number, b: number): Double {
  const high = a + b;
  return { high, low: b - (high - a) };
}

/** `a * b`, exactly but for a bit beyond the last. */
export function multiply(a: number, b: number): Double {
  const high = a * b;
  const [aUpper, bUpper] = [upperHalf(a), upperHalf(b)];
  const [aLower, bLower] = [a - aUpper, b - bUpper];
  return { high, low: aUpper * bUpper - high + aUpper * bLower + aLower * bUpper + aLower * bLower };
}

/** `x * x`, as exactly. */
export function square(x: number): Double {
  return multiply(x, x);
}

/** The double that is nearest to a value. */
export function valueOf({ high, low }: Double): number {
  return high + low;
}

/** Adds a double. */
export function plus(a: Double, x: number): Double {
  const sum = add(a.high, x);
  return { high: sum.high, low: sum.low + a.low };
}

/** The other sign. */
export function negative({ high, low }: Double): Double {
  return { high: -high, low: -low };
}

/** The product of two such sums. */
export function times(a: Double, b: Double): Double {
  const product = multiply(a.high, b.high);
  const cross = a.high * b.low + a.low * b.high;
  return { high: product.high, low: product.low + cross };
}

/** The quotient. */
export function divide(a: Double, b: Double): Double {
  const high = a.high / b.high;
  const product = multiply(high, b.high);
  const rest = a.high - product.high - product.low + (a.low - high * b.low);
  return { high, low: rest / b.high };
}

/** The square root of a value above 0. */
export function squareRoot(a: Double): Double {
  const high = Math.sqrt(a.high);
  const product = square(high);
  const rest = a.high - product.high - product.low + a.low;
  return { high, low: rest / (high + high) };
}

/** The same value, its parts far apart again. */
export function normal({ high, low }: Double): Double {
  return addSmaller(high, low);
}
