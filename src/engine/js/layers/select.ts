import { allocate } from "../../../dtype/index.js";
import type { Grid, Layer, Select } from "../../../generated/layers.js";
import { blockAsBox, extentOf, extentsOf, locate, measuredShape } from "../axis.js";
import { denseStrides, toBlock } from "../copy.js";
import { type AxisLink, behind, type Link, only, sliced } from "../links.js";
import { placePicks, selectStrided } from "./selection.js";
import type { Stage, StageOfLayer } from "./stage.js";

/** Slices blocks; each lies in one block of the input. */
export function selectStage(
  layer: Layer,
  { selection }: Select,
  { stage, grid: inputGrid }: StageOfLayer,
): Stage {
  const { grid, dtype } = layer;
  const link = linkOf(layer, { selection }, inputGrid);
  /** The input axis of each axis of the result. */
  const sources = placePicks(selection).flatMap(({ pick, input }) =>
    pick === "newaxis" ? [-1] : "slice" in pick ? [input] : [],
  );
  return {
    grid,
    inputs: [{ stage, link }],
    run(block, [parts = []]) {
      const [from] = parts;
      const extents = extentsOf(grid, block);
      const shape = measuredShape(grid, block, (axis) => from?.shape[sources[axis] ?? -1]);
      // A block without elements reads none.
      if (from === undefined) return { data: allocate(dtype, 0), shape };
      const read = behind(link, blockAsBox(block));
      const origins = inputGrid.map((axis, number) => extentOf(axis, read[number]?.start ?? 0).start);
      const place = selectStrided(selection, extents, denseStrides(from.shape), origins);
      return toBlock({ data: from.data, ...place }, shape);
    },
  };
}

function linkOf({ grid }: Layer, { selection }: Select, inputGrid: Grid): Link {
  const axes: AxisLink[] = [];
  const free: number[] = [];
  for (const { pick, input, output } of placePicks(selection)) {
    const from = inputGrid[input] ?? [];
    if (pick === "newaxis") free.push(output);
    else if ("index" in pick) axes.push(only(locate(from, pick.index.at)));
    else axes.push(sliced(output, from, grid[output] ?? [], pick.slice.start, pick.slice.step));
  }
  return { axes, free };
}
