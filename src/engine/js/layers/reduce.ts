import type { Axis, DType, Grid, Layer, Reduce } from "../../../generated/layers.js";
import { axisBlocks, axisLength, product, regularAxis } from "../../../graph/index.js";
import { extentOf } from "../axis.js";
import type { Block, BlockNumbers } from "../block.js";
import { type AxisLink, fan, type Link, only, same, whole } from "../links.js";
import type { ReducedAxis, Reduction } from "../reduce/reduction.js";
import { reductionOf } from "../reduce/reductions.js";
import type { Stage, StageOfLayer } from "./stage.js";

/** Accumulators, and how many elements went into each. */
type State = Required<Block>;

/** What a reduction reads. */
export interface ReduceInput extends StageOfLayer {
  readonly dtype: DType;
}

/**
 * A reduction as its tree: a state for every block, then stages that merge neighbours, of which the last gives
 * the result. The tree depends on the grid alone, so the answer always has the same bits.
 *
 * @param next - the number that the first of these stages gets.
 */
export function reduceStages(layer: Layer, reduce: Reduce, input: ReduceInput, next: number): Stage[] {
  const tree = new Tree(layer, reduce, input);
  let grid = tree.shrink(input.grid, axisBlocks);
  const stages = [tree.partial(input, grid)];
  while (!tree.isDone(grid)) {
    const finer = grid;
    grid = tree.shrink(finer, (axis, fanIn) => Math.ceil(axisBlocks(axis) / fanIn));
    stages.push(tree.combine({ stage: next + stages.length - 1, grid: finer }, grid));
  }
  return stages;
}

/** Makes a state of blocks; `block` are the numbers of its own block. */
type Merge = (blocks: readonly Block[], block: BlockNumbers) => State | undefined;

/** What all stages of one tree share. */
class Tree {
  readonly #layer: Layer;
  readonly #reduce: Reduce;
  readonly #reduction: Reduction;

  constructor(layer: Layer, reduce: Reduce, { dtype }: ReduceInput) {
    this.#layer = layer;
    this.#reduce = reduce;
    this.#reduction = reductionOf(reduce.op, dtype);
  }

  /** A grid with another number of blocks along the reduced axes, each of one state. */
  shrink(grid: Grid, blocks: (axis: Axis, fanIn: number) => number): Grid {
    return grid.map((axis, number) => {
      const fanIn = this.#fanIn(number);
      return fanIn === undefined ? axis : regularAxis(blocks(axis, fanIn), 1);
    });
  }

  /** Whether one block is left along every reduced axis. */
  isDone(grid: Grid): boolean {
    return this.#reduce.axes.every(({ axis }) => axisBlocks(grid[axis] ?? []) === 1);
  }

  partial({ stage, grid: elements }: ReduceInput, grid: Grid): Stage {
    const axes = this.#reduce.axes.map(({ axis }) => axis);
    const link = this.#link(elements, grid, (output) => same(output));
    const places = (numbers: BlockNumbers): ReducedAxis[] =>
      axes.map((axis) => {
        const chunks = elements[axis] ?? [];
        return { ...extentOf(chunks, numbers[axis] ?? 0), total: axisLength(chunks) };
      });
    const run: Merge = ([block], numbers) =>
      block && {
        data: this.#reduction.partial(block, axes, places(this.#withReduced(numbers, elements.length))),
        shape: block.shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
        count: product(axes.map((axis) => block.shape[axis] ?? 1)),
      };
    return { ...this.#stage(grid, run), inputs: [{ stage, link }], shrinks: true };
  }

  combine({ stage, grid: finer }: StageOfLayer, grid: Grid): Stage {
    const link = this.#link(finer, grid, fan);
    const run: Merge = (states) => ({
      data: this.#reduction.combine(states.map(({ data }) => data)),
      shape: states[0]?.shape ?? [],
      count: states.reduce((sum, { count = 0 }) => sum + count, 0),
    });
    return { ...this.#stage(grid, run), inputs: [{ stage, link }] };
  }

  /** What merges blocks into one, whose state becomes the result in the last stage. */
  #stage(grid: Grid, merge: Merge): Omit<Stage, "inputs"> {
    const isLast = this.isDone(grid);
    const outputGrid = isLast ? this.#layer.grid : grid;
    return {
      grid: outputGrid,
      run: (block, [blocks = []]) => {
        const state = merge(blocks, block);
        if (state === undefined) throw new RangeError("a reduction of no block");
        return isLast ? this.#finish(state) : state;
      },
    };
  }

  #finish({ data, shape, count }: State): Block {
    const isKept = (_: number, axis: number): boolean =>
      this.#reduce.keepdims || this.#fanIn(axis) === undefined;
    const given = { count, ddof: this.#reduce.ddof };
    return { data: this.#reduction.finish(data, given), shape: shape.filter(isKept) };
  }

  /** Kept axes go along; reduced ones are read as `reduced` says, or as a whole where the result lacks them. */
  #link(input: Grid, grid: Grid, reduced: (output: number, axis: Axis, fanIn: number) => AxisLink): Link {
    const isDropped = this.isDone(grid) && !this.#reduce.keepdims;
    let output = 0;
    const axes = input.map((axis, number) => {
      const fanIn = this.#fanIn(number);
      if (fanIn !== undefined && isDropped) return axisBlocks(axis) === 1 ? only(0) : whole(axis);
      output += 1;
      return fanIn === undefined ? same(output - 1) : reduced(output - 1, axis, fanIn);
    });
    return { axes, free: [] };
  }

  /** The numbers of a block with those along reduced axes, which are gone where each has one block. */
  #withReduced(block: BlockNumbers, ndim: number): BlockNumbers {
    if (block.length === ndim) return block;
    const kept = [...block];
    return Array.from({ length: ndim }, (_, axis) =>
      this.#fanIn(axis) === undefined ? (kept.shift() ?? 0) : 0,
    );
  }

  /** How many neighbours are merged along an axis that is reduced. */
  #fanIn(number: number): number | undefined {
    return this.#reduce.axes.find(({ axis }) => axis === number)?.fan_in;
  }
}
