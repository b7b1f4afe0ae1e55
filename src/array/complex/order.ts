import type { Arg } from "../../generated/layers.js";
import type { Formulas, Pair } from "./formulas.js";

/** A question about two complex values, or a choice of one of them. */
type Comparison = (f: Formulas, a: Pair, b: Pair) => Arg;
type Choice = (f: Formulas, a: Pair, b: Pair) => Pair;

/** The order that NumPy has: by the real parts and, where these are equal, by the imaginary ones. NaN is in no order. */
export const ORDER: Readonly<Record<string, Comparison | Choice>> = {
  fmax: (f, a, b) => choose(f, f.logic("logical_or", isNaN(f, b), atLeast(f, a, b)), a, b),
  fmin: (f, a, b) => choose(f, f.logic("logical_or", isNaN(f, b), atLeast(f, b, a)), a, b),
  greater: (f, a, b) => above(f, a, b),
  greater_equal: (f, a, b) => atLeast(f, a, b),
  less: (f, a, b) => above(f, b, a),
  less_equal: (f, a, b) => atLeast(f, b, a),
  maximum: (f, a, b) => choose(f, f.logic("logical_or", isNaN(f, a), atLeast(f, a, b)), a, b),
  minimum: (f, a, b) => choose(f, f.logic("logical_or", isNaN(f, a), atLeast(f, b, a)), a, b),
};

/** Whether one part of a value is NaN. */
export function isNaN(f: Formulas, { re, im }: Pair): Arg {
  return f.logic("logical_or", f.apply("isnan", re), f.apply("isnan", im));
}

function above(f: Formulas, a: Pair, b: Pair): Arg {
  return compare(f, a, b, "greater");
}

function atLeast(f: Formulas, a: Pair, b: Pair): Arg {
  return compare(f, a, b, "greater_equal");
}

/** The real parts tell, unless they are equal or an imaginary part is NaN. */
function compare(f: Formulas, a: Pair, b: Pair, last: "greater" | "greater_equal"): Arg {
  const isOrdered = f.apply("greater", a.re, b.re);
  const hasNaN = f.logic("logical_or", f.apply("isnan", a.im), f.apply("isnan", b.im));
  const first = f.logic("logical_and", isOrdered, f.logic("logical_not", hasNaN));
  const second = f.logic("logical_and", f.apply("equal", a.re, b.re), f.apply(last, a.im, b.im));
  return f.logic("logical_or", first, second);
}

function choose(f: Formulas, isFirst: Arg, a: Pair, b: Pair): Pair {
  return { re: f.where(isFirst, a.re, b.re), im: f.where(isFirst, a.im, b.im) };
}
