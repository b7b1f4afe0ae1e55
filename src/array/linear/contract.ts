import type { DType } from "../../dtype/index.js";
import type { Axis, Project } from "../../generated/layers.js";
import {
  axisBlocks,
  axisLength,
  createNode,
  isPaired,
  longestChunk,
  type Node,
  pairNode,
  type Parts,
  partsOf,
  product,
  regularAxis,
  unifyAxes,
} from "../../graph/index.js";
import { permute } from "../arrange/permute.js";
import { autoBytes, autoGrid } from "../chunks.js";
import { cast } from "../map.js";
import { gather } from "../rechunk.js";
import { binary, reduction } from "../statistics/node-math.js";
import { dropAxes } from "../statistics/along.js";

/** An array whose axes have names; none has the same twice. */
export interface Labelled {
  readonly node: Node;
  readonly labels: readonly string[];
}

/**
 * So many pairs of blocks a task multiplies and sums, one after the other. More would need more memory at once; what is
 * left is summed by the tree of a reduction.
 */
const PAIRS = 4;

/** Blocks of a product that are larger than so many automatic ones are cut. */
const LARGE = 4;

/**
 * The products of two arrays, summed over the axes that both have and whose names are not kept.
 *
 * @param keeps - whether an axis of that name is of the result. Axes that one of both has alone are.
 */
export function contract(
  a: Labelled,
  b: Labelled,
  keeps: (label: string) => boolean,
  dtype: DType,
): Labelled {
  const both = a.labels.filter((label) => b.labels.includes(label));
  const batch = both.filter(keeps);
  const shared = both.filter((label) => !keeps(label));
  const own = [a, b].map(({ labels }) => labels.filter((label) => !both.includes(label)));
  const [ownA = [], ownB = []] = own;
  const [left, right] = align(
    arrange(a, [...batch, ...ownA, ...shared], dtype),
    arrange(b, [...batch, ...shared, ...ownB], dtype),
    {
      batch: batch.length,
      shared: shared.length,
    },
  );
  const labels = [...batch, ...ownA, ...ownB];
  return { node: contractBlocks(left, right, { batch: batch.length, shared: shared.length }), labels };
}

/** An array with its axes in the order of some names. */
export function arrange({ node, labels }: Labelled, order: readonly string[], dtype: DType): Node {
  return permute(
    cast(node, dtype),
    order.map((label) => labels.indexOf(label)),
  );
}

/** How many axes go side by side, and over how many is summed. */
interface Counts {
  readonly batch: number;
  readonly shared: number;
}

/** Cuts both arrays alike along the axes that they share. */
function align(a: Node, b: Node, { batch, shared }: Counts): readonly [Node, Node] {
  const ownA = a.grid.length - batch - shared;
  const sides = a.grid.slice(0, batch).map((axis, number) => unifyAxes([axis, b.grid[number] ?? axis]));
  const sums = a.grid
    .slice(batch + ownA)
    .map((axis, number) => unifyAxes([axis, b.grid[batch + number] ?? axis]));
  const [rows, columns] = cutLarge(
    sides,
    a.grid.slice(batch, batch + ownA),
    b.grid.slice(batch + shared),
    a.dtype,
  );
  return [gather(a, [...sides, ...rows, ...sums]), gather(b, [...sides, ...sums, ...columns])];
}

type Axes = readonly Axis[];

/** Cuts what the arrays have alone where a block of the product would be much larger than those of both. */
function cutLarge(sides: Axes, rows: Axes, columns: Axes, dtype: DType): readonly [Axes, Axes] {
  const lengths = [...sides, ...rows, ...columns].map((axis) => Math.max(1, longestChunk(axis)));
  const context = { shape: [...sides, ...rows, ...columns].map(axisLength), dtype };
  // Eight bytes an element at most: a bound that holds for all element types, each part of complex ones for itself.
  if (product(lengths) * 8 <= LARGE * autoBytes()) return [rows, columns];
  const cut = autoGrid([...sides, ...[...rows, ...columns].map(() => undefined)], context);
  return [cut.slice(sides.length, sides.length + rows.length), cut.slice(sides.length + rows.length)];
}

/** The products of blocks: axes in the order that the layer wants, cut alike. */
function contractBlocks(a: Node, b: Node, counts: Counts): Node {
  if (isPaired(a) && isPaired(b)) return contractParts(partsOf(a), partsOf(b), counts);
  const { batch, shared } = counts;
  const ownA = a.grid.length - batch - shared;
  const kept = [...a.grid.slice(0, batch + ownA), ...b.grid.slice(batch + shared)];
  const { projects, groups } = groupsOf(a.grid.slice(batch + ownA), kept.length);
  const axis = (number: number): Project => ({ axis: number });
  const first = a.grid.slice(0, batch + ownA).map((_, number) => axis(number));
  const second = b.grid.slice(batch + shared).map((_, number) => axis(batch + ownA + number));
  const node = createNode({
    label: "contract",
    kind: {
      linear: {
        op: { contract: { batch, shared } },
        reads: [
          [...first, ...projects],
          [...first.slice(0, batch), ...projects, ...second],
        ],
      },
    },
    dtype: a.dtype,
    grid: [...kept, ...groups],
    inputs: [a, b],
  });
  const left = [...groups.keys()].map((number) => kept.length + number);
  if (left.length === 0) return node;
  const isOne = groups.every((group) => axisBlocks(group) === 1);
  return isOne ? dropAxes(node, left) : cast(reduction("sum", node, { axis: left }), node.dtype);
}

/** Complex products are four of their parts. */
function contractParts([a, b]: Parts, [c, d]: Parts, counts: Counts): Node {
  const times = (left: Node, right: Node): Node => contractBlocks(left, right, counts);
  return pairNode("contract", [
    binary("subtract", times(a, c), times(b, d)),
    binary("add", times(a, d), times(b, c)),
  ]);
}

/** Which neighbours along axes are summed by one task, and the axes along which the sums of the others lie. */
function groupsOf(axes: Axes, place: number): { projects: Project[]; groups: Axis[] } {
  let room = PAIRS;
  const sizes = axes
    .toReversed()
    .map((axis) => {
      const size = Math.max(1, Math.min(axisBlocks(axis), room));
      room = Math.floor(room / size);
      return size;
    })
    .reverse();
  const projects: Project[] = [];
  const groups: Axis[] = [];
  for (const [number, axis] of axes.entries()) {
    const [count, size] = [axisBlocks(axis), sizes[number] ?? 1];
    if (count === size) {
      projects.push("all");
    } else {
      projects.push({ group: { axis: place + groups.length, size } });
      groups.push(regularAxis(Math.ceil(count / size), 1));
    }
  }
  return { projects, groups };
}
