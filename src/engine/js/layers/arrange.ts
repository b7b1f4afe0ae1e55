import { allocate } from "../../../dtype/index.js";
import type { Concatenate, Diagonal, Grid, Layer, Permute } from "../../../generated/layers.js";
import { gridShape } from "../../../graph/index.js";
import { blockShape } from "../axis.js";
import type { Block } from "../block.js";
import { denseStrides, toBlock } from "../copy.js";
import { type Link, part, same } from "../links.js";
import { diagonalLink, reshapeLink } from "../block-links.js";
import type { Stage, StageOfLayer } from "./stage.js";

/** Layers whose blocks are blocks of an input, with their elements in the same or another order. */

/** Puts axes in another order. */
export function permuteStage({ grid }: Layer, { axes }: Permute, input: StageOfLayer): Stage {
  const link: Link = { axes: input.grid.map((_, axis) => same(axes.indexOf(axis))), free: [] };
  const reorder = (values: readonly number[]): number[] => axes.map((axis) => values[axis] ?? 0);
  return oneBlockStage(grid, input.stage, link, ({ data, shape }) =>
    toBlock({ data, offset: 0, strides: reorder(denseStrides(shape)) }, reorder(shape)),
  );
}

/** Gives blocks another shape. */
export function reshapeStage({ grid }: Layer, input: StageOfLayer): Stage {
  return oneBlockStage(grid, input.stage, reshapeLink(input.grid, grid), ({ data }, shape) => ({
    data,
    shape,
  }));
}

/** Takes diagonals of blocks. */
export function diagonalStage({ grid }: Layer, { first, second }: Diagonal, input: StageOfLayer): Stage {
  const link = diagonalLink(gridShape(input.grid).length, first, second);
  return oneBlockStage(grid, input.stage, link, ({ data, shape }, result) => {
    const strides = denseStrides(shape);
    const kept = strides.filter((_, axis) => axis !== first && axis !== second);
    const along = (strides[first] ?? 0) + (strides[second] ?? 0);
    return toBlock({ data, offset: 0, strides: [...kept, along] }, result);
  });
}

/** Hands blocks of several inputs on, which stand one behind the other. */
export function concatenateStage(
  { grid }: Layer,
  { axis, ends }: Concatenate,
  inputs: readonly number[],
): Stage {
  const starts = [0, ...ends];
  const inputsOfStage = inputs.map((stage, number) => {
    const start = starts[number] ?? 0;
    const link: Link = {
      axes: grid.map((_, output) =>
        output === axis ? part(output, start, (ends[number] ?? 0) - start) : same(output),
      ),
      free: [],
    };
    return { stage, link };
  });
  return { grid, inputs: inputsOfStage, run: (_, blocks) => onlyBlock(blocks.flat()) };
}

/** Puts the elements of two blocks in turns along a last axis. */
export function pairStage({ grid, dtype }: Layer, inputs: readonly number[]): Stage {
  const last = grid.length - 1;
  const link: Link = { axes: grid.slice(0, -1).map((_, axis) => same(axis)), free: [last] };
  return {
    grid,
    inputs: inputs.map((stage) => ({ stage, link })),
    run(_, [first = [], second = []]) {
      const [re, im] = [onlyBlock(first), onlyBlock(second)];
      const data = allocate(dtype, 2 * re.data.length) as Float64Array;
      for (let place = 0; place < re.data.length; place += 1) {
        data[2 * place] = re.data[place] as number;
        data[2 * place + 1] = im.data[place] as number;
      }
      return { data, shape: [...re.shape, 2] };
    },
  };
}

/** A stage that makes each block of one block of its input. */
function oneBlockStage(
  grid: Grid,
  stage: number,
  link: Link,
  make: (block: Block, shape: readonly number[]) => Block,
): Stage {
  return {
    grid,
    inputs: [{ stage, link }],
    run: (block, [blocks = []]) => make(onlyBlock(blocks), blockShape(grid, block)),
  };
}

function onlyBlock([block]: readonly Block[]): Block {
  if (block === undefined) throw new RangeError("a block that reads none");
  return block;
}
