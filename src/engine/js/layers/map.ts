import type { Elementwise, Grid, Layer, Operand } from "../../../generated/layers.js";
import { axisBlocks, isKnownGrid, longestChunk, product, sameAxis } from "../../../graph/index.js";
import { measuredShape } from "../axis.js";
import type { Block } from "../block.js";
import { denseStrides, toBlock } from "../copy.js";
import { compile } from "../elementwise/program.js";
import { type Link, repeated, same } from "../links.js";
import type { Stage, StageInput } from "./stage.js";

/** Computes element by element. */
export function mapStage(
  { grid }: Layer,
  { program, operands }: Elementwise,
  inputs: readonly number[],
): Stage {
  /** The length of an axis that the grid does not know, from an operand that has the axis. */
  function lengthIn(blocks: readonly (readonly Block[])[], axis: number): number | undefined {
    const ours = grid[axis] ?? [];
    const carrier = operands.findIndex((operand) => {
      const theirs = operand.grid.at(axis - grid.length);
      return theirs !== undefined && sameAxis(theirs, ours);
    });
    return blocks[carrier]?.[0]?.shape.at(axis - grid.length);
  }
  const compiled = compile(
    program,
    operands.map(({ dtype }) => dtype),
    isKnownGrid(grid) ? product(grid.map(longestChunk)) : Number.POSITIVE_INFINITY,
  );
  return {
    grid,
    inputs: operands.map((operand) => inputOf(operand, grid, inputs)),
    run(block, blocks) {
      const shape = measuredShape(grid, block, (axis) => lengthIn(blocks, axis));
      const data = blocks.map(([operand]) =>
        operand === undefined ? undefined : broadcast(operand, shape).data,
      );
      return {
        data: compiled.run(
          data.filter((entry) => entry !== undefined),
          product(shape),
        ),
        shape,
      };
    },
  };
}

/** An operand is an input; one that is read twice is two. */
function inputOf({ grid: theirs, origin }: Operand, grid: Grid, inputs: readonly number[]): StageInput {
  const missing = grid.length - theirs.length;
  const link: Link = {
    axes: theirs.map((axis, number) =>
      axisBlocks(axis) === 1 ? repeated(missing + number) : same(missing + number),
    ),
    free: Array.from({ length: missing }, (_, number) => number),
  };
  return { stage: inputs[origin.input] ?? -1, link };
}

/** Repeats a block along its axes of length 1 until it has a shape. */
function broadcast(block: Block, shape: readonly number[]): Block {
  const missing = shape.length - block.shape.length;
  const dense = denseStrides(block.shape);
  const strides = shape.map((_, axis) =>
    block.shape[axis - missing] === 1 ? 0 : (dense[axis - missing] ?? 0),
  );
  return toBlock({ data: block.data, offset: 0, strides }, shape);
}
