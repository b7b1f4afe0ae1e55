import { allocate } from "../../../dtype/index.js";
import type { Border, Layer, Overlap, Trim } from "../../../generated/layers.js";
import { axisBlocks, axisLength, product } from "../../../graph/index.js";
import { blockAsBox, blockInBox, blockShape, extentOf, extentsOf } from "../axis.js";
import { denseStrides, toBlock } from "../copy.js";
import { around, behind, type Link, same } from "../links.js";
import { copyCommon, type Placed } from "./gather.js";
import type { Stage, StageOfLayer } from "./stage.js";

const NOTHING: Border = { before: 0, after: 0 };

/** Blocks with what lies around them. */
export function overlapStage(
  { grid, dtype }: Layer,
  { borders }: Overlap,
  { stage, grid: theirs }: StageOfLayer,
): Stage {
  const link: Link = {
    axes: theirs.map((axis, number) => around(number, borders[number] ?? NOTHING, axisBlocks(axis))),
    free: [],
  };
  return {
    grid,
    inputs: [{ stage, link }],
    run(block, [parts = []]) {
      const shape = blockShape(grid, block);
      const extents = theirs.map((axis, number) => {
        const { before, after } = borders[number] ?? NOTHING;
        const own = extentOf(axis, block[number] ?? 0);
        const start = Math.max(0, own.start - before);
        return { start, length: Math.min(axisLength(axis), own.start + own.length + after) - start };
      });
      const whole: Placed = { extents, block: { data: allocate(dtype, product(shape)), shape } };
      const box = behind(link, blockAsBox(block));
      for (const [place, part] of parts.entries()) {
        copyCommon(whole, { extents: extentsOf(theirs, blockInBox(box, place)), block: part });
      }
      return whole.block;
    },
  };
}

/** Blocks without their borders. */
export function trimStage({ grid }: Layer, { borders, ends }: Trim, { stage }: StageOfLayer): Stage {
  const link: Link = { axes: grid.map((_, axis) => same(axis)), free: [] };
  return {
    grid,
    inputs: [{ stage, link }],
    run(block, [inputs = []]) {
      const [input] = inputs;
      if (input === undefined) throw new RangeError("a block that reads none");
      const strides = denseStrides(input.shape);
      const offset = block.reduce((sum, number, axis) => {
        const start = number > 0 || ends[axis] === true ? (borders[axis]?.before ?? 0) : 0;
        return sum + start * (strides[axis] ?? 0);
      }, 0);
      return toBlock({ data: input.data, offset, strides }, blockShape(grid, block));
    },
  };
}
