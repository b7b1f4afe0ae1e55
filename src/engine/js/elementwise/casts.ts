import { type DType, DTYPES, integerLimits } from "../../../dtype/index.js";
import type { Scalar } from "../../../generated/layers.js";
import { type BigLanes, isBig, isFloat, type Lanes, Narrower, newLanes } from "./lanes.js";
import { at, type Loop, type NumberLoop } from "./loops.js";

/**
 * The loop that converts between dtypes: float to integer truncates and saturates with NaN as 0, integer to
 * integer wraps, anything to bool asks whether it is not 0. Numbers are still to be narrowed to the dtype.
 */
export function castLoop(from: DType, to: DType): Loop {
  if (isBig(from)) return isBig(to) ? bigToBig : eachBigToNumber(bigToNumber(to));
  if (isBig(to)) return isFloat(from) ? floatToBig(to) : integerToBig;
  // Lanes of numbers are doubles.
  return numberToNumber(from, to) as Loop;
}

/** The value that a constant takes in a dtype, as a tile of it. */
export function constantLanes(scalar: Scalar, dtype: DType, length: number): Lanes {
  const [from, value] = readScalar(scalar);
  const written = newLanes(from, 1);
  written[0] = value;
  const taken = newLanes(dtype, 1);
  castLoop(from, dtype)(taken, 1, written, written, written, written);
  new Narrower(dtype, 1).narrow(taken, 1);
  const lanes = newLanes(dtype, length);
  return lanes instanceof Float64Array ? lanes.fill(Number(taken[0])) : lanes.fill(BigInt(taken[0] ?? 0));
}

/** The dtype in which a constant was written, and its value. */
function readScalar(scalar: Scalar): [DType, number | bigint] {
  if ("bool" in scalar) return ["bool", Number(scalar.bool)];
  if ("int" in scalar) return ["int64", BigInt(scalar.int)];
  return "uint" in scalar ? ["uint64", BigInt(scalar.uint)] : ["float64", Number(scalar.float)];
}

function numberToNumber(from: DType, to: DType): NumberLoop {
  if (to === "bool") return truth;
  return isFloat(from) && !isFloat(to) ? saturate(to) : copy;
}

const copy: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i);
};

const truth: NumberLoop = (out, n, a) => {
  for (let i = 0; i < n; i += 1) out[i] = at(a, i) === 0 ? 0 : 1;
};

function saturate(to: DType): NumberLoop {
  const limits = integerLimits(to);
  const [least, greatest] = [Number(limits.min), Number(limits.max)];
  return (out, n, a) => {
    for (let i = 0; i < n; i += 1) {
      const value = at(a, i);
      // Only NaN differs from itself.
      out[i] = value === value ? Math.min(greatest, Math.max(least, Math.trunc(value))) : 0;
    }
  };
}

function floatToBig(to: DType): Loop {
  const { min, max } = integerLimits(to);
  // The limits as doubles: the greatest is rounded up, to a value that no longer fits.
  const [least, beyond] = [Number(min), Number(max)];
  const convert = (value: number): bigint => {
    if (value >= beyond) return max;
    if (value <= least) return min;
    return Number.isNaN(value) ? 0n : BigInt(Math.trunc(value));
  };
  return (out, n, a) => {
    const [to, from] = [out as BigLanes, a as Float64Array];
    for (let i = 0; i < n; i += 1) to[i] = convert(at(from, i));
  };
}

const integerToBig: Loop = (out, n, a) => {
  const [to, from] = [out as BigLanes, a as Float64Array];
  for (let i = 0; i < n; i += 1) to[i] = BigInt(at(from, i));
};

const bigToBig: Loop = (out, n, a) => {
  const [to, from] = [out as BigLanes, a as BigLanes];
  for (let i = 0; i < n; i += 1) to[i] = from[i] ?? 0n;
};

function eachBigToNumber(convert: (value: bigint) => number): Loop {
  return (out, n, a) => {
    const from = a as BigLanes;
    for (let i = 0; i < n; i += 1) out[i] = convert(from[i] ?? 0n);
  };
}

function bigToNumber(to: DType): (value: bigint) => number {
  if (to === "bool") return (value) => (value === 0n ? 0 : 1);
  if (to === "float32") return roundToSingle;
  return DTYPES[to].kind === "float" ? Number : (value) => Number(BigInt.asIntN(32, value));
}

/** The nearest float32. Rounding to a double first could round twice, so what a double cuts off is kept in its last bit. */
function roundToSingle(value: bigint): number {
  const high = value >> 11n;
  const isExact = high << 11n === value;
  return Math.fround(
    Number.isSafeInteger(Number(value)) ? Number(value) : Number(isExact ? high : high | 1n) * 2048,
  );
}
