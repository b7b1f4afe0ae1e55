import { callBlocks } from "../array/call-blocks.js";
import { checkDType } from "../array/create.js";
import { checkShape } from "../array/shape.js";
import { checkOptions, invalid } from "../check.js";
import type { DType } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import { gridBlocks, type Node, product } from "../graph/index.js";
import { blockTask } from "./array-tasks.js";
import { compileShared } from "./compile.js";
import { Delayed } from "./delayed.js";
import { toBlock } from "./helpers.js";
import { hasTask, isNodeBlock, type Task, TASK, UniqueTask } from "./task.js";

/** What an array of a delayed value will be. */
export interface FromDelayedOptions<D extends DType = DType> {
  /** Number of elements along each axis. */
  readonly shape: readonly number[];
  /** Element type. Default: float64. */
  readonly dtype?: D | undefined;
}

/** The layer of one block that a delayed value is. */
export function nodeOfDelayed(value: unknown, options: unknown): Node {
  if (!hasTask(value)) throw invalid("a delayed value", "value", value);
  checkOptions(options, "options", ["shape", "dtype"]);
  const { shape, dtype = "float64" } = options as Record<string, unknown>;
  const node = compileShared([value[TASK]]);
  return callBlocks({
    label: "fromDelayed",
    called: toBlock,
    reads: [{ node, read: [{ at: 0 }] }],
    dtype: checkDType(dtype, "options.dtype"),
    grid: checkShape(shape, "options.shape").map((length) => [{ length, count: 1 }]),
  });
}

/** The blocks of an array as delayed values, nested as the blocks are. */
export type NestedDelayed = Delayed | readonly NestedDelayed[];

/** Delays the blocks of an array. Takes time and memory by their number. */
export function delayBlocks(node: Node): NestedDelayed {
  const counts = gridBlocks(node.grid);
  if (counts.some(Number.isNaN)) {
    throw new BrambleError(
      "INVALID_ARGUMENT",
      `How many blocks ${node.name} has is known only when it is computed: persist it first`,
    );
  }
  const nest = (axis: number, first: number): NestedDelayed => {
    const count = counts[axis];
    if (count === undefined) return blockOfArray(node, first);
    const step = product(counts.slice(axis + 1));
    return Array.from({ length: count }, (_, index) => nest(axis + 1, first + index * step));
  };
  return nest(0, 0);
}

/**
 * The first so many typed arrays of a list that a call on a cluster gives, in order, as arrays of bytes. Whoever has the list
 * takes them out of it without a call, and without reading it again for each.
 */
export function partsOf(list: Delayed<readonly unknown[]>, count: number): Delayed[] {
  const dependencies = [list[TASK]];
  return Array.from({ length: count }, (_, part) => {
    const task = { call: undefined, dependencies, args: undefined, part };
    return new Delayed(new UniqueTask("part", task));
  });
}

function blockOfArray(node: Node, block: number): Delayed {
  const source = blockTask(node, block);
  const task: Task = isNodeBlock(source)
    ? new UniqueTask(node.name, { call: undefined, dependencies: [source], args: undefined })
    : source;
  return new Delayed(task);
}
