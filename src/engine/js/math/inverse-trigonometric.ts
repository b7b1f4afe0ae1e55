import {
  ASIN_ABOVE,
  ASIN_BELOW,
  ATAN,
  ATAN_HIGH,
  ATAN_LOW,
  HALF_PI_DOUBLE,
} from "../../../generated/coefficients.js";
import { copySign, polynomial, powerOfTwo, round, split, upperBits } from "./bits.js";
import { add, type Double, divide, multiply, squareRoot, valueOf } from "./double.js";

/** `asin(x) / x - 1` for the square of an `x` up to 0.5. */
function asinRest(square: number): number {
  return (square * polynomial(square, ASIN_ABOVE)) / polynomial(square, ASIN_BELOW);
}

/** The arc sine of an `x` up to 0.5; beyond, that of `sqrt((1 - x) / 2)`. */
function asinOfSize(size: number): Double {
  if (size < 0.5) return { high: size, low: size * asinRest(size * size) };
  const square = (1 - size) * 0.5;
  const root = squareRoot({ high: square, low: 0 });
  return { high: root.high, low: (square === 0 ? 0 : root.low) + root.high * asinRest(square) };
}

/** Arc sine; NaN beyond 1. */
export function asin(x: number): number {
  const size = Math.abs(x);
  const part = asinOfSize(size);
  if (size < 0.5) return copySign(valueOf(part), x);
  const sum = add(HALF_PI_DOUBLE[0], -2 * part.high);
  return copySign(sum.high + (sum.low + (HALF_PI_DOUBLE[1] - 2 * part.low)), x);
}

/** Arc cosine; NaN beyond 1. */
export function acos(x: number): number {
  const size = Math.abs(x);
  const part = asinOfSize(size);
  const sign = x > 0 ? -1 : 1;
  const factor = size < 0.5 ? sign : -2 * sign;
  const rightAngles = size < 0.5 ? 1 : 1 + sign;
  const sum = add(rightAngles * HALF_PI_DOUBLE[0], factor * part.high);
  return sum.high + (sum.low + (factor * part.low + rightAngles * HALF_PI_DOUBLE[1]));
}

/** The arc tangent of a quotient of numbers that are not negative. */
function atanOfQuotient(above: number, below: number): Double {
  const steps = [7 / 16, 11 / 16, 19 / 16, 39 / 16].filter((limit) => above >= limit * below).length;
  if (steps === 4) {
    const quotient = divide({ high: -below, low: 0 }, { high: above, low: 0 });
    return withAngle(quotient, HALF_PI_DOUBLE[0], HALF_PI_DOUBLE[1]);
  }
  // The arc tangent of y / x is that of c and that of (y - c x) / (x + c y).
  const c = 0.5 * steps;
  const [cBelow, cAbove] = [multiply(c, below), multiply(c, above)];
  const [numerator, denominator] = [add(above, -cBelow.high), add(below, cAbove.high)];
  const quotient = divide(
    { high: numerator.high, low: numerator.low - cBelow.low },
    { high: denominator.high, low: denominator.low + cAbove.low },
  );
  return withAngle(quotient, ATAN_HIGH[steps - 1] ?? 0, ATAN_LOW[steps - 1] ?? 0);
}

/** The arc tangent of a small number, and an angle more. */
function withAngle({ high: x, low: rest }: Double, high: number, low: number): Double {
  const square = x * x;
  const sum = add(high, x);
  return { high: sum.high, low: sum.low + (low + (rest - x * (square * polynomial(square, ATAN)))) };
}

/** Arc tangent. */
export function atan(x: number): number {
  const size = Math.abs(x);
  // Beyond, it is a right angle to the last bit.
  return copySign(valueOf(atanOfQuotient(size > 1e19 ? 1e19 : size, 1)), x);
}

/** The angle of the point `(x, y)`. */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const first = atanOfQuotient(...nearOne(Math.abs(y), Math.abs(x)));
  if (upperBits(x) >>> 31 === 1) {
    const sum = add(2 * HALF_PI_DOUBLE[0], -first.high);
    return copySign(sum.high + (sum.low + (2 * HALF_PI_DOUBLE[1] - first.low)), y);
  }
  // Tiny quotients, whose rests would be lost.
  const quotient = Math.abs(y) / Math.abs(x);
  return copySign(quotient < 1e-290 ? quotient : valueOf(first), y);
}

/** Multiplies both by the power of two that brings the larger near 1. */
function nearOne(above: number, below: number): [number, number] {
  const larger = above > below ? above : below;
  if (larger === 0) return [above, 1];
  if (larger === Number.POSITIVE_INFINITY) return [ofInfinity(above), ofInfinity(below)];
  const { exponent } = split(larger, 1);
  const half = round(exponent * 0.5);
  const [first, second] = [powerOfTwo(-half), powerOfTwo(half - exponent)];
  return [above * first * second, below * first * second];
}

function ofInfinity(x: number): number {
  return x === Number.POSITIVE_INFINITY ? 1 : 0;
}
