import type { DType } from "../../dtype/index.js";
import { axisBlocks, axisLength, longestChunk, type Node, product } from "../../graph/index.js";
import { positions } from "../create.js";
import { cast } from "../map.js";
import { memorySource } from "../memory-source.js";
import { NDArray } from "../ndarray.js";
import { NODE } from "../operand.js";
import { gather } from "../rechunk.js";
import { where } from "../where.js";
import { along, dropAxes, oneChunk } from "./along.js";
import { binary, reduction, unary } from "./node-math.js";
import { scan } from "./scan.js";

/** Numbers that sum up a block at most, and those of all blocks together. */
const MOST_OF_BLOCK = 512;
const MOST_OF_ALL = 2 ** 21;

/** What is asked for. */
export interface ApproximateRequest {
  readonly label: string;
  /** Shares from 0 to 1. */
  readonly shares: readonly number[];
  readonly skipsNaN: boolean;
}

/** Whether an array has elements, and several blocks along axes, so that quantiles may be approximated. */
export function isInPieces(x: Node, axes: readonly number[]): boolean {
  const lengths = axes.map((axis) => x.shape[axis] ?? 0);
  return product(lengths) > 0 && axes.some((axis) => axisBlocks(x.grid[axis] ?? []) > 1);
}

/**
 * Quantiles along axes of floats, one for each share, without gathering the axes. Each block is summed up by some of its
 * quantiles, which weigh as much as the elements that they stand for. As in Dunning and Ertl, "Computing extremely accurate
 * quantiles using t-digests" (2019), they lie the closer the nearer to an end.
 */
export function approximateQuantiles(
  x: Node,
  axes: readonly number[],
  { label, shares, skipsNaN }: ApproximateRequest,
): Node[] {
  const numbers = countNumbers(x, axes);
  const summary = new Summary(label, x, axes, numbers);
  const total = reduction("sum", numbers, { axis: [...axes, x.shape.length] });
  const hasNaN = binary("less", total, product(axes.map((axis) => x.shape[axis] ?? 1)));
  return shares.map((share) => {
    if (share === 0 || share === 1) {
      const names = skipsNaN ? (["nanmin", "nanmax"] as const) : (["min", "max"] as const);
      return reduction(names[share], x, { axis: axes });
    }
    const found = cast(summary.at(share), x.dtype);
    return skipsNaN ? found : choose(hasNaN, Number.NaN, found);
  });
}

function choose(condition: Node, a: Node | number, b: Node | number): Node {
  const [first, second] = [a, b].map((side) => (typeof side === "number" ? side : { [NODE]: side }));
  return where({ [NODE]: condition }, first, second);
}

/** How many elements of each block are other than NaN, along a new last axis of one. */
function countNumbers(x: Node, axes: readonly number[]): Node {
  const edges = Float64Array.of(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  const inputs = [cast(x, "float64"), memorySource(new NDArray(edges, [2]), -1)];
  return along({ label: "count", op: { histogram: {} }, axes, length: 1, dtype: "int64" }, inputs);
}

/**
 * The shares from 0 to 1 in so many parts, narrow at both ends: the middle of each part, and how wide it is. The cuts lie where
 * `t^2 (3 - 2 t)` is, near half of what a cosine lacks to 1, but with the same bits everywhere.
 */
function cutShares(count: number): { readonly shares: number[]; readonly widths: Float64Array } {
  const cuts = Array.from({ length: count + 1 }, (_, cut) => {
    const part = cut / count;
    return part * part * (3 - 2 * part);
  });
  const parts = cuts.slice(1).map((end, part) => [cuts[part] ?? 0, end] as const);
  return {
    shares: parts.map(([start, end]) => (start + end) / 2),
    widths: Float64Array.from(parts, ([start, end]) => end - start),
  };
}

/** In how many parts the weight of an element is counted: as whole numbers, of which all together fit into 64 bits. */
function unitsOf(elements: number): number {
  let units = 2 ** 20;
  while (units > 1 && units * elements > 2 ** 61) units /= 2;
  return units;
}

/** The array in blocks that have all of some axes. */
function inOneBlock(node: Node, axes: readonly number[]): Node {
  return gather(
    node,
    node.grid.map((blocks, axis) => (axes.includes(axis) ? oneChunk(axisLength(blocks)) : blocks)),
  );
}

/** Elements that stand for others, ascending along the last axis, NaN last; and where they lie among all. */
class Summary {
  readonly #values: Node;
  /** How much weighs less than each value and half of itself. */
  readonly #places: Node;
  readonly #weight: Node;
  readonly #last: Node;

  constructor(label: string, x: Node, axes: readonly number[], numbers: Node) {
    const ndim = x.shape.length;
    const longest = product(axes.map((axis) => longestChunk(x.grid[axis] ?? [])));
    const blocks = product(axes.map((axis) => axisBlocks(x.grid[axis] ?? [])));
    const count = Math.max(1, Math.min(MOST_OF_BLOCK, longest, Math.floor(MOST_OF_ALL / blocks)));
    const { shares, widths } = cutShares(count);
    // Hazen's rule: of `n` elements each stands for its own share, and a share in the middle of it is the element.
    const picks = shares.map((q) => ({ q, shift: 0, add: 0.5, less: 1 }));
    const draw = { order: { picks, between: "linear", skips_nan: true } } as const;
    const drawn = along({ label, op: draw, axes, length: count, dtype: x.dtype }, [x]);
    const elements = product(axes.map((axis) => x.shape[axis] ?? 1));
    const weighed = binary("multiply", numbers, memorySource(new NDArray(widths, [count]), -1));
    const units = binary("multiply", weighed, unitsOf(elements));
    const values = inOneBlock(cast(drawn, "float64"), axes);
    const weights = inOneBlock(cast(unary("rint", units), "int64"), axes);
    const every = [...axes, ndim];
    const sort = (dtype: DType, inputs: readonly Node[]): Node => {
      const length = count * blocks;
      const op = { top: { count: length, largest: false } };
      return dropAxes(along({ label, op, axes: every, length, dtype }, inputs), every);
    };
    this.#values = sort("float64", [values]);
    const sorted = sort("int64", [values, weights]);
    const last = this.#values.shape.length - 1;
    const upTo = scan("cumsum", "sum", sorted, { axis: last });
    this.#places = binary("subtract", upTo, binary("multiply", sorted, 0.5));
    this.#weight = reduction("sum", sorted, { axis: last, keepdims: true });
    const isNumber = binary("equal", this.#values, this.#values);
    this.#last = binary("subtract", reduction("sum", isNumber, { axis: last, keepdims: true }), 1);
  }

  /** The value below which a share of the weight lies, between two of the elements in proportion. */
  at(share: number): Node {
    const last = this.#values.shape.length - 1;
    const wanted = binary("multiply", this.#weight, share);
    const isBefore = binary("less", this.#places, wanted);
    const count = reduction("sum", isBefore, { axis: last, keepdims: true });
    const [below, above] = [
      binary("maximum", binary("subtract", count, 1), 0),
      binary("maximum", binary("minimum", count, this.#last), 0),
    ].map((number) => [this.#pick(this.#places, number), this.#pick(this.#values, number)] as const);
    if (below === undefined || above === undefined) throw new TypeError("a place lies between two");
    const [[start, low], [stop, high]] = [below, above];
    const distance = binary("subtract", stop, start);
    const part = binary("divide", binary("subtract", dropAxes(wanted, [last]), start), distance);
    const between = binary("add", low, binary("multiply", binary("subtract", high, low), part));
    const isSingle = binary("logicalOr", binary("equal", low, high), binary("equal", distance, 0));
    return choose(isSingle, low, between);
  }

  /** The one element at a position along the last axis. */
  #pick(node: Node, position: Node): Node {
    const last = node.shape.length - 1;
    const isThere = binary("equal", positions(node.grid[last] ?? []), position);
    return reduction("sum", choose(isThere, node, 0), { axis: last });
  }
}
