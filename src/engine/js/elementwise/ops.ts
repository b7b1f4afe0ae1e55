import type { DType } from "../../../dtype/index.js";
import { DTYPES } from "../../../dtype/index.js";
import { BrambleError } from "../../../errors.js";
import type { Op } from "../../../generated/ops.js";
import * as math from "../math/index.js";
import * as arithmetic from "./arithmetic.js";
import * as division from "./division.js";
import { below, binomialFromUniform, gammaFromUniform, poissonFromUniform } from "../random/distributions.js";
import { hypergeometricFromUniform } from "../random/hypergeometric.js";
import { normalFromUniform } from "../random/normal.js";
import { vonmisesFromUniform } from "../random/vonmises.js";
import { zipfFromUniform } from "../random/zipf.js";
import * as floating from "./floats.js";
import * as integers from "./integers.js";
import { type BigLanes, isBig, type Lanes } from "./lanes.js";
import { at, eachBig, eachNumber, eachOfFour, type Loop, type NumberLoop, testBig } from "./loops.js";
import * as power from "./power.js";

/** An operation: a loop for each family of dtypes for which it has a meaning. */
export interface Operation {
  /** Whether the result is a truth value; else it has the dtype of the arguments. */
  readonly isTest?: true;
  readonly bool?: NumberLoop;
  /** Integers of up to 32 bits; what goes beyond the dtype is wrapped afterwards. */
  readonly int?: NumberLoop;
  /** Integers of 64 bits. */
  readonly big?: Loop;
  /** Floats; what float32 cannot hold is rounded afterwards. */
  readonly float?: NumberLoop;
  /** float32, where rounding afterwards is not enough. */
  readonly float32?: NumberLoop;
}

const numbers = (loop: NumberLoop, big: Loop): Operation => ({ int: loop, float: loop, big });
const floats = (float: NumberLoop): Operation => ({ float });
const test = (loop: NumberLoop, big: Loop): Operation => ({
  isTest: true,
  bool: loop,
  int: loop,
  float: loop,
  big,
});
const bits = (bool: NumberLoop, int: NumberLoop, big: Loop): Operation => ({ bool, int, big });

/** Every operation by name: a row each. */
export const OPERATIONS: { readonly [Name in Op]: Operation } = {
  absolute: {
    ...numbers(
      arithmetic.absolute,
      eachBig((a) => (a < 0n ? -a : a)),
    ),
    bool: arithmetic.absolute,
  },
  add: numbers(
    arithmetic.add,
    eachBig((a, b) => a + b),
  ),
  arccos: floats(eachNumber(math.acos)),
  arccosh: floats(eachNumber(math.acosh)),
  arcsin: floats(eachNumber(math.asin)),
  arcsinh: floats(eachNumber(math.asinh)),
  arctan: floats(eachNumber(math.atan)),
  arctan2: floats(eachNumber(math.atan2)),
  arctanh: floats(eachNumber(math.atanh)),
  bitwise_and: bits(
    arithmetic.and,
    arithmetic.and,
    eachBig((a, b) => a & b),
  ),
  bitwise_count: { int: eachNumber(integers.countBits), big: eachBig(integers.countBigBits) },
  bitwise_or: bits(
    arithmetic.or,
    arithmetic.or,
    eachBig((a, b) => a | b),
  ),
  bitwise_xor: bits(
    arithmetic.xor,
    arithmetic.xor,
    eachBig((a, b) => a ^ b),
  ),
  cbrt: floats(eachNumber(math.cbrt)),
  ceil: floats(arithmetic.ceil),
  copysign: floats(eachNumber(math.copySign)),
  cos: floats(eachNumber(math.cos)),
  cosh: floats(eachNumber(math.cosh)),
  divide: floats(arithmetic.divide),
  equal: test(
    arithmetic.equal,
    testBig((a, b) => a === b),
  ),
  exp: floats(eachNumber(math.exp)),
  exp2: floats(eachNumber(math.exp2)),
  expm1: floats(eachNumber(math.expm1)),
  floor: floats(arithmetic.floor),
  floor_divide: {
    int: eachNumber(division.floorDivideIntegers),
    big: eachBig(division.floorDivideBigs),
    float: eachNumber(division.floorDivideFloats((value) => value)),
    float32: eachNumber(division.floorDivideFloats(Math.fround)),
  },
  fmax: {
    bool: arithmetic.maximum,
    int: arithmetic.maximum,
    big: eachBig((a, b) => (a > b ? a : b)),
    float: eachNumber(floating.fmax),
  },
  fmin: {
    bool: arithmetic.minimum,
    int: arithmetic.minimum,
    big: eachBig((a, b) => (a < b ? a : b)),
    float: eachNumber(floating.fmin),
  },
  fmod: {
    int: eachNumber(integers.fmod),
    big: eachBig(integers.fmodOfBigs),
    float: eachNumber((a, b) => a % b),
  },
  frexp_exponent: floats(eachNumber(math.frexpExponent)),
  frexp_mantissa: floats(eachNumber(math.frexpMantissa)),
  gcd: { int: eachNumber(integers.gcd), big: eachBig(integers.gcdOfBigs) },
  greater: test(
    arithmetic.greater,
    testBig((a, b) => a > b),
  ),
  greater_equal: test(
    arithmetic.greaterEqual,
    testBig((a, b) => a >= b),
  ),
  heaviside: floats(eachNumber(floating.heaviside)),
  hypot: floats(eachNumber(math.hypot)),
  i0: floats(eachNumber(math.i0)),
  invert: bits(
    arithmetic.not,
    arithmetic.invert,
    eachBig((a) => ~a),
  ),
  isfinite: { isTest: true, float: arithmetic.isfinite },
  isinf: { isTest: true, float: arithmetic.isinf },
  isnan: { isTest: true, float: arithmetic.isnan },
  lcm: { int: eachNumber(integers.lcm), big: eachBig(integers.lcmOfBigs) },
  ldexp: floats(eachNumber(math.ldexp)),
  left_shift: { int: eachNumber(integers.shiftLeft), big: eachBig(integers.shiftBigLeft) },
  less: test(
    arithmetic.less,
    testBig((a, b) => a < b),
  ),
  less_equal: test(
    arithmetic.lessEqual,
    testBig((a, b) => a <= b),
  ),
  log: floats(eachNumber(math.log)),
  log10: floats(eachNumber(math.log10)),
  log1p: floats(eachNumber(math.log1p)),
  log2: floats(eachNumber(math.log2)),
  logaddexp: floats(eachNumber(math.logaddexp)),
  logaddexp2: floats(eachNumber(math.logaddexp2)),
  logical_and: test(
    arithmetic.logicalAnd,
    testBig((a, b) => a !== 0n && b !== 0n),
  ),
  logical_not: test(
    arithmetic.not,
    testBig((a) => a === 0n),
  ),
  logical_or: test(
    arithmetic.logicalOr,
    testBig((a, b) => a !== 0n || b !== 0n),
  ),
  logical_xor: test(
    arithmetic.logicalXor,
    testBig((a, b) => (a !== 0n) !== (b !== 0n)),
  ),
  maximum: {
    ...numbers(
      arithmetic.maximum,
      eachBig((a, b) => (a > b ? a : b)),
    ),
    bool: arithmetic.maximum,
  },
  minimum: {
    ...numbers(
      arithmetic.minimum,
      eachBig((a, b) => (a < b ? a : b)),
    ),
    bool: arithmetic.minimum,
  },
  modf_fraction: floats(eachNumber(floating.fractionOf)),
  multiply: { float: arithmetic.multiply, int: arithmetic.multiplyIntegers, big: eachBig((a, b) => a * b) },
  negative: numbers(
    arithmetic.negative,
    eachBig((a) => -a),
  ),
  nextafter: {
    float: eachNumber(floating.nextAfter(floating.DOUBLES)),
    float32: eachNumber(floating.nextAfter(floating.SINGLES)),
  },
  not_equal: test(
    arithmetic.notEqual,
    testBig((a, b) => a !== b),
  ),
  positive: numbers(
    arithmetic.positive,
    eachBig((a) => a),
  ),
  power: {
    float: eachNumber(math.pow),
    int: eachNumber(power.powerIntegers),
    big: eachBig(power.powerBigs),
  },
  random_below: { big: eachBig(below) },
  random_binomial: floats(eachNumber(binomialFromUniform)),
  random_gamma: floats(eachNumber(gammaFromUniform)),
  random_hypergeometric: floats(eachOfFour(hypergeometricFromUniform)),
  random_normal: floats(eachNumber(normalFromUniform)),
  random_poisson: floats(eachNumber(poissonFromUniform)),
  random_vonmises: floats(eachNumber(vonmisesFromUniform)),
  random_zipf: floats(eachNumber(zipfFromUniform)),
  reciprocal: floats(arithmetic.reciprocal),
  remainder: {
    int: eachNumber(division.remainderIntegers),
    big: eachBig(division.remainderBigs),
    float: eachNumber(division.remainderFloats),
  },
  right_shift: { int: eachNumber(integers.shiftRight), big: eachBig(integers.shiftBigRight) },
  rint: floats(arithmetic.rint),
  sign: numbers(
    arithmetic.sign,
    eachBig((a) => (a > 0n ? 1n : a < 0n ? -1n : 0n)),
  ),
  signbit: { isTest: true, float: eachNumber(floating.signBit) },
  sin: floats(eachNumber(math.sin)),
  sinh: floats(eachNumber(math.sinh)),
  spacing: {
    float: eachNumber(floating.spacing(floating.DOUBLES)),
    float32: eachNumber(floating.spacing(floating.SINGLES)),
  },
  sqrt: floats(arithmetic.sqrt),
  square: { float: arithmetic.square, int: arithmetic.squareIntegers, big: eachBig((a) => a * a) },
  subtract: numbers(
    arithmetic.subtract,
    eachBig((a, b) => a - b),
  ),
  tan: floats(eachNumber(math.tan)),
  tanh: floats(eachNumber(math.tanh)),
  trunc: floats(arithmetic.trunc),
  where: { bool: arithmetic.where, int: arithmetic.where, float: arithmetic.where, big: whereBig },
};

/** Takes elements of the second argument where the first is true, else of the third. */
function whereBig(out: Lanes, n: number, condition: Lanes, a: Lanes, b: Lanes): void {
  const [to, left, right] = [out as BigLanes, a as BigLanes, b as BigLanes];
  for (let i = 0; i < n; i += 1) to[i] = (at(condition as Float64Array, i) === 0 ? right[i] : left[i]) ?? 0n;
}

/** An operation by name. */
export function operationOf(name: string): Operation {
  if (Object.hasOwn(OPERATIONS, name)) return OPERATIONS[name as Op];
  throw new BrambleError("INVALID_GRAPH", `there is no element-wise operation ${JSON.stringify(name)}`);
}

/** The loop of an operation for arguments of a dtype. */
export function loopOf(name: string, dtype: DType): Loop {
  const loop = findLoop(operationOf(name), dtype);
  // The lanes of a dtype are always of the class that its loop takes.
  if (loop !== undefined) return loop as Loop;
  throw new BrambleError("UNSUPPORTED_DTYPE", `${name} does not take elements of type ${dtype}`);
}

function findLoop(operation: Operation, dtype: DType): NumberLoop | Loop | undefined {
  if (isBig(dtype)) return operation.big;
  if (dtype === "bool") return operation.bool;
  if (DTYPES[dtype].kind !== "float") return operation.int;
  return dtype === "float32" ? (operation.float32 ?? operation.float) : operation.float;
}
