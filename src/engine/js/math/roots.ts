import { CBRT, CUBE_ROOTS } from "../../../generated/coefficients.js";
import { copySign, polynomial, powerOfTwo, round, scale, split } from "./bits.js";
import { add, multiply, normal, square, squareRoot, times, valueOf } from "./double.js";

/** Cube root. */
export function cbrt(x: number): number {
  const size = Math.abs(x);
  if (!(size > 0 && size < Number.POSITIVE_INFINITY)) return x;
  const { exponent, mantissa } = split(size, 1);
  // `2^exponent` is the cube of `2^third` times 1, 2 or 4.
  const third = round(exponent * (1 / 3) - 1 / 3);
  const left = exponent - 3 * third;
  const cube = mantissa * 2 ** left;
  const guess = polynomial(mantissa, CBRT) * (CUBE_ROOTS[left] ?? 1);
  const power = guess * guess * guess;
  const near = guess * ((power + 2 * cube) / (2 * power + cube));
  const squared = multiply(near, near);
  const back = times(squared, { high: near, low: 0 });
  const rest = cube - back.high - back.low;
  return copySign((near + rest / (3 * squared.high)) * powerOfTwo(third), x);
}

/** `sqrt(a^2 + b^2)` without overflow on the way. */
export function hypot(a: number, b: number): number {
  const [x, y] = [Math.abs(a), Math.abs(b)];
  if (x === Number.POSITIVE_INFINITY || y === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const [larger, smaller] = x > y ? [x, y] : [y, x];
  if (larger === 0) return 0;
  const { exponent, mantissa } = split(larger, 1);
  // In two steps, since the power may be beyond the range.
  const half = round(exponent * 0.5);
  const scaled = smaller * powerOfTwo(-half) * powerOfTwo(half - exponent);
  const [first, second] = [square(mantissa), square(scaled)];
  const sum = add(first.high, second.high);
  const total = normal({ high: sum.high, low: sum.low + (first.low + second.low) });
  return scale(valueOf(squareRoot(total)), exponent);
}
