// Another shape block by block: each block is reshaped by itself, and blocks keep their order. Nothing is put together or cut anew, but
// elements come in the order of blocks.

import { describe, invalid } from "../../check.js";
import { BrambleError } from "../../errors.js";
import type { Axis, Grid } from "../../generated/layers.js";
import {
  axisBlocks,
  axisGroups,
  axisLength,
  axisLengths,
  joinAxes,
  type Node,
  product,
  regularAxis,
  sameAxis,
  wholeAxis,
} from "../../graph/index.js";
import { normalizeChunks } from "../chunks.js";
import { full } from "../create.js";
import { gather } from "../rechunk.js";
import { formatShape } from "../shape.js";
import { whenKnown } from "../when-known.js";
import { concatenateNodes } from "./concatenate.js";
import { permute } from "./permute.js";
import { fitShape, readShape, reblock, withoutEmptyChunks } from "./reshape.js";
import { sliceAlong } from "./roll.js";

/** Each block under another shape. Axes that become several are cut as `chunks` says. */
export function reshapeBlockwise(node: Node, shape: unknown, chunks: unknown): Node {
  const wanted = readShape(shape);
  const parameters = [wanted, chunks ?? null];
  const unmeasured = { label: "reshape-blockwise", parameters, dtype: node.dtype, ndim: wanted.length };
  return whenKnown([node], unmeasured, ([known = node]) => reshapeKnown(known, wanted, chunks));
}

function reshapeKnown(node: Node, wanted: readonly number[], chunks: unknown): Node {
  const { dtype } = node;
  const target = fitShape(wanted, node.shape);
  const groups = axisGroups(node.shape, target).map(({ from, to }) => ({
    from: from.filter((axis) => node.shape[axis] !== 1),
    to: to.filter((axis) => target[axis] !== 1),
  }));
  const isOpen = groups.some(({ from, to }) => to.length > 1 && from.length === 1);
  if (isOpen && chunks === undefined) throw invalid("the chunks of the result", "options.chunks", chunks);
  if (target.length <= node.shape.length && chunks !== undefined && !isOpen)
    throw invalid("none where the result has no more axes", "options.chunks", chunks);
  if (product(target) === 0) return full("reshape", target, 0, { dtype, chunks }, dtype);
  const given = chunks === undefined ? undefined : normalizeChunks(chunks, { shape: target, dtype });
  const grid = withoutEmptyChunks(node.grid);
  const long = grid.filter((axis) => axisLength(axis) !== 1);
  let result = reblock(gather(node, grid), long);
  let at = 0;
  for (const { from, to } of groups) {
    if (from.length > 1 && to.length > 1)
      throw new BrambleError(
        "SHAPE_MISMATCH",
        `Blocks of shape ${formatShape(node.shape)} do not become blocks of ${formatShape(target)}: several axes become one, or one several`,
      );
    if (from.length > 1) result = merge(result, at, from.length);
    else if (to.length > 1) result = split(result, at, pick(given ?? [], to));
    for (const [place, axis] of to.entries()) check(result.grid[at + place] ?? [], given?.[axis], axis);
    at += to.length;
  }
  const made = [...result.grid];
  const whole = target.map((length) => (length === 1 ? wholeAxis(1) : (made.shift() ?? wholeAxis(length))));
  return reblock(result, whole);
}

/** Neighbouring axes as one, whose blocks are theirs. */
function merge(node: Node, at: number, count: number): Node {
  const axes = node.grid.slice(at, at + count);
  const pieces = piecesOf(axes);
  if (pieces !== undefined) {
    const { axis, ranges } = pieces;
    const parts = ranges.map(([start, stop]) => merge(sliceAlong(node, at + axis, start, stop), at, count));
    return concatenateNodes(parts, at);
  }
  const { cut, order } = blocksFirst(node.shape.length, at, axes);
  const apart = reblock(node, around(node, at, count, cut));
  const ordered = permute(apart, order);
  const flat = [{ length: product(axes.map(chunkOf)), count: product(axes.map(axisBlocks)) }];
  return reblock(ordered, around(ordered, at, 2 * count, [flat]));
}

/** An axis as several, whose blocks are its own. */
function split(node: Node, at: number, axes: Grid): Node {
  const flat = node.grid[at] ?? [];
  const wanted = flatten(axes);
  if (!sameAxis(flat, wanted))
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `Blocks of ${describe(axisLengths(flat))} elements do not become blocks of ${describe(axisLengths(wanted))}: see \`options.chunks\``,
    );
  const pieces = piecesOf(axes);
  if (pieces !== undefined) {
    const { axis, ranges } = pieces;
    const size = product(axes.map((along, number) => (number === axis ? 1 : axisLength(along))));
    const parts = ranges.map(([start, stop]) => {
      const part = axes.map((along, number) => (number === axis ? chunksWithin(along, start, stop) : along));
      return split(sliceAlong(node, at, start * size, stop * size), at, part);
    });
    return concatenateNodes(parts, at + axis);
  }
  const { cut, order } = blocksFirst(node.shape.length - 1 + axes.length, at, axes);
  const blocks = [
    ...axes.map((axis) => regularAxis(axisBlocks(axis), 1)),
    ...axes.map((axis) => wholeAxis(chunkOf(axis))),
  ];
  const apart = reblock(node, around(node, at, 1, blocks));
  const back = order.map((_, axis) => order.indexOf(axis));
  const ordered = permute(apart, back);
  return reblock(ordered, around(ordered, at, cut.length, axes));
}

/** Ranges of an axis whose blocks come one behind the other, where some axis is cut unevenly. */
function piecesOf(
  axes: Grid,
): { readonly axis: number; readonly ranges: readonly (readonly [number, number])[] } | undefined {
  if (axes.every(isEven)) return undefined;
  // Axes in front of it have one block: that one is even.
  const axis = axes.findIndex((along) => axisBlocks(along) > 1);
  const along = axes[axis] ?? [];
  const lengths = axes.slice(axis + 1).every(isEven)
    ? along.map(({ length, count }) => length * count)
    : axisLengths(along);
  let stop = 0;
  return { axis, ranges: lengths.map((length) => [stop, (stop += length)] as const) };
}

/** How even axes are cut into numbers of blocks and places within, and their order with the numbers in front. */
function blocksFirst(
  ndim: number,
  at: number,
  axes: Grid,
): { readonly cut: Grid; readonly order: readonly number[] } {
  const cut = axes.flatMap((axis) => [regularAxis(axisBlocks(axis), 1), wholeAxis(chunkOf(axis))]);
  const places = axes.map((_, number) => at + 2 * number);
  const before = Array.from({ length: at }, (_, axis) => axis);
  const behind = Array.from({ length: ndim - at - axes.length }, (_, place) => at + cut.length + place);
  return { cut, order: [...before, ...places, ...places.map((place) => place + 1), ...behind] };
}

/** The blocks of axes as one, in their order. */
function flatten([first = [], ...others]: Grid): Axis {
  if (others.length === 0) return first;
  const inner = flatten(others);
  return joinAxes(
    first.flatMap(({ length, count }) => {
      const scaled = inner.map((run) => ({ length: run.length * length, count: run.count }));
      return Array.from({ length: count }, () => scaled);
    }),
  );
}

/** The grid of a node with others in the place of some axes. */
function around(node: Node, at: number, count: number, axes: Grid): Grid {
  return [...node.grid.slice(0, at), ...axes, ...node.grid.slice(at + count)];
}

/** The chunks between two edges of an axis. */
function chunksWithin(axis: Axis, start: number, stop: number): Axis {
  let end = 0;
  return axis.flatMap(({ length, count }) => {
    const begin = end;
    end += length * count;
    const within = Math.min(end, stop) - Math.max(begin, start);
    return within > 0 ? [{ length, count: within / length }] : [];
  });
}

function check(made: Axis, given: Axis | undefined, axis: number): void {
  if (given === undefined || sameAxis(made, given)) return;
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `Axis ${axis} has chunks ${describe(axisLengths(made))}, but \`options.chunks\` has ${describe(axisLengths(given))}`,
  );
}

function pick(grid: Grid, axes: readonly number[]): Grid {
  return axes.flatMap((axis) => grid.slice(axis, axis + 1));
}

/** Whether all chunks have the same length. */
function isEven(axis: Axis): boolean {
  return axis.length === 1;
}

function chunkOf(axis: Axis): number {
  return axis[0]?.length ?? 1;
}
