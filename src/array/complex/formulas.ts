import type { Arg } from "../../generated/layers.js";
import type { Op } from "../../generated/ops.js";

/** A complex value of a program: the values of its real and of its imaginary part. */
export interface Pair {
  readonly re: Arg;
  readonly im: Arg;
}

/** Writes steps over floats of one dtype and over truth values. */
export class Formulas {
  /** Calls an operation on floats. */
  readonly apply: (op: Op, ...args: readonly Arg[]) => Arg;
  /** Calls an operation on truth values. */
  readonly logic: (op: "logical_and" | "logical_or" | "logical_not", ...args: readonly Arg[]) => Arg;

  constructor(apply: Formulas["apply"], logic: Formulas["logic"]) {
    this.apply = apply;
    this.logic = logic;
  }

  add(a: Arg, b: Arg): Arg {
    return this.apply("add", a, b);
  }

  subtract(a: Arg, b: Arg): Arg {
    return this.apply("subtract", a, b);
  }

  multiply(a: Arg, b: Arg): Arg {
    return this.apply("multiply", a, b);
  }

  divide(a: Arg, b: Arg): Arg {
    return this.apply("divide", a, b);
  }

  negative(a: Arg): Arg {
    return this.apply("negative", a);
  }

  absolute(a: Arg): Arg {
    return this.apply("absolute", a);
  }

  where(condition: Arg, a: Arg, b: Arg): Arg {
    return this.apply("where", condition, a, b);
  }

  /** Whether a float is 0. */
  isZero(a: Arg): Arg {
    return this.apply("equal", a, number(0));
  }
}

/** A constant float. */
export function number(value: number): Arg {
  return { const: { float: Object.is(value, -0) ? "-0" : String(value) } };
}
