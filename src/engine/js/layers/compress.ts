import { allocate } from "../../../dtype/index.js";
import type { Compress, Grid, Layer } from "../../../generated/layers.js";
import { gridBlocks, product } from "../../../graph/index.js";
import type { Block } from "../block.js";
import { copyStrided, denseStrides } from "../copy.js";
import { type AxisLink, type Link, same, unraveled } from "../links.js";
import type { Stage } from "./stage.js";

/** Keeps the elements at which a mask is true; the axes that the mask stands for become one. */
export function compressStage(
  { grid, dtype }: Layer,
  { axis }: Compress,
  [elements = -1, flags = -1]: readonly number[],
  maskGrid: Grid,
): Stage {
  const blocks = gridBlocks(maskGrid);
  const masked = blocks.map((_, number): AxisLink => unraveled(axis, blocks, number));
  const others = grid.flatMap((_, number) => (number === axis ? [] : [number]));
  const elementLink: Link = {
    axes: [
      ...others.filter((number) => number < axis).map(same),
      ...masked,
      ...others.filter((number) => number > axis).map(same),
    ],
    free: [],
  };
  return {
    grid,
    inputs: [
      { stage: elements, link: elementLink },
      { stage: flags, link: { axes: masked, free: others } },
    ],
    run(_, inputs) {
      const [block, mask] = inputs.map(([first]) => first);
      if (block === undefined || mask === undefined) throw new RangeError("elements without a mask");
      return compress(block, mask, axis, (length) => allocate(dtype, length));
    },
  };
}

function compress(
  { data, shape }: Block,
  mask: Block,
  axis: number,
  make: (length: number) => Block["data"],
): Block {
  const [before, after] = [shape.slice(0, axis), shape.slice(axis + mask.shape.length)];
  const kept = Array.from(mask.data.keys()).filter((place) => mask.data[place] !== 0);
  const result = [...before, kept.length, ...after];
  const rows = { shape: [product(before), product(after)], all: mask.data.length };
  const out = make(product(result));
  const [outer = 1, inner = 1] = rows.shape;
  const to = denseStrides([outer, kept.length, inner]);
  const from = denseStrides([outer, rows.all, inner]);
  for (const [place, at] of kept.entries()) {
    copyStrided(
      { data: out, offset: place * inner, strides: [to[0] ?? 0, 1] },
      { data, offset: at * inner, strides: [from[0] ?? 0, 1] },
      [outer, inner],
    );
  }
  return { data: out, shape: result };
}
