import { checkInteger, invalid } from "../../check.js";
import type { Axis, Border } from "../../generated/layers.js";
import { axisBlocks, axisLength, createNode, joinAxes, type Node } from "../../graph/index.js";
import { pad } from "../arrange/pad.js";
import { gather } from "../rechunk.js";
import { checkAxis } from "../shape.js";
import { longEnough } from "../statistics/top.js";

/**
 * What lies beyond the ends of an axis.
 *
 * - `"none"`: nothing, blocks at the ends are shorter
 * - `"reflect"`: the elements backwards, the last one twice
 * - `"periodic"`: the other end
 * - `"nearest"`: the last element again and again
 * - a number
 */
export type Boundary = "none" | "reflect" | "periodic" | "nearest" | number;

/** How far blocks reach along an axis, and what they find beyond its ends. */
export interface Reach extends Border {
  readonly boundary: Boundary;
}

const MODES = { reflect: "symmetric", periodic: "wrap", nearest: "edge" } as const;

/** How far along each axis, as it was written: for all axes, one for each, or by their numbers. */
export function readReaches(depth: unknown, boundary: unknown, ndim: number): Reach[] {
  const depths = entries(depth, "options.depth", ndim);
  const boundaries = entries(boundary, "options.boundary", ndim);
  return depths.map((value, axis) => {
    const border = readBorder(value, `options.depth[${axis}]`);
    const beyond = boundaries[axis] ?? "none";
    const isMode = beyond === "none" || (typeof beyond === "string" && Object.hasOwn(MODES, beyond));
    if (!isMode && typeof beyond !== "number") {
      throw invalid(
        '"none", "reflect", "periodic", "nearest" or a number',
        `options.boundary[${axis}]`,
        beyond,
      );
    }
    return { ...border, boundary: beyond as Boundary };
  });
}

function readBorder(value: unknown, name: string): Border {
  if (!Array.isArray(value)) {
    const both = checkInteger(value ?? 0, name, 0);
    return { before: both, after: both };
  }
  if (value.length !== 2) throw invalid("a depth, or one before and one behind,", name, value);
  const [before = 0, after = 0] = value.map((entry) => checkInteger(entry, name, 0));
  return { before, after };
}

/** An entry for each axis. */
function entries(value: unknown, name: string, ndim: number): unknown[] {
  if (Array.isArray(value)) {
    if (value.length === ndim) return [...(value as readonly unknown[])];
    throw invalid(`entries for ${ndim} axes`, name, value);
  }
  if (typeof value !== "object" || value === null) return Array.from({ length: ndim }, () => value);
  const list: unknown[] = Array.from({ length: ndim });
  for (const [key, entry] of Object.entries(value))
    list[checkAxis(Number(key), `${name}[${key}]`, ndim)] = entry;
  return list;
}

/** The array in blocks that have the elements next to them too. */
export function overlap(node: Node, reaches: readonly Reach[]): Node {
  const cut = gather(
    node,
    node.grid.map((axis, number) => {
      const { before, after } = reaches[number] ?? { before: 0, after: 0 };
      return before + after > 0 ? longEnough(axis, Math.max(before, after)) : axis;
    }),
  );
  const padded = reaches.reduce(padAxis, cut);
  const borders = reaches.map(({ before, after }) => ({ before, after }));
  if (borders.every(({ before, after }) => before + after === 0)) return padded;
  const grid = padded.grid.map((axis, number) => {
    const { before = 0, after = 0 } = borders[number] ?? {};
    return eachChunk(
      axis,
      (length, isFirst, isLast) => length + (isFirst ? 0 : before) + (isLast ? 0 : after),
    );
  });
  return createNode({
    label: "overlap",
    kind: { overlap: { borders } },
    dtype: node.dtype,
    grid,
    inputs: [padded],
  });
}

/** The array with what lies beyond the ends of an axis, as parts of its first and last chunk. */
function padAxis(node: Node, { before, after, boundary }: Reach, along: number): Node {
  if (boundary === "none" || before + after === 0 || node.shape[along] === 0) return node;
  const widths = node.shape.map((_, axis) => (axis === along ? [before, after] : [0, 0]));
  const isNumber = typeof boundary === "number";
  const padded = pad(node, widths, {
    mode: isNumber ? "constant" : MODES[boundary],
    constantValues: isNumber ? boundary : 0,
    endValues: 0,
    statLength: undefined,
  });
  return gather(
    padded,
    node.grid.map((axis, number) => {
      if (number !== along) return axis;
      return eachChunk(
        axis,
        (length, isFirst, isLast) => length + (isFirst ? before : 0) + (isLast ? after : 0),
      );
    }),
  );
}

/** The array in blocks without their borders: what `overlap` gave in the blocks that it was made of. */
export function trimInternal(node: Node, reaches: readonly Reach[]): Node {
  const borders = reaches.map(({ before, after }) => ({ before, after }));
  if (borders.every(({ before, after }) => before + after === 0)) return node;
  const ends = reaches.map(({ boundary }) => boundary !== "none");
  const grid = node.grid.map((axis, number) => {
    const { before = 0, after = 0 } = borders[number] ?? {};
    const isCut = ends[number] === true;
    return eachChunk(axis, (length, isFirst, isLast) =>
      Math.max(0, length - (isFirst && !isCut ? 0 : before) - (isLast && !isCut ? 0 : after)),
    );
  });
  return createNode({
    label: "trim",
    kind: { trim: { borders, ends } },
    dtype: node.dtype,
    grid,
    inputs: [node],
  });
}

/** An axis of as many chunks with other lengths; only the first and the last one differ from those around them. */
function eachChunk(
  axis: Axis,
  lengthOf: (length: number, isFirst: boolean, isLast: boolean) => number,
): Axis {
  if (axisBlocks(axis) === 1) return [{ length: lengthOf(axisLength(axis), true, true), count: 1 }];
  const pieces = axis.flatMap(({ length, count }, run): Axis[] => {
    const [isFirst, isLast] = [run === 0, run === axis.length - 1];
    const between = count - Number(isFirst) - Number(isLast);
    return [
      ...(isFirst ? [[{ length: lengthOf(length, true, false), count: 1 }]] : []),
      ...(between > 0 ? [[{ length: lengthOf(length, false, false), count: between }]] : []),
      ...(isLast ? [[{ length: lengthOf(length, false, true), count: 1 }]] : []),
    ];
  });
  return joinAxes(pieces);
}
