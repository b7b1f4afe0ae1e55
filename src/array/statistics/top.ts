import { checkInteger, checkOptions, invalid } from "../../check.js";
import type { Axis } from "../../generated/layers.js";
import { axisBlocks, axisLength, longestChunk, type Node, regularAxis } from "../../graph/index.js";
import { repeatOver } from "../arrange/broadcast-to.js";
import { addAxes } from "../arrange/dims.js";
import { moveaxis } from "../arrange/permute.js";
import { positions } from "../create.js";
import { gather } from "../rechunk.js";
import { checkAxis } from "../shape.js";
import { along, dropAxes, oneChunk, whenKnown } from "./along.js";

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
    return new Tournament(label, place, count, number > 0).run(node, isPosition);
  });
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

  run(node: Node, isPosition: boolean): Node {
    const axis = this.#axis;
    const ndim = node.shape.length;
    const elements = this.#recut(node, longEnough(node.grid[axis] ?? [], this.#count));
    const axisOfElements = elements.grid[axis] ?? [];
    const places = repeatOver(
      addAxes(
        positions(axisOfElements),
        ndim,
        [...elements.grid.keys()].filter((number) => number !== axis),
      ),
      elements.grid,
    );
    let values = this.#choose([elements], [axis]);
    let chosen = isPosition ? this.#choose([elements, places], [axis]) : values;
    while (axisBlocks(values.grid[axis] ?? []) > 1) {
      const groups = regularAxis(axisBlocks(values.grid[axis] ?? []), FAN_IN);
      const [left, right] = [this.#recut(values, groups), this.#recut(chosen, groups)];
      const next = (inputs: readonly Node[]): Node => dropAxes(this.#choose(inputs, [axis, ndim]), [ndim]);
      values = next([left]);
      chosen = isPosition ? next([left, right]) : values;
    }
    return moveaxis(dropAxes(chosen, [axis]), -1, axis);
  }

  #choose(inputs: readonly Node[], axes: readonly number[]): Node {
    const op = { top: { count: this.#count, largest: this.#isLargest } };
    const dtype = inputs.at(-1)?.dtype ?? "float64";
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
