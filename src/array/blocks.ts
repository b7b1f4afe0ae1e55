import { invalid } from "../check.js";
import { axisBlocks, axisLengths, defer, isKnownAxis, isKnownGrid, type Node } from "../graph/index.js";
import { concatenateNodes } from "./arrange/concatenate.js";
import { isAdvanced, listOf } from "./indexing.js";
import { select } from "./select.js";
import { expandEllipsis, readEntry } from "./selection.js";
import type { Place } from "./shape.js";
import { Slice } from "./slice.js";
import { type IntegerList, positionsOf } from "./take.js";

/**
 * The array that some blocks make: an entry for each axis says which chunks are taken along it. An integer takes one,
 * and the axis stays.
 */
export function blocks(node: Node, index: readonly unknown[]): Node {
  if (!isKnownGrid(node.grid)) return blocksLater(node, index);
  const counts = node.grid.map(axisBlocks);
  let taken = node;
  for (const [axis, { entry, name }] of expandEllipsis(index, counts).entries()) {
    const chunks = chunksOf(entry, { name, axis }, counts[axis] ?? 0);
    taken = blocksAlong(taken, axis, chunks);
  }
  return taken;
}

/** The chunks that an entry means of so many; `what` errors call them. */
export function chunksOf(entry: unknown, place: Place, count: number, what = "chunks"): number[] {
  const { name } = place;
  if (isAdvanced(entry)) return [...positionsOf(listOf(entry as IntegerList, name), place, count, what)];
  if (entry === null) throw invalid("an integer, a slice or a list of integers", name, entry);
  const taken = readEntry(entry, place, count, what);
  if (taken.kind === "index") return [taken.at];
  return Array.from({ length: taken.count }, (_, number) => taken.start + taken.step * number);
}

/** Chunks along an axis, neighbours as one slice. */
function blocksAlong(node: Node, axis: number, chunks: readonly number[]): Node {
  const lengths = axisLengths(node.grid[axis] ?? []);
  if (chunks.length === lengths.length && chunks.every((chunk, number) => chunk === number)) return node;
  const starts = [0];
  for (const [chunk, length] of lengths.entries()) starts.push((starts[chunk] ?? 0) + length);
  const slice = (first: number, end: number): Node =>
    select(
      node,
      node.shape.map((_, other) =>
        other === axis ? new Slice(starts[first] ?? 0, starts[end] ?? 0, 1) : ":",
      ),
    );
  const pieces: Node[] = [];
  for (let place = 0; place < chunks.length; ) {
    const first = chunks[place] ?? 0;
    let end = first;
    while (place < chunks.length && chunks[place] === end) [place, end] = [place + 1, end + 1];
    pieces.push(slice(first, end));
  }
  return pieces.length === 0 ? slice(0, 0) : concatenateNodes(pieces, axis);
}

function blocksLater(node: Node, index: readonly unknown[]): Node {
  expandEllipsis(index, node.shape);
  return defer({
    label: "blocks",
    parameters: index.map((entry) => (entry instanceof Slice ? entry.toString() : entry)),
    dtype: node.dtype,
    axes: node.grid.map((axis, number) => (isKnownAxis(axis) && index.length <= number ? axis : undefined)),
    inputs: [node],
    build: ([known = node]) => blocks(known, index),
  });
}
