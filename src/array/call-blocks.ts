import { checkOptions, invalid } from "../check.js";
import { type DType, isComplex } from "../dtype/index.js";
import type { Argument, TaskFunction } from "../engine/engine.js";
import { withRetries } from "../delayed/retries.js";
import { BrambleError } from "../errors.js";
import type { Axis, Grid, Project } from "../generated/layers.js";
import {
  axisBlocks,
  axisFromLengths,
  createNode,
  functionToken,
  isPaired,
  NO_ENTRY,
  type Node,
} from "../graph/index.js";
import { callWithParts } from "./complex/calls.js";

/** What a function of blocks is called with. */
export interface CallParts {
  readonly label: string;
  readonly called: TaskFunction;
  /** Arrays, and which of their blocks are read. */
  readonly reads: readonly { readonly node: Node; readonly read: readonly Project[] }[];
  /** Absent: a block of each array, in order. */
  readonly args?: readonly Argument[];
  readonly dtype: DType;
  readonly grid: Grid;
}

let argsCount = 0;

/** A layer that calls a function once for each of its blocks. */
export function callBlocks(parts: CallParts): Node {
  const isReal = !isComplex(parts.dtype) && !parts.reads.some(({ node }) => isPaired(node));
  return isReal ? callReal(parts) : callWithParts(parts, callReal);
}

function callReal({ label, called: fn, reads, args, dtype, grid }: CallParts): Node {
  const called = withRetries(fn);
  // Values among the arguments may be anything: no other call is taken for this one.
  if (args !== undefined) argsCount += 1;
  return createNode({
    label,
    kind: {
      call: {
        function: 0,
        arguments: args === undefined ? NO_ENTRY : 0,
        reads: reads.map(({ read }) => read),
        values: false,
        info: true,
      },
    },
    dtype,
    grid,
    inputs: reads.map(({ node }) => node),
    calls: { functions: [called], args: args === undefined ? [] : [args] },
    callsToken: `${functionToken(called)} ${args === undefined ? "" : argsCount}`,
  });
}

/** Checks for a function. */
export function checkFunction(value: unknown, name: string): TaskFunction {
  if (typeof value === "function") return value as TaskFunction;
  throw invalid("a function", name, value);
}

/** Lengths of the chunks along an axis of what a function gives: of every chunk, or of each. */
export type BlockLengths = number | readonly number[];

/** The axis of `count` chunks with lengths that somebody wrote. */
export function axisOfBlocks(lengths: unknown, count: number, name: string): Axis {
  const isLength = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  if (isLength(lengths)) return [{ length: lengths, count }];
  if (!Array.isArray(lengths) || !lengths.every(isLength)) {
    throw invalid("a length or a list of lengths", name, lengths);
  }
  if (lengths.length === count) return axisFromLengths(lengths);
  throw new BrambleError(
    "INVALID_CHUNKS",
    `\`${name}\` has ${lengths.length} lengths, but there are ${count} blocks along the axis`,
  );
}

/** The number of blocks that axes have where those of one block repeat. */
export function commonBlocks(axes: readonly Axis[], what: string): number {
  const counts = new Set(axes.map(axisBlocks).filter((count) => count !== 1));
  const [count = 1, ...others] = counts;
  if (others.length === 0) return count;
  throw new BrambleError("SHAPE_MISMATCH", `${what} has ${[count, ...others].join(" and ")} blocks`);
}

/** Checks the options of a function of blocks. */
export function readBlockOptions(options: unknown, allowed: readonly string[]): Record<string, unknown> {
  checkOptions(options, "options", allowed);
  return options as Record<string, unknown>;
}
