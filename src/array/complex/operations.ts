import type { Arg } from "../../generated/layers.js";
import { type Formulas, number, type Pair } from "./formulas.js";
import { ORDER } from "./order.js";

/** What an operation gives for complex values: such a value, or a float or truth value. */
type Operation = (f: Formulas, a: Pair, b: Pair) => Pair | Arg;

/** What engines compute of real and imaginary parts, by the name of the operation. Formulas are NumPy's where it has any. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...ORDER,
  absolute: (f, { re, im }) => f.apply("hypot", re, im),
  add: (f, a, b) => ({ re: f.add(a.re, b.re), im: f.add(a.im, b.im) }),
  cos: (f, { re, im }) => ({
    re: f.multiply(f.apply("cos", re), f.apply("cosh", im)),
    im: f.negative(f.multiply(f.apply("sin", re), f.apply("sinh", im))),
  }),
  cosh: (f, { re, im }) => ({
    re: f.multiply(f.apply("cosh", re), f.apply("cos", im)),
    im: f.multiply(f.apply("sinh", re), f.apply("sin", im)),
  }),
  divide,
  equal: (f, a, b) => f.logic("logical_and", f.apply("equal", a.re, b.re), f.apply("equal", a.im, b.im)),
  exp,
  exp2: (f, { re, im }) =>
    exp(f, { re: f.multiply(re, number(Math.LN2)), im: f.multiply(im, number(Math.LN2)) }),
  expm1,
  isfinite: (f, { re, im }) => f.logic("logical_and", f.apply("isfinite", re), f.apply("isfinite", im)),
  isinf: (f, { re, im }) => f.logic("logical_or", f.apply("isinf", re), f.apply("isinf", im)),
  isnan: (f, { re, im }) => f.logic("logical_or", f.apply("isnan", re), f.apply("isnan", im)),
  log,
  log10: (f, a) => scaled(f, log(f, a), Math.LOG10E),
  log1p: (f, { re, im }) => log(f, { re: f.add(re, number(1)), im }),
  log2: (f, a) => scaled(f, log(f, a), Math.LOG2E),
  logical_and: (f, a, b) => f.logic("logical_and", isTrue(f, a), isTrue(f, b)),
  logical_not: (f, a) => f.logic("logical_not", isTrue(f, a)),
  logical_or: (f, a, b) => f.logic("logical_or", isTrue(f, a), isTrue(f, b)),
  logical_xor: (f, a, b) => {
    const [left, right] = [isTrue(f, a), isTrue(f, b)];
    const both = f.logic("logical_and", left, right);
    return f.logic("logical_and", f.logic("logical_or", left, right), f.logic("logical_not", both));
  },
  multiply,
  negative: (f, { re, im }) => ({ re: f.negative(re), im: f.negative(im) }),
  not_equal: (f, a, b) =>
    f.logic("logical_or", f.apply("not_equal", a.re, b.re), f.apply("not_equal", a.im, b.im)),
  positive: (_, a) => a,
  power,
  reciprocal,
  rint: (f, { re, im }) => ({ re: f.apply("rint", re), im: f.apply("rint", im) }),
  sign: (f, a) => {
    const size = f.apply("hypot", a.re, a.im);
    const isZero = f.isZero(size);
    return {
      re: f.where(isZero, number(0), f.divide(a.re, size)),
      im: f.where(isZero, number(0), f.divide(a.im, size)),
    };
  },
  sin: (f, { re, im }) => ({
    re: f.multiply(f.apply("sin", re), f.apply("cosh", im)),
    im: f.multiply(f.apply("cos", re), f.apply("sinh", im)),
  }),
  sinh: (f, { re, im }) => ({
    re: f.multiply(f.apply("sinh", re), f.apply("cos", im)),
    im: f.multiply(f.apply("cosh", re), f.apply("sin", im)),
  }),
  sqrt,
  square: (f, { re, im }) => {
    const both = f.multiply(re, im);
    return { re: f.subtract(f.multiply(re, re), f.multiply(im, im)), im: f.add(both, both) };
  },
  subtract: (f, a, b) => ({ re: f.subtract(a.re, b.re), im: f.subtract(a.im, b.im) }),
  tan: (f, { re, im }) => {
    const { re: a, im: b } = tanh(f, { re: f.negative(im), im: re });
    return { re: b, im: f.negative(a) };
  },
  tanh,
};

/** What an operation makes of complex values; undefined if it has no meaning for them. */
export function complexOperation(op: string): Operation | undefined {
  return Object.hasOwn(OPERATIONS, op) ? OPERATIONS[op] : undefined;
}

/** Whether a complex value is other than 0. */
export function isTrue(f: Formulas, { re, im }: Pair): Arg {
  return f.logic("logical_not", f.logic("logical_and", f.isZero(re), f.isZero(im)));
}

/** A whole power by repeated squaring, as NumPy has it for exponents below 100. */
export function wholePower(f: Formulas, base: Pair, exponent: number): Pair {
  let power: Pair | undefined;
  let square = base;
  for (let rest = Math.abs(exponent); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = power === undefined ? square : multiply(f, power, square);
    if (rest > 1) square = multiply(f, square, square);
  }
  const one = { re: number(1), im: number(0) };
  return exponent < 0 ? reciprocal(f, power ?? one) : (power ?? one);
}

function multiply(f: Formulas, a: Pair, b: Pair): Pair {
  return {
    re: f.subtract(f.multiply(a.re, b.re), f.multiply(a.im, b.im)),
    im: f.add(f.multiply(a.re, b.im), f.multiply(a.im, b.re)),
  };
}

/** After R. L. Smith, "Algorithm 116: complex division" (1962): no square overflows. */
function divide(f: Formulas, a: Pair, b: Pair): Pair {
  const isReal = f.apply("greater_equal", f.absolute(b.re), f.absolute(b.im));
  const [large, small] = [f.where(isReal, b.re, b.im), f.where(isReal, b.im, b.re)];
  const ratio = f.divide(small, large);
  const scale = f.divide(number(1), f.add(large, f.multiply(small, ratio)));
  const [near, far] = [f.where(isReal, a.re, a.im), f.where(isReal, a.im, a.re)];
  const across = f.subtract(far, f.multiply(near, ratio));
  const isZero = f.isZero(large);
  return {
    re: f.where(
      isZero,
      f.divide(a.re, f.absolute(large)),
      f.multiply(f.add(near, f.multiply(far, ratio)), scale),
    ),
    im: f.where(
      isZero,
      f.divide(a.im, f.absolute(large)),
      f.multiply(f.where(isReal, across, f.negative(across)), scale),
    ),
  };
}

function reciprocal(f: Formulas, { re, im }: Pair): Pair {
  const isReal = f.apply("greater_equal", f.absolute(re), f.absolute(im));
  const [large, small] = [f.where(isReal, re, im), f.where(isReal, im, re)];
  const ratio = f.divide(small, large);
  const size = f.add(large, f.multiply(small, ratio));
  const [one, part] = [f.divide(number(1), size), f.divide(ratio, size)];
  return { re: f.where(isReal, one, part), im: f.negative(f.where(isReal, part, one)) };
}

function exp(f: Formulas, { re, im }: Pair): Pair {
  const size = f.apply("exp", re);
  const isReal = f.isZero(im);
  return {
    re: f.where(isReal, size, f.multiply(size, f.apply("cos", im))),
    // Infinity times the sine of 0 would be NaN.
    im: f.where(isReal, im, f.multiply(size, f.apply("sin", im))),
  };
}

function expm1(f: Formulas, { re, im }: Pair): Pair {
  const half = f.apply("sin", f.multiply(im, number(0.5)));
  const lost = f.multiply(number(2), f.multiply(half, half));
  return {
    re: f.subtract(f.multiply(f.apply("expm1", re), f.apply("cos", im)), lost),
    im: f.multiply(f.apply("exp", re), f.apply("sin", im)),
  };
}

/** Near a size of 1 the logarithm of the size comes from its distance to 1. */
function log(f: Formulas, { re, im }: Pair): Pair {
  const size = f.apply("hypot", re, im);
  const [a, b] = [f.absolute(re), f.absolute(im)];
  const [large, small] = [f.apply("maximum", a, b), f.apply("minimum", a, b)];
  const difference = f.multiply(f.subtract(large, number(1)), f.add(large, number(1)));
  const near = f.multiply(number(0.5), f.apply("log1p", f.add(difference, f.multiply(small, small))));
  const isNear = f.logic(
    "logical_and",
    f.apply("greater", size, number(0.5)),
    f.apply("less", size, number(3)),
  );
  return { re: f.where(isNear, near, f.apply("log", size)), im: f.apply("arctan2", im, re) };
}

function scaled(f: Formulas, { re, im }: Pair, factor: number): Pair {
  return { re: f.multiply(re, number(factor)), im: f.multiply(im, number(factor)) };
}

/** The root whose real part is not negative. */
function sqrt(f: Formulas, { re, im }: Pair): Pair {
  const half = number(0.5);
  const size = f.apply("hypot", re, im);
  const root = f.apply("sqrt", f.add(f.multiply(f.absolute(re), half), f.multiply(size, half)));
  const other = f.divide(f.absolute(im), f.multiply(number(2), root));
  const isRight = f.apply("greater_equal", re, number(0));
  const isZero = f.isZero(root);
  const [long, short] = [f.where(isRight, root, other), f.where(isRight, other, root)];
  return {
    re: f.where(isZero, number(0), long),
    im: f.where(isZero, im, f.apply("copysign", short, im)),
  };
}

/** After W. Kahan, "Branch cuts for complex elementary functions" (1987); nothing overflows. */
function tanh(f: Formulas, { re, im }: Pair): Pair {
  const [wide, turn] = [f.apply("tanh", re), f.apply("tan", im)];
  const cosh = f.apply("cosh", re);
  const steep = f.divide(number(1), f.multiply(cosh, cosh));
  const one = f.add(number(1), f.multiply(turn, turn));
  const both = f.multiply(wide, turn);
  const size = f.add(number(1), f.multiply(both, both));
  return { re: f.divide(f.multiply(wide, one), size), im: f.divide(f.multiply(turn, steep), size) };
}

/** By logarithm and exponential. 0 to a power is 0 where the power's real part is positive, and 1 where the power is 0. */
function power(f: Formulas, a: Pair, b: Pair): Pair {
  const usual = exp(f, multiply(f, b, log(f, a)));
  const isNothing = f.logic("logical_not", isTrue(f, a));
  const isOne = f.logic("logical_not", isTrue(f, b));
  const isGrowing = f.apply("greater", b.re, number(0));
  const choose = (one: number, part: Arg): Arg => {
    const ofNothing = f.where(isGrowing, number(0), number(Number.NaN));
    return f.where(isOne, number(one), f.where(isNothing, ofNothing, part));
  };
  return { re: choose(1, usual.re), im: choose(0, usual.im) };
}
