import { copySign } from "../math/index.js";

/** Operations that only floats have. */

/** The greater one; if one is NaN, the other. */
export function fmax(a: number, b: number): number {
  if (Number.isNaN(a)) return b;
  return Number.isNaN(b) ? a : Math.max(a, b);
}

/** The lesser one; if one is NaN, the other. */
export function fmin(a: number, b: number): number {
  if (Number.isNaN(a)) return b;
  return Number.isNaN(b) ? a : Math.min(a, b);
}

/** 0 below 0, 1 above, and at 0 what the second says. */
export function heaviside(a: number, b: number): number {
  if (a === 0) return b;
  if (Number.isNaN(a)) return a;
  return a > 0 ? 1 : 0;
}

/** The part behind the point, with the sign; of infinity 0. */
export function fractionOf(a: number): number {
  return copySign(Number.isFinite(a) || Number.isNaN(a) ? a - Math.trunc(a) : 0, a);
}

/** Whether the sign is set. */
export function signBit(a: number): number {
  return a < 0 || Object.is(a, -0) ? 1 : 0;
}

/** The floats of a dtype as integers, in whose order they are while their sign is the same. */
interface Steps {
  /** The float so many steps further from 0. */
  move(a: number, steps: number): number;
}

const double = new Float64Array(1);
const doubleBits = new BigInt64Array(double.buffer);
const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);

/** Steps between float64. */
export const DOUBLES: Steps = {
  move(a, steps) {
    double[0] = a;
    doubleBits[0] = (doubleBits[0] as bigint) + BigInt(steps);
    return double[0];
  },
};

/** Steps between float32. */
export const SINGLES: Steps = {
  move(a, steps) {
    single[0] = a;
    singleBits[0] = (singleBits[0] as number) + steps;
    return single[0];
  },
};

/** The next float from the first on towards the second. */
export function nextAfter(floats: Steps): (a: number, b: number) => number {
  return (a, b) => {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
    if (a === b) return b;
    if (a === 0) return copySign(floats.move(0, 1), b);
    return floats.move(a, b > a === a > 0 ? 1 : -1);
  };
}

/** The distance to the next float away from 0, with the sign; NaN of infinity. */
export function spacing(floats: Steps): (a: number) => number {
  return (a) => {
    if (!Number.isFinite(a)) return Number.NaN;
    return a === 0 ? floats.move(0, 1) : floats.move(a, 1) - a;
  };
}
