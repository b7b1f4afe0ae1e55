import type { Axis, Grid } from "../generated/layers.js";
import {
  axisBlocks,
  axisLength,
  createNode,
  defer,
  gridBlocks,
  isKnownAxis,
  longestChunk,
  type Node,
  product,
  regularAxis,
  sameAxis,
  unifyAxes,
  unknownAxis,
} from "../graph/index.js";
import { gather } from "./rechunk.js";

/**
 * The elements at which a mask is true, in row-major order. The mask stands for as many axes as it has, from `axis`
 * on; they become one, whose length is known when it is computed. Lengths that are known must agree.
 */
export function compress(node: Node, mask: Node, axis: number): Node {
  const end = axis + mask.grid.length;
  const masked = node.grid.slice(axis, end).map((theirs, number) => agreed(theirs, mask.grid[number] ?? []));
  const cut = masked.every((blocks) => blocks !== undefined) ? rowMajorCut(masked) : undefined;
  if (cut === undefined || cut.some((blocks) => Number.isNaN(axisBlocks(blocks)))) {
    return defer({
      label: "mask",
      parameters: axis,
      dtype: node.dtype,
      axes: [...node.grid.slice(0, axis), undefined, ...node.grid.slice(end)].map((blocks) =>
        blocks !== undefined && isKnownAxis(blocks) ? blocks : undefined,
      ),
      inputs: [node, mask],
      build: ([elements = node, flags = mask]) => compress(elements, flags, axis),
    });
  }
  const aligned = gather(mask, cut);
  const [before, after] = [node.grid.slice(0, axis), node.grid.slice(end)];
  return createNode({
    label: "mask",
    kind: { compress: { axis } },
    dtype: node.dtype,
    grid: [...before, unknownAxis(product(gridBlocks(cut)), aligned.token), ...after],
    inputs: [gather(node, [...before, ...cut, ...after]), aligned],
  });
}

/** How an axis of elements and of their mask is cut so that they match; undefined where lengths must be known for that. */
function agreed(elements: Axis, mask: Axis): Axis | undefined {
  if (sameAxis(elements, mask)) return elements;
  return isKnownAxis(elements) && isKnownAxis(mask) ? unifyAxes([elements, mask]) : undefined;
}

/**
 * Cuts axes so that their blocks, one after the other, hold the elements in row-major order: up to some axis chunks of
 * one element, from the next on whole axes. Blocks are about as large as before. Undefined where a length is needed
 * that is not known.
 */
function rowMajorCut(axes: readonly Axis[]): Grid | undefined {
  if (axes.slice(1).every((axis) => axisBlocks(axis) === 1)) return axes;
  if (!axes.every(isKnownAxis)) return undefined;
  const room = Math.max(1, product(axes.map(longestChunk)));
  const lengths = axes.map(axisLength);
  const behind = (number: number): number => product(lengths.slice(number + 1));
  const pivot = lengths.findIndex((_, number) => behind(number) <= room);
  return lengths.map((length, number) => {
    if (number > pivot) return regularAxis(length, length);
    return regularAxis(
      length,
      number < pivot ? 1 : Math.max(1, Math.floor(room / Math.max(1, behind(number)))),
    );
  });
}
