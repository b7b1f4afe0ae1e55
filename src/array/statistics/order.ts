import { checkBoolean, checkOneOf, checkOptions, invalid } from "../../check.js";
import { resultOf } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import type { Between, OrderPick } from "../../generated/layers.js";
import type { Axis } from "../../generated/layers.js";
import { isPaired, type Node, product } from "../../graph/index.js";
import { moveaxis, permute } from "../arrange/permute.js";
import { reshape } from "../arrange/reshape.js";
import { cast } from "../map.js";
import { NODE } from "../operand.js";
import { readAxes } from "../reduce.js";
import { addAxes } from "../arrange/dims.js";
import { concatenateNodes } from "../arrange/concatenate.js";
import { approximateQuantiles, isInPieces } from "./approximate.js";
import { select } from "../select.js";
import { where } from "../where.js";
import { along, dropAxes, oneChunk, whenKnown, wholeAlong } from "./along.js";
import { binary, reduction, unary } from "./node-math.js";
import { topk } from "./top.js";

/** A rule for numbers that lie between two elements: where position `q` lies, and what is there. */
interface Rule {
  readonly between: Between;
  /** The rule's two parameters after Hyndman and Fan (1996); none for those that count `n - 1` steps. */
  readonly parameters?: readonly [alpha: number, beta: number];
}

/** NumPy's rules, but for the three that only ever take an element or the middle of two by the inverted distribution. */
const RULES = {
  hazen: { between: "linear", parameters: [0.5, 0.5] },
  higher: { between: "higher" },
  interpolated_inverted_cdf: { between: "linear", parameters: [0, 1] },
  linear: { between: "linear" },
  lower: { between: "lower" },
  median_unbiased: { between: "linear", parameters: [1 / 3, 1 / 3] },
  midpoint: { between: "midpoint" },
  nearest: { between: "nearest" },
  normal_unbiased: { between: "linear", parameters: [3 / 8, 3 / 8] },
  weibull: { between: "linear", parameters: [0, 0] },
} as const satisfies Record<string, Rule>;

/** How numbers between two elements are estimated. */
export type QuantileMethod = keyof typeof RULES;

/** What is asked of a function of order. */
export interface OrderRequest {
  readonly label: string;
  readonly skipsNaN: boolean;
  /** By what shares are divided: 1, or 100 for percents. */
  readonly whole: 1 | 100;
}

/** Quantiles along axes; those of a list of shares lie along a new first axis. */
export function quantile(request: OrderRequest, x: Node, shares: unknown, options: object): Node {
  checkOptions(options, "options", ["approximate", "axis", "keepdims", "method"]);
  const { approximate = false, method = "linear", ...others } = options as Readonly<Record<string, unknown>>;
  const rule: Rule = RULES[checkOneOf(method, "options.method", Object.keys(RULES) as QuantileMethod[])];
  const isApproximate = checkBoolean(approximate, "options.approximate");
  if (isApproximate && method !== "linear") throw invalid('"linear"', "options.method", method);
  const picks = readShares(shares, request.whole).map((share) => pickOf(rule, share));
  const isList = Array.isArray(shares);
  return pick({ ...request, picks, between: rule.between, isList, isApproximate }, x, others);
}

/** The middle element along axes, or half the sum of the two in the middle. */
export function median(label: string, skipsNaN: boolean, x: Node, options: object): Node {
  checkOptions(options, "options", ["axis", "keepdims"]);
  if (isPaired(x)) return complexMedian(label, skipsNaN, x, options);
  const picks = [pickOf({ between: "mean" }, 0.5)];
  return pick({ label, skipsNaN, picks, between: "mean", isList: false, isApproximate: false }, x, options);
}

/** The median of complex numbers in NumPy's order, by their real and then by their imaginary parts; NaN of no elements. */
function complexMedian(label: string, skipsNaN: boolean, x: Node, options: object): Node {
  if (skipsNaN) {
    throw new BrambleError("UNSUPPORTED_DTYPE", `\`${label}\` has no meaning for dtype ${x.dtype}`);
  }
  const { axis, keepdims = false } = options as Readonly<Record<string, unknown>>;
  const axes = readAxes(axis, x.shape.length);
  const stays = checkBoolean(keepdims, "options.keepdims");
  const grid = x.grid.flatMap((blocks, number) =>
    !axes.includes(number) ? [blocks] : stays ? [oneChunk(1)] : [],
  );
  const parts = { label, parameters: { axes, stays }, dtype: x.dtype, grid };
  return whenKnown(x, axes, parts, (node) => {
    const kept = [...node.shape.keys()].filter((number) => !axes.includes(number));
    const length = product(axes.map((number) => node.shape[number] ?? 1));
    if (length === 0) return reduction("mean", node, { axis: axes, keepdims: stays });
    const last = permute(wholeAlong(node, axes), [...kept, ...axes]);
    const lines = reshape(last, [...kept.map((number) => node.shape[number] ?? 1), length], {
      mergeChunks: true,
    });
    const sorted = topk(label, false, lines, -Math.max(1, length), { axis: -1 });
    // Behind all others stand those that are NaN.
    const [low, high, end] = [Math.floor((length - 1) / 2), Math.floor(length / 2), length - 1].map((place) =>
      select(sorted, [...kept.map(() => ":"), place]),
    ) as [Node, Node, Node];
    const middle = binary("divide", binary("add", low, high), 2);
    const found = where({ [NODE]: unary("isnan", end) }, { [NODE]: end }, { [NODE]: middle });
    return stays ? addAxes(found, node.shape.length, axes) : found;
  });
}

function readShares(shares: unknown, whole: 1 | 100): number[] {
  const list: readonly unknown[] = Array.isArray(shares) ? shares : [shares];
  if (list.length === 0) throw invalid("at least one number", "q", shares);
  return list.map((share, index) => {
    const isShare = typeof share === "number" && share >= 0 && share <= whole;
    if (isShare) return share / whole;
    throw invalid(`a number from 0 to ${whole}`, Array.isArray(shares) ? `q[${index}]` : "q", share);
  });
}

function pickOf({ parameters }: Rule, q: number): OrderPick {
  if (parameters === undefined) return { q, shift: -1, add: 0, less: 0 };
  const [alpha, beta] = parameters;
  return { q, shift: 0, add: alpha + q * (1 - alpha - beta), less: 1 };
}

interface PickRequest {
  readonly label: string;
  readonly skipsNaN: boolean;
  readonly picks: readonly OrderPick[];
  readonly between: Between;
  /** Whether the result has an axis for the picks. */
  readonly isList: boolean;
  readonly isApproximate: boolean;
}

function pick(request: PickRequest, x: Node, options: object): Node {
  const { label, picks, between, skipsNaN, isList, isApproximate } = request;
  const { axis, keepdims = false } = options as Readonly<Record<string, unknown>>;
  const axes = readAxes(axis, x.shape.length);
  const stays = checkBoolean(keepdims, "options.keepdims");
  const dtype = resultOf("float", x.dtype);
  const kept = x.grid.flatMap((blocks, number): Axis[] =>
    !axes.includes(number) ? [blocks] : stays ? [oneChunk(1)] : [],
  );
  const grid = isList ? [oneChunk(picks.length), ...kept] : kept;
  const parts = { label, parameters: { request, axes, stays }, dtype, grid };
  return whenKnown(x, axes, parts, (node) => {
    if (isApproximate && isInPieces(node, axes)) {
      const shares = picks.map(({ q }) => q);
      const near = approximateQuantiles(cast(node, dtype), axes, { label, shares, skipsNaN });
      const kept = stays ? near.map((one) => addAxes(one, node.shape.length, axes)) : near;
      return isList
        ? concatenateNodes(
            kept.map((one) => addAxes(one, one.shape.length + 1, [0])),
            0,
          )
        : (kept[0] ?? node);
    }
    const op = { order: { picks, between, skips_nan: skipsNaN } };
    const whole = wholeAlong(cast(node, dtype), axes);
    const picked = along({ label, op, axes, length: picks.length, dtype }, [whole]);
    const last = picked.shape.length - 1;
    const dropped = dropAxes(picked, [...(stays ? [] : axes), ...(isList ? [] : [last])]);
    return isList ? moveaxis(dropped, -1, 0) : dropped;
  });
}
