import type { TypedArray } from "../../../dtype/index.js";
import type { Assign, Axis, Grid, Layer, Places } from "../../../generated/layers.js";
import { axisLength, isKnownAxis, sameAxis } from "../../../graph/index.js";
import { blockAsBox, cover, extentOf, locate, NONE, type Range, rangeLength, span } from "../axis.js";
import type { Block } from "../block.js";
import { behind, type Link, same } from "../links.js";
import type { Stage } from "./stage.js";

/** Writes values over elements. */
export function assignStage(
  { grid }: Layer,
  { places }: Assign,
  [elements = -1, values = -1]: readonly number[],
  valueGrid: Grid,
): Stage {
  const axes = grid.map((axis, number) => new AxisPlaces(places[number], axis, valueGrid[number] ?? []));
  const link = linkOf(axes);
  return {
    grid,
    inputs: [
      { stage: elements, link: { axes: grid.map((_, axis) => same(axis)), free: [] } },
      { stage: values, link },
    ],
    run(block, inputs) {
      const [target, given] = inputs.map(([first]) => first);
      if (target === undefined) throw new RangeError("no elements to write into");
      if (given === undefined) return target;
      const numbers = behind(link, blockAsBox(block)).map(({ start }) => start);
      const within = axes.map((axis, number) =>
        axis.within(block[number] ?? 0, numbers[number] ?? 0, target.shape[number] ?? 0),
      );
      return { data: write(target, given.data, within), shape: target.shape };
    },
  };
}

function linkOf(axes: readonly AxisPlaces[]): Link {
  return {
    behind(blocks) {
      const needed = axes.map((axis, number) => axis.chunks(blocks[number] ?? NONE));
      // Values that lie beside a block along one axis do not lie in it.
      return needed.some((range) => rangeLength(range) === 0) ? needed.map(() => NONE) : needed;
    },
    users: (block, wanted) =>
      axes.every((axis, number) => axis.isWanted(block[number] ?? 0, wanted[number] ?? NONE)) ? 1 : 0,
  };
}

/** Where values lie along an axis. */
class AxisPlaces {
  readonly #places: Places;
  readonly #axis: Axis;
  readonly #values: Axis;
  readonly #isWhole: boolean;

  constructor(places: Places = { slice: { start: 0, step: 1 } }, axis: Axis, values: Axis) {
    this.#places = places;
    this.#axis = axis;
    this.#values = values;
    const isAll = "slice" in places && places.slice.start === 0 && places.slice.step === 1;
    this.#isWhole = isAll && sameAxis(axis, values);
  }

  /** The chunks of the values that lie in some chunks of the elements. */
  chunks(blocks: Range): Range {
    if (this.#isWhole) return blocks;
    const { start, end } = span(this.#axis, blocks);
    return cover(this.#values, { start: this.#before(start), end: this.#before(end) });
  }

  /** Whether the chunk of the elements is wanted in which a chunk of the values lies. */
  isWanted(chunk: number, { start, end }: Range): boolean {
    const extent = extentOf(this.#values, chunk);
    if (!this.#isWhole && extent.length === 0) return false;
    const block = this.#isWhole ? chunk : locate(this.#axis, this.#position(extent.start));
    return block >= start && block < end;
  }

  /** Where the values of a chunk lie in a chunk of the elements of this length. */
  within(block: number, chunk: number, length: number): number[] {
    if (!isKnownAxis(this.#axis)) return Array.from({ length }, (_, place) => place);
    const { start } = extentOf(this.#axis, block);
    const values = extentOf(this.#values, chunk);
    return Array.from({ length: values.length }, (_, index) => this.#position(values.start + index) - start);
  }

  #position(index: number): number {
    if ("list" in this.#places) return this.#places.list[index] ?? 0;
    const { start, step } = this.#places.slice;
    return start + step * index;
  }

  /** How many values lie before a position. */
  #before(position: number): number {
    const count = axisLength(this.#values);
    if ("slice" in this.#places) {
      const { start, step } = this.#places.slice;
      return Math.min(count, Math.max(0, Math.ceil((position - start) / step)));
    }
    const behindAll = this.#places.list.findIndex((listed) => listed >= position);
    return behindAll === -1 ? count : behindAll;
  }
}

/** A copy of a block with values written to places along each axis. */
function write(
  { data, shape }: Block,
  values: TypedArray,
  within: readonly (readonly number[])[],
): TypedArray {
  const written = data.slice();
  const place = (index: number): number => {
    let [rest, stride, at] = [index, 1, 0];
    for (const [axis, places] of [...within.entries()].reverse()) {
      at += (places[rest % places.length] ?? 0) * stride;
      rest = Math.floor(rest / places.length);
      stride *= shape[axis] ?? 1;
    }
    return at;
  };
  for (let index = 0; index < values.length; index += 1) written[place(index)] = values[index] as never;
  return written;
}
