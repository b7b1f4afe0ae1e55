import { invalid } from "../../check.js";
import { BrambleError } from "../../errors.js";
import { type Node, product } from "../../graph/index.js";
import { arrayNode } from "../arrange/operands.js";
import { reshape } from "../arrange/reshape.js";
import { fromArray } from "../from-array.js";
import { takeAlong } from "../indexing.js";
import { LazyArray } from "../lazy-array.js";
import { cast } from "../map.js";
import { find } from "../search/search.js";
import { select } from "../select.js";
import { Slice } from "../slice.js";
import { binary, reduction, unary } from "../statistics/node-math.js";
import { scan } from "../statistics/scan.js";
import { topk } from "../statistics/top.js";

/** The numbers from 0 on in the order of some keys. */
export function orderOf(keys: Node): Node {
  const [count = 0] = keys.shape;
  return count === 0 ? cast(keys, "int64") : topk("permutation", true, keys, -count, { axis: 0 });
}

/** What is chosen from: the positions of an array of one axis, or so many numbers from 0 on. */
export interface Population {
  readonly count: number;
  readonly node: Node | undefined;
}

/** Checks what is chosen from. */
export function populationOf(value: unknown): Population {
  if (typeof value === "number") {
    if (Number.isSafeInteger(value) && value > 0) return { count: value, node: undefined };
    throw invalid("a number of elements from 1 on, or an array", "a", value);
  }
  const node = Array.isArray(value) ? fromArray(value, {}) : arrayNode(value, "a");
  const [count = 0, ...others] = node.shape;
  if (others.length === 0 && node.shape.length === 1 && count > 0) return { count, node };
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `\`a\` of shape [${node.shape.join(", ")}] is no filled array of one axis`,
  );
}

/** The probabilities of the elements, as many as there are. */
export function probabilitiesOf(p: unknown, count: number): Node {
  const node = cast(Array.isArray(p) ? fromArray(p, {}) : arrayNode(p, "options.p"), "float64");
  if (node.shape.length === 1 && node.shape[0] === count) return node;
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `\`options.p\` of shape [${node.shape.join(", ")}] does not have a probability for each of ${count} elements`,
  );
}

/** Positions of elements by uniform numbers: where these stand among the running sums of probabilities. */
export function positionsByProbability(uniform: Node, p: Node): Node {
  const sums = scan("cumsum", "sum", p, { axis: 0 });
  const shares = binary("divide", sums, reduction("max", sums, {}));
  // Rounding may leave the last sum below a number.
  return binary("minimum", find(uniform, shares, true), (p.shape[0] ?? 1) - 1);
}

/**
 * Positions of different elements, each as likely among those left as `p` says. After Efraimidis and Spirakis, "Weighted
 * random sampling with a reservoir" (2006).
 */
export function differentByProbability(uniform: Node, p: Node, count: number): Node {
  const keys = binary("divide", unary("log", uniform), p);
  return topk("choice", true, keys, count, { axis: 0 });
}

/** So many of the positions, in a shape. */
export function inShape(positions: Node, shape: readonly number[]): Node {
  const some = select(positions, [new Slice(0, product(shape), 1)]);
  return reshape(some, shape, { mergeChunks: true });
}

/** The elements at positions, or these themselves. */
export function chosen({ node }: Population, positions: Node): LazyArray {
  if (node === undefined) return new LazyArray(positions);
  const flat = new LazyArray(reshape(positions, -1, { mergeChunks: true }));
  const taken = takeAlong(node, flat, { axis: 0 });
  return new LazyArray(reshape(taken, positions.shape, { mergeChunks: true }));
}
