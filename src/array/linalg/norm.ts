import { checkBoolean, invalid } from "../../check.js";
import { isComplex, resultOf } from "../../dtype/index.js";
import type { Node } from "../../graph/index.js";
import { addAxes } from "../arrange/dims.js";
import { cast } from "../map.js";
import { readAxes } from "../reduce.js";
import { checkAxis } from "../shape.js";
import { binary, reduction, unary } from "../statistics/node-math.js";
import { matrixOf } from "./matrices.js";
import { svd } from "./svd.js";

/** Which norm, of which axes. */
export interface NormRequest {
  readonly ord: unknown;
  readonly axis: unknown;
  readonly keepdims: unknown;
}

const WORDS = ["fro", "nuc"];

/** The norm of vectors along one axis or of matrices along two; without axes of all elements, or of the whole array. */
export function norm(x: Node, { ord, axis, keepdims }: NormRequest): Node {
  const axes = axis === undefined ? readAxes(undefined, x.shape.length) : axesInOrder(axis, x);
  const isSingular = axes.length === 2 && (ord === "nuc" || ord === 2 || ord === -2);
  // Of complex elements all but singular values depend on their sizes alone.
  const sizes = isComplex(x.dtype) && !isSingular ? unary("absolute", x) : x;
  const node = cast(sizes, resultOf("float", sizes.dtype));
  const stays = checkBoolean(keepdims, "options.keepdims");
  const isNumber = typeof ord === "number" && !Number.isNaN(ord);
  if (ord !== undefined && !isNumber && !WORDS.includes(ord as string)) {
    throw invalid('a number, "fro" or "nuc"', "options.ord", ord);
  }
  const options = { axis: axes.length === 1 ? axes[0] : axes, keepdims: stays };
  if (ord === undefined && (axis === undefined || axes.length <= 2)) return euclidean(node, options);
  if (axes.length === 1) return vectorNorm(node, ord, options);
  if (axes.length === 2) return matrixNorm(node, ord, axes as [number, number], stays);
  throw invalid("one axis or two", "options.axis", axis);
}

/** Axes as they were written: rows, then columns. */
function axesInOrder(axis: unknown, { shape }: Node): number[] {
  readAxes(axis, shape.length);
  const list: readonly unknown[] = Array.isArray(axis) ? axis : [axis];
  return list.map((entry) => checkAxis(entry, "options.axis", shape.length));
}

interface Along {
  readonly axis: unknown;
  readonly keepdims: boolean;
}

function euclidean(x: Node, along: object): Node {
  return unary("sqrt", reduction("sum", binary("multiply", x, x), along));
}

function vectorNorm(x: Node, ord: unknown, along: Along): Node {
  if (ord === Number.POSITIVE_INFINITY) return reduction("max", unary("absolute", x), along);
  if (ord === Number.NEGATIVE_INFINITY) return reduction("min", unary("absolute", x), along);
  if (ord === 0) return cast(reduction("sum", binary("notEqual", x, 0), along), x.dtype);
  if (ord === 1) return reduction("sum", unary("absolute", x), along);
  if (ord === 2) return euclidean(x, along);
  if (typeof ord !== "number") throw invalid("a number for vectors", "options.ord", ord);
  const sum = reduction("sum", binary("power", unary("absolute", x), ord), along);
  return binary("power", sum, 1 / ord);
}

function matrixNorm(x: Node, ord: unknown, [rows, columns]: readonly [number, number], stays: boolean): Node {
  const along = { axis: [rows, columns], keepdims: stays };
  if (ord === "fro") return euclidean(x, along);
  if (ord === "nuc" || ord === 2 || ord === -2) return singularNorm(x, ord, stays);
  const sums = (axis: number): Node => reduction("sum", unary("absolute", x), { axis, keepdims: true });
  const most = { [1]: "max", [-1]: "min" } as const;
  if (ord === 1 || ord === -1) return last(sums(rows), most[ord], along);
  if (ord === Number.POSITIVE_INFINITY) return last(sums(columns), "max", along);
  if (ord === Number.NEGATIVE_INFINITY) return last(sums(columns), "min", along);
  throw invalid('1, -1, 2, -2, an infinity, "fro" or "nuc" for matrices', "options.ord", ord);
}

/** The greatest or the least sum; the other axis has one element left. */
function last(sums: Node, name: "max" | "min", along: Along): Node {
  return reduction(name, sums, along);
}

function singularNorm(x: Node, ord: "nuc" | 2 | -2, stays: boolean): Node {
  if (x.shape.length !== 2)
    throw invalid('1, -1, an infinity or "fro" for stacks of matrices', "options.ord", ord);
  const { s } = svd(matrixOf(x, "x"));
  const name = ord === "nuc" ? "sum" : ord === 2 ? "max" : "min";
  const result = reduction(name, s, {});
  return stays ? addAxes(result, 2, [0, 1]) : result;
}
