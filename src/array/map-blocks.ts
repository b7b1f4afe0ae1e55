import { invalid } from "../check.js";
import type { DType } from "../dtype/index.js";
import type { Axis, Grid } from "../generated/layers.js";
import { axisBlocks, axisLength, type Node } from "../graph/index.js";
import {
  axisOfBlocks,
  type BlockLengths,
  callBlocks,
  checkFunction,
  commonBlocks,
  readBlockOptions,
} from "./call-blocks.js";
import { checkDType } from "./create.js";
import { hasNode, NODE } from "./operand.js";
import { gather } from "./rechunk.js";
import { checkAxis } from "./shape.js";

/** What a function of blocks gives. */
export interface MapBlocksOptions<D extends DType = DType> {
  /** Element type of what the function gives. Default: that of the first array. */
  readonly dtype?: D | undefined;
  /** Lengths of the blocks that the function gives, for each axis. Default: as those that it gets. */
  readonly chunks?: readonly BlockLengths[] | undefined;
  /** Axes that the function takes away; it gets the whole of them in one block. */
  readonly dropAxis?: number | readonly number[] | undefined;
  /** Numbers of axes that the function adds, in its result. They have one block, of length 1 if `chunks` is absent. */
  readonly newAxis?: number | readonly number[] | undefined;
}

const OPTIONS = ["dtype", "chunks", "dropAxis", "newAxis"] as const;

/** A function of the blocks that lie at the same place in some arrays; axes align at the end. */
export function mapBlocks(called: unknown, values: unknown, options: unknown): Node {
  const run = checkFunction(called, "f");
  const given = readBlockOptions(options, OPTIONS);
  if (!Array.isArray(values)) throw invalid("a list of arrays", "arrays", values);
  const arrays = values.filter(hasNode).map((value) => value[NODE]);
  const [first] = arrays;
  if (first === undefined) throw invalid("at least one lazy array", "arrays", values);

  const ndim = Math.max(...arrays.map((node) => node.grid.length));
  const dropped = readAxes(given["dropAxis"], "options.dropAxis", ndim);
  const nodes = arrays.map((node) => wholeAlong(node, dropped, ndim));
  const { grid, places } = outputGrid(nodes, dropped, given);
  const reads = nodes.map((node) => ({
    node,
    read: node.grid.map((_, axis) => {
      const place = places[axis + ndim - node.grid.length];
      return place === undefined ? { at: 0 } : { axis: place };
    }),
  }));
  let slot = -1;
  const args = values.map((value: unknown) => (hasNode(value) ? { slot: (slot += 1) } : { value }));
  return callBlocks({
    label: "mapBlocks",
    called: run,
    reads,
    ...(values.length > arrays.length && { args }),
    dtype: given["dtype"] === undefined ? first.dtype : checkDType(given["dtype"], "options.dtype"),
    grid,
  });
}

/** An array whose blocks span the axes that a function takes away. */
function wholeAlong(node: Node, dropped: readonly number[], ndim: number): Node {
  const missing = ndim - node.grid.length;
  return gather(
    node,
    node.grid.map((axis, number) =>
      dropped.includes(number + missing) ? [{ length: axisLength(axis), count: 1 }] : axis,
    ),
  );
}

/** The blocks of the result, and where each axis of the arrays is in it. */
function outputGrid(
  nodes: readonly Node[],
  dropped: readonly number[],
  given: Record<string, unknown>,
): { grid: Grid; places: (number | undefined)[] } {
  const ndim = Math.max(...nodes.map((node) => node.grid.length));
  const kept = Array.from({ length: ndim }, (_, axis) => axis).filter((axis) => !dropped.includes(axis));
  const added = readAxes(given["newAxis"], "options.newAxis", kept.length + countOf(given["newAxis"]));
  const grid: Axis[] = [];
  const places: (number | undefined)[] = Array.from({ length: ndim });
  for (const axis of kept) {
    while (added.includes(grid.length)) grid.push([{ length: 1, count: 1 }]);
    places[axis] = grid.length;
    grid.push(commonAxis(nodes, axis - ndim));
  }
  while (added.includes(grid.length)) grid.push([{ length: 1, count: 1 }]);
  return { grid: withLengths(grid, given["chunks"]), places };
}

/** The axis of the arrays with the most blocks, the longest of them. */
function commonAxis(nodes: readonly Node[], number: number): Axis {
  const axes = nodes.map((node) => node.grid.at(number)).filter((axis) => axis !== undefined);
  const count = commonBlocks(axes, `axis ${number} of the arrays`);
  return axes
    .filter((axis) => axisBlocks(axis) === count)
    .reduce((longest, axis) => (axisLength(axis) > axisLength(longest) ? axis : longest));
}

function withLengths(grid: readonly Axis[], chunks: unknown): Grid {
  if (chunks === undefined) return grid;
  if (!Array.isArray(chunks) || chunks.length !== grid.length) {
    throw invalid(`lengths of blocks for ${grid.length} axes`, "options.chunks", chunks);
  }
  return grid.map((axis, number) =>
    axisOfBlocks(chunks[number], axisBlocks(axis), `options.chunks[${number}]`),
  );
}

function countOf(axes: unknown): number {
  if (axes === undefined) return 0;
  return Array.isArray(axes) ? axes.length : 1;
}

function readAxes(axes: unknown, name: string, ndim: number): number[] {
  if (axes === undefined) return [];
  const list: readonly unknown[] = Array.isArray(axes) ? axes : [axes];
  const numbers = list.map((axis, index) =>
    checkAxis(axis, Array.isArray(axes) ? `${name}[${index}]` : name, ndim),
  );
  if (new Set(numbers).size < numbers.length) throw invalid("different axes", name, axes);
  return numbers.sort((a, b) => a - b);
}
