import { type Node, pairNode, partsOf } from "../../graph/index.js";
import { dropAxes } from "../statistics/along.js";
import { apply, choose } from "../map.js";

/** Reductions that find an element by its order. */
type ExtremumOp = "max" | "min" | "argmax" | "argmin" | "nanmax" | "nanmin" | "nanargmax" | "nanargmin";

/** What is asked for. */
export interface ExtremumRequest {
  /** In a word, for people. */
  readonly label: string;
  readonly op: ExtremumOp;
  /** Which axes go, ascending. */
  readonly axes: readonly number[];
  readonly keepdims: boolean;
  /** A reduction of real elements with the same options, whose axes may have to stay. */
  readonly reduceReal: (op: ExtremumOp, x: Node, keepdims?: true) => Node;
}

/** Whether a reduction finds an element by its order. */
export function isExtremum(op: string): op is ExtremumOp {
  return /^(nan)?(arg)?(max|min)$/.test(op);
}

/**
 * The greatest or least of complex numbers in NumPy's order, by the real parts and then by the imaginary ones, or its position.
 * A number with NaN in either part counts as NaN in both.
 */
export function complexExtremum(x: Node, request: ExtremumRequest): Node {
  const { label, op, axes, keepdims, reduceReal } = request;
  const way = op.endsWith("max") ? "max" : "min";
  const skipsNaN = op.startsWith("nan");
  const [real, im] = partsOf(x);
  const re = choose(isNaN(im), Number.NaN, real, real.dtype);
  const best = reduceReal(skipsNaN ? `nan${way}` : way, re, true);
  const last = choose(apply(label, "equal", re.dtype, [re, best], "bool"), im, Number.NaN, re.dtype);
  if (!op.includes("arg")) {
    return pairNode(label, [keepdims ? best : dropAxes(best, axes), reduceReal(`nan${way}`, last)]);
  }
  // Where there are numbers that are NaN, the first of them is the answer.
  const orNaN = choose(isNaN(best), choose(isNaN(re), 0, Number.NaN, re.dtype), last, re.dtype);
  return reduceReal(`nanarg${way}`, skipsNaN ? last : orNaN);
}

function isNaN(x: Node): Node {
  return apply("isnan", "isnan", x.dtype, [x], "bool");
}
