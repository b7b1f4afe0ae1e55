import { COS, HALF_PI, SIN } from "../../../generated/coefficients.js";
import { lowerBits, polynomial, ROUNDER } from "./bits.js";
import { add, addSmaller, type Double, divide, normal, square, valueOf } from "./double.js";
import { reduceLarge } from "./large-angles.js";

/** Up to here the products of {@link reduce} are exact. Larger angles need more digits of pi. */
const GREATEST_ANGLE = 1e6;

const TWO_BY_PI = 2 / Math.PI;

const [FIRST_OF_SIN, ...REST_OF_SIN] = SIN;

/** An angle less as many right angles as make it least. */
export interface Angle {
  readonly rest: Double;
  /** In its last two bits: the number of right angles. */
  readonly quadrant: number;
}

function angle(x: number): Angle {
  const size = Math.abs(x);
  return size > GREATEST_ANGLE && size < Number.POSITIVE_INFINITY ? reduceLarge(x) : reduce(x);
}

function reduce(x: number): Angle {
  const shifted = x * TWO_BY_PI + ROUNDER;
  const count = shifted - ROUNDER;
  const first = x - count * HALF_PI[0];
  const second = add(first, -(count * HALF_PI[1]));
  const third = add(second.high, -(count * HALF_PI[2]));
  const low = second.low + third.low - count * HALF_PI[3];
  return { rest: addSmaller(third.high, low), quadrant: lowerBits(shifted) };
}

/** The sine of the rest, unrounded. */
function sineOf({ high: x, low }: Double): Double {
  const squared = x * x;
  const cube = squared * x;
  const inner = squared * (0.5 * low - cube * polynomial(squared, REST_OF_SIN)) - low;
  return { high: x, low: cube * FIRST_OF_SIN - inner };
}

/** The cosine of the rest, unrounded. */
function cosineOf({ high: x, low }: Double): Double {
  const squared = square(x);
  const half = 0.5 * squared.high;
  const whole = 1 - half;
  const fourth = squared.high * squared.high;
  const rest = fourth * polynomial(squared.high, COS) - x * low - 0.5 * squared.low;
  return { high: whole, low: 1 - whole - half + rest };
}

/** Takes the other sign if a bit is set. */
function negateIf(x: number, bit: number): number {
  return (bit & 1) === 0 ? x : -x;
}

/** Sine. */
export function sin(x: number): number {
  if (x === 0) return x;
  const { rest, quadrant } = angle(x);
  return negateIf(valueOf((quadrant & 1) === 0 ? sineOf(rest) : cosineOf(rest)), quadrant >> 1);
}

/** Cosine. */
export function cos(x: number): number {
  const { rest, quadrant } = angle(x);
  return negateIf(valueOf((quadrant & 1) === 0 ? cosineOf(rest) : sineOf(rest)), (quadrant + 1) >> 1);
}

/** Tangent. */
export function tan(x: number): number {
  if (x === 0) return x;
  const { rest, quadrant } = angle(x);
  const [sine, cosine] = [normal(sineOf(rest)), normal(cosineOf(rest))];
  return negateIf(valueOf((quadrant & 1) === 0 ? divide(sine, cosine) : divide(cosine, sine)), quadrant);
}
