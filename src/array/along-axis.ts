import { checkInteger } from "../check.js";
import {
  allocate,
  type DataOf,
  type DType,
  DTYPES,
  isComplexLike,
  type ItemOf,
  writeItem,
} from "../dtype/index.js";
import type { Axis, Project } from "../generated/layers.js";
import type { Node } from "../graph/index.js";
import { callBlocks, checkFunction, readBlockOptions } from "./call-blocks.js";
import { checkDType } from "./create.js";
import { NDArray } from "./ndarray.js";
import { dropAxes, oneChunk, wholeAlong } from "./statistics/along.js";
import { moveaxis } from "./arrange/permute.js";
import { checkAxis } from "./shape.js";

/** A function of the elements along an axis, complex ones as their parts in turns: a number, or as many as `length` says. */
export type LineFunction<D extends DType> = (line: DataOf<D>) => ItemOf<DType> | ArrayLike<ItemOf<DType>>;

/** What a function along an axis gives. */
export interface AlongAxisOptions<E extends DType = DType> {
  /** Element type of what it gives. Default: float64. */
  readonly dtype?: E | undefined;
  /** How many values it gives, which stay along the axis. Default: one, and the axis goes. */
  readonly length?: number | undefined;
}

/** A function of each line of elements along an axis. */
export function applyAlongAxis(called: unknown, axis: unknown, x: Node, options: unknown): Node {
  const run = checkFunction(called, "f") as LineFunction<DType>;
  const given = readBlockOptions(options, ["dtype", "length"]);
  const along = checkAxis(axis, "axis", x.shape.length);
  const length =
    given["length"] === undefined ? undefined : checkInteger(given["length"], "options.length", 0);
  const last = x.shape.length - 1;
  const whole = moveaxis(wholeAlong(x, [along]), along, last);
  const dtype = given["dtype"] === undefined ? "float64" : checkDType(given["dtype"], "options.dtype");
  const count = length ?? 1;
  const node = callBlocks({
    label: "applyAlongAxis",
    called: (block: NDArray) => byLines(run, block, dtype, count),
    reads: [{ node: whole, read: whole.grid.map((_, number): Project => ({ axis: number })) }],
    dtype,
    grid: whole.grid.map((blocks, number): Axis => (number === last ? oneChunk(count) : blocks)),
  });
  return length === undefined ? dropAxes(node, [last]) : moveaxis(node, last, along);
}

/** Calls a function on each line of a block along its last axis. */
function byLines(run: LineFunction<DType>, block: NDArray, dtype: DType, count: number): NDArray {
  const length = block.shape.at(-1) ?? 1;
  const lines = length === 0 ? 0 : block.size / length;
  const entries = length * DTYPES[block.dtype].entries;
  const values = allocate(dtype, lines * count);
  let filled = 0;
  for (let line = 0; line < lines; line += 1) {
    const made = run(block.data.slice(line * entries, (line + 1) * entries) as never);
    for (const value of typeof made !== "object" || isComplexLike(made) ? [made] : Array.from(made)) {
      writeItem(values, dtype, filled, value);
      filled += 1;
    }
  }
  // What is too much or too little has another shape than the block should have.
  const each = lines === 0 ? count : filled / lines;
  return new NDArray(
    filled === lines * count ? values : allocate(dtype, filled),
    [...block.shape.slice(0, -1), each],
    { dtype },
  );
}
