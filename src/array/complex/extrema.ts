import type { Axis, ReduceAxis } from "../../generated/layers.js";
import { createNode, interleaved, type Node, pairNode, partsOf } from "../../graph/index.js";
import { apply, choose } from "../map.js";
import { select } from "../select.js";
import { oneChunk } from "../statistics/along.js";

/** Reductions that find an element by its order. */
type ExtremumOp = "max" | "min" | "nanmax" | "nanmin";
/** Reductions that find where it is. */
type PositionOp = `arg${"max" | "min"}` | `nanarg${"max" | "min"}`;

/** What is asked for. */
export interface ExtremumRequest {
  /** In a word, for people. */
  readonly label: string;
  readonly op: ExtremumOp;
  /** Which axes go, ascending. */
  readonly axes: readonly ReduceAxis[];
  readonly keepdims: boolean;
  /** Blocks of the result. */
  readonly grid: readonly Axis[];
}

/** What is asked for of positions. */
export interface PositionRequest {
  /** In a word, for people. */
  readonly label: string;
  readonly op: PositionOp;
  /** A reduction of real elements with the same options, whose axes may have to stay. */
  readonly reduceReal: (op: ExtremumOp | PositionOp, x: Node, keepdims?: true) => Node;
}

/** Whether a reduction finds an element by its order. */
export function isExtremum(op: string): op is ExtremumOp {
  return /^(nan)?(max|min)$/.test(op);
}

/** Whether a reduction finds where such an element is. */
export function isPosition(op: string): op is PositionOp {
  return /^(nan)?arg(max|min)$/.test(op);
}

/**
 * The greatest or least of complex numbers in NumPy's order, by the real parts and then by the imaginary ones. A number with
 * NaN in either part counts as NaN in both.
 */
export function complexExtremum(x: Node, { label, op, axes, keepdims, grid }: ExtremumRequest): Node {
  const both = createNode({
    label,
    kind: { reduce: { op: `complex_${op}`, axes, keepdims, ddof: 0 } },
    dtype: partsOf(x)[0].dtype,
    grid: [...grid, oneChunk(2)],
    inputs: [interleaved(x)],
  });
  const part = (at: 0 | 1): Node => select(both, [...grid.map(() => ":"), at]);
  return pairNode(label, [part(0), part(1)]);
}

/** Where the greatest or least of complex numbers is in that order. */
export function complexPosition(x: Node, { label, op, reduceReal }: PositionRequest): Node {
  const way = op.endsWith("max") ? "max" : "min";
  const skipsNaN = op.startsWith("nan");
  const [real, im] = partsOf(x);
  const re = choose(isNaN(im), Number.NaN, real, real.dtype);
  const best = reduceReal(skipsNaN ? `nan${way}` : way, re, true);
  const last = choose(apply(label, "equal", re.dtype, [re, best], "bool"), im, Number.NaN, re.dtype);
  // Where there are numbers that are NaN, the first of them is the answer.
  const orNaN = choose(isNaN(best), choose(isNaN(re), 0, Number.NaN, re.dtype), last, re.dtype);
  return reduceReal(`nanarg${way}`, skipsNaN ? last : orNaN);
}

function isNaN(x: Node): Node {
  return apply("isnan", "isnan", x.dtype, [x], "bool");
}
