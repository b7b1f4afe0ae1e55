import { checkBoolean, invalid } from "../check.js";
import type { DType } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import type { Axis, Project } from "../generated/layers.js";
import { axisBlocks, axisLength, type Node, unifyAxes } from "../graph/index.js";
import {
  axisOfBlocks,
  type BlockLengths,
  callBlocks,
  checkFunction,
  readBlockOptions,
} from "./call-blocks.js";
import { checkDType } from "./create.js";
import { nodeOf } from "./operand.js";
import { gather } from "./rechunk.js";
import { formatShape } from "./shape.js";

/** How a function of blocks is called. */
export interface BlockwiseOptions<D extends DType = DType> {
  /** Element type of what the function gives. Default: that of the first array. */
  readonly dtype?: D | undefined;
  /**
   * What becomes of indices that the result lacks: true for blocks joined along them, false for a list of blocks.
   * Default: true.
   */
  readonly concatenate?: boolean | undefined;
  /** Lengths of the blocks along an index where they are not those of the arrays. */
  readonly adjustChunks?: Readonly<Record<string, BlockLengths>> | undefined;
  /** Indices that only the result has, and the length of their one block. */
  readonly newAxes?: Readonly<Record<string, number>> | undefined;
}

const OPTIONS = ["dtype", "concatenate", "adjustChunks", "newAxes"] as const;

/** An array and the index of each of its axes. */
interface Indexed {
  readonly node: Node;
  readonly index: readonly string[];
}

/** A function of blocks whose axes are named by letters, as `einsum` names them. */
export function blockwise(
  called: unknown,
  outIndex: unknown,
  arrays: readonly unknown[],
  options: unknown,
): Node {
  const run = checkFunction(called, "f");
  const given = readBlockOptions(options, OPTIONS);
  const concatenate = checkBoolean(given["concatenate"] ?? true, "options.concatenate");
  const output = readIndex(outIndex, "outIndex");
  const indexed = arrays.map(readPair);
  const [first] = indexed;
  if (first === undefined) throw invalid("at least one array with its index", "arrays", arrays);

  const axes = unifyByIndex(indexed);
  const reads = indexed.map(({ node, index }) => {
    const whole = (letter: string): boolean => concatenate && !output.includes(letter);
    const grid = index.map((letter, axis) =>
      blocksOf(node.grid[axis] ?? [], axes.get(letter), whole(letter)),
    );
    const read = index.map((letter): Project => {
      const place = output.indexOf(letter);
      if (place >= 0) return { axis: place };
      return concatenate ? { at: 0 } : "all";
    });
    return { node: gather(node, grid), read };
  });
  const adjusted = readRecord(given["adjustChunks"], "options.adjustChunks", [...axes.keys()]);
  const added = readRecord(
    given["newAxes"],
    "options.newAxes",
    output.filter((letter) => !axes.has(letter)),
  );
  return callBlocks({
    label: "blockwise",
    called: run,
    reads,
    dtype: given["dtype"] === undefined ? first.node.dtype : checkDType(given["dtype"], "options.dtype"),
    grid: output.map((letter) => {
      const axis = axes.get(letter);
      if (axis === undefined) return axisOfBlocks(added[letter], 1, `options.newAxes.${letter}`);
      if (adjusted[letter] === undefined) return axis;
      return axisOfBlocks(adjusted[letter], axisBlocks(axis), `options.adjustChunks.${letter}`);
    }),
  });
}

/** Arrays with the index of each of their axes, cut alike along each index; and the blocks that these have then. */
export function unifyPairs(arrays: readonly unknown[]): {
  readonly axes: ReadonlyMap<string, Axis>;
  readonly nodes: readonly Node[];
} {
  const indexed = arrays.map(readPair);
  const axes = unifyByIndex(indexed);
  const nodes = indexed.map(({ node, index }) =>
    gather(
      node,
      index.map((letter, axis) => blocksOf(node.grid[axis] ?? [], axes.get(letter), false)),
    ),
  );
  return { axes, nodes };
}

/** The blocks of an axis of an array: those that its index has everywhere, or one; an axis of length 1 repeats. */
function blocksOf(axis: Axis, common: Axis | undefined, isWhole: boolean): Axis {
  if (isWhole) return [{ length: axisLength(axis), count: 1 }];
  return axisLength(axis) === 1 ? axis : (common ?? axis);
}

/** The blocks that arrays have along each index once they have the same. */
function unifyByIndex(arrays: readonly Indexed[]): Map<string, Axis> {
  const found = new Map<string, Axis[]>();
  for (const { node, index } of arrays) {
    for (const [axis, letter] of index.entries()) {
      found.set(letter, [...(found.get(letter) ?? []), node.grid[axis] ?? []]);
    }
  }
  const unify = (letter: string, axes: readonly Axis[]): Axis => {
    const full = axes.filter((axis) => axisLength(axis) !== 1);
    const lengths = new Set(full.map(axisLength));
    if (lengths.size <= 1) return unifyAxes(full.length > 0 ? full : axes);
    throw new BrambleError("SHAPE_MISMATCH", `Index ${letter} has lengths ${[...lengths].join(" and ")}`);
  };
  return new Map(Array.from(found, ([letter, axes]) => [letter, unify(letter, axes)]));
}

function readIndex(value: unknown, name: string): string[] {
  if (typeof value === "string" && new Set(value.split("")).size === value.length) return value.split("");
  throw invalid('different letters, one for each axis, such as "ij"', name, value);
}

function readPair(value: unknown, number: number): Indexed {
  const name = `arrays[${number}]`;
  if (!Array.isArray(value) || value.length !== 2) {
    throw invalid('an array and its index, such as [x, "ij"]', name, value);
  }
  const node = nodeOf(value[0], `${name}[0]`);
  const index = readIndex(value[1], `${name}[1]`);
  if (index.length === node.grid.length) return { node, index };
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `\`${name}[1]\` names ${index.length} axes, but the array has the shape ${formatShape(node.shape)}`,
  );
}

/** Checks for an object with some of the indices as its keys, or none. */
function readRecord(value: unknown, name: string, keys: readonly string[]): Record<string, unknown> {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null) throw invalid("an object", name, value);
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown === undefined) return value as Record<string, unknown>;
  throw new BrambleError(
    "INVALID_ARGUMENT",
    `\`${name}\` speaks of index ${unknown}: there are ${keys.join(", ") || "none"}`,
  );
}
