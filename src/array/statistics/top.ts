import { checkInteger, checkOptions, invalid } from "../../check.js";
import type { Axis } from "../../generated/layers.js";
import { BrambleError } from "../../errors.js";
import {
  axisBlocks,
  axisLength,
  isPaired,
  longestChunk,
  type Node,
  pairNode,
  partsOf,
  regularAxis,
} from "../../graph/index.js";
import { repeatOver } from "../arrange/broadcast-to.js";
import { addAxes } from "../arrange/dims.js";
import { moveaxis } from "../arrange/permute.js";
import { positions } from "../create.js";
import { choose } from "../map.js";
import { gather } from "../rechunk.js";
import { checkAxis } from "../shape.js";
import { along, dropAxes, oneChunk, whenKnown } from "./along.js";
import { binary, unary } from "./node-math.js";

/** How many neighbouring chunks are merged at a time. */
const FAN_IN = 16;

/** The `k` largest elements along an axis, sorted, or the `-k` smallest; or their positions. */
export function topk(label: string, isPosition: boolean, x: Node, k: unknown, options: object): Node {
  checkOptions(options, "options", ["axis"]);
  const { axis = -1 } = options as { readonly axis?: unknown };
  const number = checkInteger(k, "k", -(2 ** 31), 2 ** 31);
  if (number === 0) throw invalid("an integer other than 0", "k", k);
  const place = checkAxis(axis, "options.axis", x.shape.length);
  const dtype = isPosition ? "int64" : x.dtype;
  const grid = x.grid.map((blocks, other) => (other === place ? undefined : blocks));
  return whenKnown(x, [place], { label, parameters: { number, place }, dtype, grid }, (node) => {
    const count = Math.min(Math.abs(number), node.shape[place] ?? 0);
    const tournament = new Tournament(label, place, count, number > 0);
    const keys = keysOf(node);
    if (isPosition) return tournament.run(keys, "places");
    const [re, im] = keys.map((_, key) => tournament.run(keys, key)) as [Node, Node?];
    return im === undefined ? re : pairNode(label, [re, im]);
  });
}

/** What elements are sorted by: complex ones by their real and then by their imaginary parts, NaN in one as NaN in both. */
export function keysOf(x: Node): readonly Node[] {
  if (!isPaired(x)) return [x];
  const parts = partsOf(x);
  const isNaN = parts
    .map((part) => unary("isnan", part))
    .reduce((either, other) => binary("logicalOr", either, other));
  return parts.map((part) => choose(isNaN, Number.NaN, part, part.dtype));
}

/** Chooses among ever larger groups of chunks. Of equal elements those that come first win. */
class Tournament {
  readonly #label: string;
  readonly #axis: number;
  readonly #count: number;
  readonly #isLargest: boolean;

  constructor(label: string, axis: number, count: number, isLargest: boolean) {
    this.#label = label;
    this.#axis = axis;
    this.#count = count;
    this.#isLargest = isLargest;
  }

  /** The winners by some keys: where they are, or those of a key by its number. */
  run(given: readonly Node[], wanted: "places" | number): Node {
    const axis = this.#axis;
    const [node] = given;
    if (node === undefined) throw new BrambleError("INTERNAL", "nothing to sort by");
    const ndim = node.shape.length;
    let keys = given.map((key) => this.#recut(key, longEnough(key.grid[axis] ?? [], this.#count)));
    const [elements = node] = keys;
    const axisOfElements = elements.grid[axis] ?? [];
    const places = repeatOver(
      addAxes(
        positions(axisOfElements),
        ndim,
        [...elements.grid.keys()].filter((number) => number !== axis),
      ),
      elements.grid,
    );
    let lists = [...keys.map((key) => this.#choose(keys, key, [axis])), this.#choose(keys, places, [axis])];
    const blocksOf = ([list]: readonly Node[]): number => axisBlocks(list?.grid[axis] ?? []);
    while (blocksOf(lists) > 1) {
      const groups = regularAxis(blocksOf(lists), FAN_IN);
      const merged = lists.map((list) => this.#recut(list, groups));
      keys = merged.slice(0, -1);
      lists = merged.map((list) => dropAxes(this.#choose(keys, list, [axis, ndim]), [ndim]));
    }
    const chosen = lists.at(wanted === "places" ? -1 : wanted) ?? node;
    return moveaxis(dropAxes(chosen, [axis]), -1, axis);
  }

  /** Of a list the elements that stand where the winners are. */
  #choose(keys: readonly Node[], list: Node, axes: readonly number[]): Node {
    const op = { top: { count: this.#count, largest: this.#isLargest } };
    // A single key is its own list.
    const inputs = keys.length === 1 && keys[0] === list ? keys : [...keys, list];
    const { dtype } = list;
    return along({ label: this.#label, op, axes, length: this.#count, dtype }, inputs);
  }

  #recut(node: Node, blocks: Axis): Node {
    return gather(
      node,
      node.grid.map((axis, number) => (number === this.#axis ? blocks : axis)),
    );
  }
}

/** The axis cut so that no chunk has fewer elements than `count`, unless the axis has. */
export function longEnough(axis: Axis, count: number): Axis {
  if (axis.every(({ length }) => length >= count)) return axis;
  const total = axisLength(axis);
  const length = Math.max(1, count, longestChunk(axis));
  const chunks = Math.floor(total / length);
  if (chunks <= 1) return oneChunk(total);
  const last = total - length * (chunks - 1);
  const before = { length, count: chunks - 1 };
  return last === length ? [{ length, count: chunks }] : [before, { length: last, count: 1 }];
}
