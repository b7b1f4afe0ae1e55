import { checkBoolean, checkInteger, checkOptions, invalid } from "../check.js";
import { config } from "../config/index.js";
import { resultOf } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import type { Axis } from "../generated/layers.js";
import { createNode, defer, isKnownAxis, isPaired, type Node, partsOf, product } from "../graph/index.js";
import {
  complexExtremum,
  complexPosition,
  isExtremum,
  isPosition,
  type PositionRequest,
} from "./complex/extrema.js";
import { complexProduct } from "./complex/products.js";
import { apply, cast, choose } from "./map.js";
import { REDUCTIONS, type ReductionRule } from "./reductions.js";
import { checkAxis, formatShape } from "./shape.js";

/** How a reduction is done. */
export interface ReduceOptions {
  /** The axis, or the axes, that go; negative ones count from the end. Default: all. */
  readonly axis?: number | readonly number[] | undefined;
  /** Whether they stay with length 1. Default: false. */
  readonly keepdims?: boolean | undefined;
  /** About how many blocks a step of the tree merges, from 2 on. Default: `config`, else 16. */
  readonly splitEvery?: number | undefined;
}

/** How a variance or standard deviation is computed. */
export interface SpreadOptions extends ReduceOptions {
  /** What is subtracted from the number of elements before it divides; 1 estimates from a sample. Default: 0. */
  readonly ddof?: number | undefined;
}

/** The options of a reduction. */
export type OptionsOf<Rule> = Rule extends { readonly hasDdof: true } ? SpreadOptions : ReduceOptions;

const REDUCE_OPTIONS = ["axis", "keepdims", "splitEvery"] as const;

/** Reduces axes by a tree whose shape depends on the blocks alone. */
export function reduce(name: string, rule: ReductionRule, elements: Node, options: unknown): Node {
  checkOptions(options, "options", rule.hasDdof ? [...REDUCE_OPTIONS, "ddof"] : REDUCE_OPTIONS);
  const {
    axis,
    keepdims = false,
    splitEvery = config.get("array.splitEvery"),
    ddof = 0,
  } = options as Record<string, unknown>;
  if (typeof ddof !== "number" || !Number.isFinite(ddof)) throw invalid("a number", "options.ddof", ddof);
  if (rule.isPosition && Array.isArray(axis)) throw invalid("one axis", "options.axis", axis);
  if (rule.hasDdof && isPaired(elements)) return spreadOfParts(name, rule, elements, options);
  const prepared = rule.prepare?.(elements) ?? elements;
  // Whether a complex number is other than 0 takes both of its parts.
  const node = rule.result === "bool" && isPaired(prepared) ? cast(prepared, "bool") : prepared;
  const axes = readAxes(axis, node.shape.length);
  const stays = checkBoolean(keepdims, "options.keepdims");
  const fanIn = fanInOf(checkInteger(splitEvery, "options.splitEvery", 2, 2 ** 31), axes.length);
  const dtype = resultOf(rule.result, node.dtype);
  // Reducing no axes changes nothing but the dtype; of a single element there is a spread.
  if (axes.length === 0 && node.shape.length > 0 && !rule.hasDdof) return cast(node, dtype);

  const single: Axis = [{ length: 1, count: 1 }];
  const grid = node.grid.flatMap((blocks, number) =>
    !axes.includes(number) ? [blocks] : stays ? [single] : [],
  );
  const isComplexProduct = isPaired(node) && rule.op === "prod";
  const needsLengths = rule.isPosition === true || isComplexProduct;
  if (needsLengths && !axes.every((number) => isKnownAxis(node.grid[number] ?? []))) {
    // A position depends on the lengths of all chunks before it, and halves on the length of the whole.
    const build = ([known = node]: readonly Node[]): Node => reduce(name, rule, known, options);
    const parameters = { op: rule.op, axes, keepdims: stays, fanIn };
    return defer({ label: name, parameters, dtype, axes: grid, inputs: [node], build });
  }
  if (rule.isPartial === true) checkNotEmpty(name, node, axes);
  if (isComplexProduct) return complexProduct(node, axes, stays);
  if (isPaired(node) && isPosition(rule.op)) {
    const reduceReal: PositionRequest["reduceReal"] = (op, part, keeps) =>
      reduce(
        name,
        REDUCTIONS[op],
        part,
        keeps === true ? { ...(options as object), keepdims: true } : options,
      );
    return complexPosition(node, { label: name, op: rule.op, reduceReal });
  }
  const reduced = axes.map((number) => ({ axis: number, fan_in: fanIn }));
  if (isPaired(node) && isExtremum(rule.op)) {
    return complexExtremum(node, { label: name, op: rule.op, axes: reduced, keepdims: stays, grid });
  }
  return createNode({
    label: name,
    kind: {
      reduce: {
        op: rule.op,
        axes: reduced,
        keepdims: stays,
        ddof,
      },
    },
    dtype,
    grid,
    inputs: [node],
  });
}

/** The variance of complex numbers is that of their real parts and that of their imaginary parts. */
function spreadOfParts(name: string, rule: ReductionRule, elements: Node, options: unknown): Node {
  const skipsNaN = rule.op.startsWith("nan");
  const isNaN = apply("isnan", "isnan", elements.dtype, [elements], "bool");
  const [re, im] = partsOf(elements)
    .map((part) => (skipsNaN ? choose(isNaN, Number.NaN, part, part.dtype) : part))
    .map((part) => reduce(name, { ...rule, op: skipsNaN ? "nanvar" : "var" }, part, options));
  if (re === undefined || im === undefined) throw new BrambleError("INTERNAL", "a part is missing");
  const sum = apply(name, "add", re.dtype, [re, im]);
  return rule.op.endsWith("std") ? apply(name, "sqrt", re.dtype, [sum]) : sum;
}

/** The numbers of the axes that go, ascending. */
export function readAxes(axis: unknown, ndim: number): number[] {
  if (axis === undefined) return Array.from({ length: ndim }, (_, number) => number);
  const name = "options.axis";
  const axes = Array.isArray(axis)
    ? axis.map((entry, index) => checkAxis(entry, `${name}[${index}]`, ndim))
    : [checkAxis(axis, name, ndim)];
  if (new Set(axes).size < axes.length) throw invalid("different axes", name, axis);
  return axes.sort((a, b) => a - b);
}

/** Neighbours merged along each of the axes, so that a step merges about `splitEvery` blocks. */
export function fanInOf(splitEvery: number, axes: number): number {
  // Roots of whole numbers come out a trifle below.
  return Math.max(2, Math.floor(splitEvery ** (1 / Math.max(1, axes)) + 1e-9));
}

function checkNotEmpty(name: string, { shape }: Node, axes: readonly number[]): void {
  const [reduced, kept] = [true, false].map((goes) =>
    product(shape.filter((_, number) => axes.includes(number) === goes)),
  );
  if (reduced !== 0 || kept === 0) return;
  throw new BrambleError(
    "EMPTY_REDUCTION",
    `\`${name}\` of no elements has no answer: the shape is ${formatShape(shape)}`,
  );
}
