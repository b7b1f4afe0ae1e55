import { allocate, type DType, type TypedArray } from "../../../dtype/index.js";
import type { Along, Grid, Layer } from "../../../generated/layers.js";
import { axisLength, gridBlocks, product } from "../../../graph/index.js";
import { bincount, histogram } from "../along/counts.js";
import { find } from "../along/find.js";
import { order } from "../along/order.js";
import { complexProduct } from "../along/product.js";
import { top } from "../along/top.js";
import type { Block } from "../block.js";
import { denseStrides, toBlock } from "../copy.js";
import { type Link, only, same } from "../links.js";
import type { Stage } from "./stage.js";

/** What a function along axes reads. */
interface AlongInput {
  readonly stage: number;
  readonly grid: Grid;
  readonly dtype: DType;
}

/** Computes a function of each block along some of its axes. */
export function alongStage({ grid, dtype }: Layer, along: Along, inputs: readonly AlongInput[]): Stage {
  const length = axisLength(grid.at(-1) ?? []);
  return {
    grid,
    inputs: inputs.map(({ stage, grid: theirs }, number) => ({ stage, link: linkOf(number, theirs, grid) })),
    run(_, blocks) {
      const given = blocks.map(([block]) => block).filter((block) => block !== undefined);
      const [elements, ...others] = given;
      if (elements === undefined) throw new RangeError("a function of no block");
      const lines = linesOf(elements, along.axes);
      const shape = elements.shape.map((size, axis) => (along.axes.includes(axis) ? 1 : size));
      const data = allocate(dtype, product(shape) * length);
      if ("product" in along.op) {
        const [axis = 0] = along.axes;
        complexProduct(elements, others[0]?.data ?? elements.data, axis, dtype, { data, length });
        return { data, shape: [...shape, length] };
      }
      // Edges go with all blocks; everything else goes with the elements.
      const beside = others.map((block) =>
        block.shape.length === elements.shape.length ? linesOf(block, along.axes).data : block.data,
      );
      compute(along, lines, beside, { data, length });
      return { data, shape: [...shape, length] };
    },
  };
}

function linkOf(number: number, theirs: Grid, grid: Grid): Link {
  const axes = [...grid.keys()];
  if (number > 0 && product(gridBlocks(theirs)) === 1) return { axes: theirs.map(() => only(0)), free: axes };
  return { axes: theirs.map((_, axis) => same(axis)), free: axes.slice(theirs.length) };
}

/** The elements of a block, those of each kept position one behind the other. */
export interface Lines {
  readonly data: TypedArray;
  /** Elements of each. */
  readonly length: number;
}

/** Where results go: `length` of them for each line. */
export interface Results {
  readonly data: TypedArray;
  readonly length: number;
}

function linesOf({ data, shape }: Block, axes: readonly number[]): Lines {
  const all = [...shape.keys()];
  const moved = [...all.filter((axis) => !axes.includes(axis)), ...axes];
  const strides = denseStrides(shape);
  const block = toBlock(
    { data, offset: 0, strides: moved.map((axis) => strides[axis] ?? 0) },
    moved.map((axis) => shape[axis] ?? 1),
  );
  return { data: block.data, length: product(axes.map((axis) => shape[axis] ?? 1)) };
}

function compute({ op }: Along, lines: Lines, others: readonly TypedArray[], results: Results): void {
  const [second, third] = others;
  if ("order" in op) order(op.order, lines, results);
  else if ("top" in op) top(lines, others, op.top.largest, results);
  else if ("find" in op) find(lines, second ?? lines.data.subarray(0, 0), op.find.right, results);
  else if ("histogram" in op) histogram(lines, second ?? new Float64Array(0), third, results);
  else bincount(lines, second, results);
}
