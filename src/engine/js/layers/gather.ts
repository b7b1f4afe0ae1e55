import { allocate } from "../../../dtype/index.js";
import type { Layer } from "../../../generated/layers.js";
import { product } from "../../../graph/index.js";
import {
  blockAsBox,
  blockInBox,
  type Extent,
  measuredExtents,
  measuredShape,
  meet,
  type Range,
  rangeLength,
} from "../axis.js";
import type { Block } from "../block.js";
import { copyStrided, denseStrides, type Strided } from "../copy.js";
import { behind, type Link, recut } from "../links.js";
import type { Stage, StageOfLayer } from "./stage.js";

/** Stitches blocks from what they have in common with those of the input, which is cut otherwise. */
export function gatherStage({ grid, dtype }: Layer, { stage, grid: inputGrid }: StageOfLayer): Stage {
  const link: Link = {
    axes: inputGrid.map((axis, number) => recut(number, axis, grid[number] ?? [])),
    free: [],
  };
  return {
    grid,
    inputs: [{ stage, link }],
    run(block, [parts = []]) {
      const shape = measuredShape(grid, block, (axis) => parts[0]?.shape[axis]);
      const extents = measuredExtents(grid, block, shape);
      const whole: Placed = { extents, block: { data: allocate(dtype, product(shape)), shape } };
      const box = behind(link, blockAsBox(block));
      for (const [place, part] of parts.entries()) {
        const placed = measuredExtents(inputGrid, blockInBox(box, place), part.shape);
        copyCommon(whole, { extents: placed, block: part });
      }
      return whole.block;
    },
  };
}

/** A block and where it lies. */
export interface Placed {
  readonly extents: readonly Extent[];
  readonly block: Block;
}

/** Copies the elements that two blocks have in common. */
export function copyCommon(to: Placed, from: Placed): void {
  const common = to.extents.map((extent, axis) =>
    meet(elements(extent), elements(from.extents[axis] ?? extent)),
  );
  const placeIn = ({ extents, block }: Placed): Strided => {
    const strides = denseStrides(block.shape);
    const offsets = common.map(
      ({ start }, axis) => (start - (extents[axis]?.start ?? 0)) * (strides[axis] ?? 0),
    );
    return { data: block.data, offset: offsets.reduce((sum, offset) => sum + offset, 0), strides };
  };
  copyStrided(placeIn(to), placeIn(from), common.map(rangeLength));
}

function elements({ start, length }: Extent): Range {
  return { start, end: start + length };
}
