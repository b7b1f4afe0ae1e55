import { at, type NumberLoop } from "./loops.js";

/**
 * Loops over doubles, each written out: a function that is called for every element would cost ten times as
 * much. Integers of up to 32 bits are computed here too and wrapped afterwards; float32 is rounded afterwards,
 * which gives the bits of single precision since a double has more than twice its digits.
 */

/** Sum. */
export const add: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) + at(b, i);
};

/** Difference. */
export const subtract: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) - at(b, i);
};

/** Product of floats. */
export const multiply: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) * at(b, i);
};

/** Product modulo 2^32, which a double does not hold before it is wrapped. */
export const multiplyIntegers: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = Math.imul(at(a, i), at(b, i));
};

/** Quotient of floats. */
export const divide: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) / at(b, i);
};

/** The greater one; NaN if either is, and 0 rather than -0. */
export const maximum: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = Math.max(at(a, i), at(b, i));
};

/** The lesser one; NaN if either is, and -0 rather than 0. */
export const minimum: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = Math.min(at(a, i), at(b, i));
};

/** Whether both are equal. */
export const equal: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) === at(b, i) ? 1 : 0;
};

/** Whether both differ. */
export const notEqual: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) !== at(b, i) ? 1 : 0;
};

/** Whether the first is less. */
export const less: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) < at(b, i) ? 1 : 0;
};

/** Whether the first is less or equal. */
export const lessEqual: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) <= at(b, i) ? 1 : 0;
};

/** Whether the first is greater. */
export const greater: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) > at(b, i) ? 1 : 0;
};

/** Whether the first is greater or equal. */
export const greaterEqual: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) >= at(b, i) ? 1 : 0;
};

/** Whether both are other than 0; NaN is. */
export const logicalAnd: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) !== 0 && at(b, i) !== 0 ? 1 : 0;
};

/** Whether one is other than 0. */
export const logicalOr: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) !== 0 || at(b, i) !== 0 ? 1 : 0;
};

/** Whether just one is other than 0. */
export const logicalXor: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = (at(a, i) !== 0) !== (at(b, i) !== 0) ? 1 : 0;
};

/** Whether it is 0. */
export const not: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) === 0 ? 1 : 0;
};

/** Bits that both have. */
export const and: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) & at(b, i);
};

/** Bits that one has. */
export const or: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) | at(b, i);
};

/** Bits that just one has. */
export const xor: NumberLoop = (out, n, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) ^ at(b, i);
};

/** Bits that it has not. */
export const invert: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = ~at(a, i);
};

/** Distance from 0. */
export const absolute: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = Math.abs(at(a, i));
};

/** The other sign. */
export const negative: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = -at(a, i);
};

/** As it is. */
export const positive: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i);
};

/** -1, 0 or 1; NaN stays, and -0 gives 0. */
export const sign: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = signOf(at(a, i));
};

/** Square of floats. */
export const square: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) * at(a, i);
};

/** Square modulo 2^32. */
export const squareIntegers: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = Math.imul(at(a, i), at(a, i));
};

/** Square root. */
export const sqrt: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = Math.sqrt(at(a, i));
};

/** 1 divided by it. */
export const reciprocal: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = 1 / at(a, i);
};

/** Greatest integer that is not above. */
export const floor: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = Math.floor(at(a, i));
};

/** Least integer that is not below. */
export const ceil: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = Math.ceil(at(a, i));
};

/** What stands before the point. */
export const trunc: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = Math.trunc(at(a, i));
};

/** Nearest integer, of two the even one. */
export const rint: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = roundToEven(at(a, i));
};

/** Whether it is NaN. */
export const isnan: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = Number.isNaN(at(a, i)) ? 1 : 0;
};

/** Whether it is infinite. */
export const isinf: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = Math.abs(at(a, i)) === Number.POSITIVE_INFINITY ? 1 : 0;
};

/** Whether it is neither infinite nor NaN. */
export const isfinite: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = Number.isFinite(at(a, i)) ? 1 : 0;
};

/** The second where the first is true, else the third. */
export const where: NumberLoop = (out, n, condition, a, b) => {
  for (let i = 0; i < n; i += 1) out[i] = at(condition, i) === 0 ? at(b, i) : at(a, i);
};

function signOf(value: number): number {
  if (value > 0) return 1;
  if (value < 0) return -1;
  return value === 0 ? 0 : value;
}

/** From here on every double is an integer. */
const WHOLE = 2 ** 52;

function roundToEven(value: number): number {
  if (value > 0 && value < WHOLE) return value + WHOLE - WHOLE;
  return value < 0 && value > -WHOLE ? -(WHOLE - value - WHOLE) : value;
}
