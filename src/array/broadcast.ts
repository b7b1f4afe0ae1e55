import { BrambleError } from "../errors.js";
import type { Axis, Grid } from "../generated/layers.js";
import { axisLength, isKnownAxis, type Node, sameAxis, unifyAxes } from "../graph/index.js";
import { gather } from "./rechunk.js";
import { checkSize, formatShape } from "./shape.js";

/** Arrays that fit together block by block. */
export interface Broadcast {
  /** The blocks of what they make together. */
  readonly grid: Grid;
  /** The arrays in the order given, each rechunked where its blocks did not match. */
  readonly nodes: readonly Node[];
}

/**
 * Aligns arrays as NumPy does: axes from the end, those of length 1 repeat.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH`, naming the shapes and the axis.
 */
export function broadcast(nodes: readonly Node[]): Broadcast {
  const ndim = Math.max(0, ...nodes.map((node) => node.grid.length));
  const grid = Array.from({ length: ndim }, (_, axis) => broadcastAxis(nodes, axis - ndim));
  checkSize(grid.map(axisLength));
  return { grid, nodes: nodes.map((node) => gather(node, blocksOf(node, grid))) };
}

/** What all but the last `own` axes of arrays become together; what these are is left to others. */
export function broadcastSides(nodes: readonly Node[], own: number): Grid {
  const ndim = Math.max(own, ...nodes.map((node) => node.grid.length));
  const grid = Array.from({ length: ndim - own }, (_, axis) => broadcastAxis(nodes, axis - ndim));
  checkSize(grid.map(axisLength));
  return grid;
}

/**
 * The axes that arrays have together as far as they can be told, undefined where a length is unknown; nothing where
 * no length is needed to tell whether they fit.
 */
export function broadcastUnknown(nodes: readonly Node[]): (Axis | undefined)[] | undefined {
  const ndim = Math.max(0, ...nodes.map((node) => node.grid.length));
  const full = Array.from({ length: ndim }, (_, axis) => fullAxes(nodes, axis - ndim).full);
  const isUnclear = (axes: readonly Axis[]): boolean =>
    !axes.every(isKnownAxis) && axes.some((axis) => !sameAxis(axis, axes[0] ?? []));
  if (!full.some(isUnclear)) return undefined;
  return full.map((axes, axis) => {
    if (!isUnclear(axes)) return broadcastAxis(nodes, axis - ndim);
    const known = axes.filter(isKnownAxis);
    return known.length === 0 ? undefined : unifyAxes(known);
  });
}

/** The axes at a place, counted from the end with negative numbers, and those of them that do not repeat. */
function fullAxes(nodes: readonly Node[], number: number): { axes: Axis[]; full: Axis[] } {
  const axes = nodes.map((node) => node.grid.at(number)).filter((axis) => axis !== undefined);
  return { axes, full: axes.filter((axis) => axisLength(axis) !== 1) };
}

/** What becomes of an axis, counted from the end with negative numbers. */
function broadcastAxis(nodes: readonly Node[], number: number): Axis {
  const { axes, full } = fullAxes(nodes, number);
  const lengths = new Set(full.map(axisLength));
  if (lengths.size <= 1) return unifyAxes(full.length > 0 ? full : axes);
  const shapes = nodes.map((node) => formatShape(node.shape)).join(" and ");
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `Shapes ${shapes} do not broadcast: axis ${number} has lengths ${[...lengths].join(" and ")}`,
  );
}

/** The blocks of a node within a grid to which it is broadcast. */
function blocksOf(node: Node, grid: Grid): Grid {
  return node.grid.map((axis, number) =>
    axisLength(axis) === 1 ? axis : (grid.at(number - node.grid.length) ?? axis),
  );
}
