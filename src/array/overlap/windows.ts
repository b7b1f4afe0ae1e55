import { checkInteger, invalid } from "../../check.js";
import { BrambleError } from "../../errors.js";
import { type Node, sliceAxis } from "../../graph/index.js";
import { concatenateNodes } from "../arrange/concatenate.js";
import { addAxes } from "../arrange/dims.js";
import { listOf, numbersBelow } from "../arrange/permute.js";
import { gather } from "../rechunk.js";
import { select } from "../select.js";
import { checkAxis } from "../shape.js";
import { Slice } from "../slice.js";
import { oneChunk } from "../statistics/along.js";

/** All windows of some lengths along axes; the places in a window are new axes behind. */
export function slidingWindowView(node: Node, windowShape: unknown, axis: unknown): Node {
  const lengths = listOf(windowShape).map((length, place) =>
    checkInteger(length, Array.isArray(windowShape) ? `windowShape[${place}]` : "windowShape", 1),
  );
  const ndim = node.shape.length;
  const axes =
    axis === undefined
      ? numbersBelow(ndim)
      : listOf(axis).map((entry) => checkAxis(entry, "options.axis", ndim));
  if (axes.length !== lengths.length)
    throw invalid(`a length for each of ${axes.length} axes`, "windowShape", windowShape);
  return axes.reduce((windows, along, place) => slideAlong(windows, along, lengths[place] ?? 1), node);
}

/** The windows along one axis: the array, moved on by one element for each place in a window. */
function slideAlong(node: Node, along: number, length: number): Node {
  const count = (node.shape[along] ?? 0) - length + 1;
  if (count < 1) {
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `A window of ${length} elements is longer than axis ${along}, which has ${node.shape[along]}`,
    );
  }
  const grid = node.grid.map((axis, number) => (number === along ? sliceAxis(axis, 0, 1, count) : axis));
  const ndim = node.grid.length;
  const moved = numbersBelow(length).map((start) => {
    const part = select(
      node,
      node.shape.map((_, number) => (number === along ? new Slice(start, start + count, 1) : ":")),
    );
    return addAxes(gather(part, grid), ndim + 1, [ndim]);
  });
  return gather(concatenateNodes(moved, ndim), [...grid, oneChunk(length)]);
}
