import { checkInteger } from "../../check.js";
import { DTYPES } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import type { Axis } from "../../generated/layers.js";
import {
  axisBlocks,
  axisLength,
  longestChunk,
  type Node,
  product,
  regularAxis,
  wholeAxis,
} from "../../graph/index.js";
import { autoBytes } from "../chunks.js";
import { gather } from "../rechunk.js";
import { checkAxis, checkShape, checkSize } from "../shape.js";
import { type IntegerList, integersOf, isIntegerList, take } from "../take.js";
import { whenKnown } from "../when-known.js";
import { repeatOver } from "./broadcast-to.js";
import { addAxes } from "./dims.js";
import { listOf } from "./permute.js";
import { reshape } from "./reshape.js";

const PLAN = { mergeChunks: true };

/** Each element some times, one behind the other; without an axis of the array as one. */
export function repeat(node: Node, repeats: unknown, axis: unknown): Node {
  if (isIntegerList(repeats)) return repeatEach(node, repeats, axis);
  const times = checkInteger(repeats, "repeats", 0);
  if (axis === undefined) return repeat(reshape(node, -1, PLAN), times, 0);
  const along = checkAxis(axis, "options.axis", node.shape.length);
  const unmeasured = {
    label: "repeat",
    parameters: [times, along],
    dtype: node.dtype,
    ndim: node.shape.length,
  };
  return whenKnown([node], unmeasured, ([known = node]) => repeatKnown(known, times, along));
}

/** Each element as often as its entry in a list says; one entry is for all. */
function repeatEach(node: Node, list: IntegerList, axis: unknown): Node {
  if (axis === undefined) return repeatEach(reshape(node, -1, PLAN), list, 0);
  const along = checkAxis(axis, "options.axis", node.shape.length);
  const counts = [...integersOf(list)].map((count, number) =>
    checkInteger(Number(count), `repeats[${number}]`, 0),
  );
  const [only] = counts;
  if (counts.length === 1 && only !== undefined) return repeat(node, only, along);
  const unmeasured = {
    label: "repeat",
    parameters: [counts, along],
    dtype: node.dtype,
    ndim: node.shape.length,
  };
  return whenKnown([node], unmeasured, ([known = node]) => {
    const length = known.shape[along] ?? 0;
    if (counts.length !== length) {
      throw new BrambleError(
        "SHAPE_MISMATCH",
        `\`repeats\` has ${counts.length} entries, but the axis has ${length} elements`,
      );
    }
    const positions = counts.flatMap((count, place) => Array.from({ length: count }, () => place));
    return take(known, positions, along, { name: "repeats", axis: along });
  });
}

function repeatKnown(node: Node, times: number, along: number): Node {
  const shape = replaceAt(node.shape, along, (node.shape[along] ?? 0) * times);
  checkSize(shape);
  if (times === 1) return node;
  // An axis behind it that repeats each element and then becomes part of it. Blocks grow no larger than allowed.
  const rest = product(replaceAt(node.grid.map(longestChunk), along, 1));
  const most = Math.max(longestChunk(node.grid[along] ?? []), elementsAllowed(node) / rest);
  const cut = atMost(node.grid[along] ?? [], Math.max(1, Math.floor(most / Math.max(1, times))));
  const shorter = gather(node, replaceAt(node.grid, along, cut));
  const wide = addAxes(shorter, node.shape.length + 1, [along + 1]);
  return reshape(repeatOver(wide, replaceAt(wide.grid, along + 1, wholeAxis(times))), shape, PLAN);
}

/** The array as a whole some times along each axis. */
export function tile(node: Node, reps: unknown): Node {
  const counts = checkShape(listOf(reps), "reps");
  const ndim = Math.max(node.shape.length, counts.length);
  const unmeasured = { label: "tile", parameters: counts, dtype: node.dtype, ndim };
  return whenKnown([node], unmeasured, ([known = node]) => tileKnown(known, counts, ndim));
}

function tileKnown(node: Node, counts: readonly number[], ndim: number): Node {
  const full = addAxes(
    node,
    ndim,
    Array.from({ length: ndim - node.shape.length }, (_, place) => place),
  );
  const times = [...Array.from({ length: ndim - counts.length }, () => 1), ...counts];
  checkSize(full.shape.map((length, axis) => length * (times[axis] ?? 1)));
  return times.reduce((tiled, count, axis) => tileAxis(tiled, count, axis), full);
}

/** An axis before it that repeats it and then becomes part of it. */
function tileAxis(node: Node, times: number, along: number): Node {
  if (times === 1) return node;
  const axis = node.grid[along] ?? [];
  const shape = replaceAt(node.shape, along, axisLength(axis) * times);
  const wide = addAxes(node, node.shape.length + 1, [along]);
  const isWhole = axisBlocks(axis) === 1;
  const room = isWhole ? Math.floor(elementsAllowed(node) / product(node.grid.map(longestChunk))) : 1;
  const copies = regularAxis(times, Math.min(Math.max(1, times), Math.max(1, room)));
  return reshape(repeatOver(wide, replaceAt(wide.grid, along, copies)), shape, PLAN);
}

/** Elements of a block of the size that automatic chunks have. */
function elementsAllowed(node: Node): number {
  return autoBytes() / DTYPES[node.dtype].itemsize;
}

/** The axis, cut anew where chunks are longer than allowed. */
function atMost(axis: Axis, length: number): Axis {
  return longestChunk(axis) <= length ? axis : regularAxis(axisLength(axis), length);
}

function replaceAt<T>(items: readonly T[], place: number, item: T): T[] {
  return items.map((other, number) => (number === place ? item : other));
}
