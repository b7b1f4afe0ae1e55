import { checkBoolean, checkInteger } from "../check.js";
import { config } from "../config/index.js";
import type { DType } from "../dtype/index.js";
import type { TaskFunction } from "../engine/engine.js";
import type { Grid, Project } from "../generated/layers.js";
import { axisBlocks, type Node, regularAxis } from "../graph/index.js";
import { callBlocks, checkFunction, readBlockOptions } from "./call-blocks.js";
import { checkDType } from "./create.js";
import { dropAxes } from "./statistics/along.js";
import { fanInOf, readAxes } from "./reduce.js";

/** The functions of a reduction, as they were written. */
export interface UserReduction {
  readonly chunk: unknown;
  readonly combine: unknown;
  readonly aggregate: unknown;
}

const OPTIONS = ["axis", "keepdims", "dtype", "stateDtype", "splitEvery"] as const;

/** A reduction by functions: of every block, of what neighbours gave, and of what is left. */
export function userReduction(x: Node, { chunk, combine, aggregate }: UserReduction, options: unknown): Node {
  const given = readBlockOptions(options, OPTIONS);
  const first = checkFunction(chunk, "functions.chunk");
  const last = checkFunction(aggregate, "functions.aggregate");
  const between = combine === undefined ? last : checkFunction(combine, "functions.combine");
  const axes = readAxes(given["axis"], x.shape.length);
  const splitEvery = given["splitEvery"] ?? config.get("array.splitEvery");
  const fanIn = fanInOf(checkInteger(splitEvery, "options.splitEvery", 2, 2 ** 31), axes.length);
  const result = dtypeOf(given["dtype"], "options.dtype", x.dtype);
  const state = dtypeOf(given["stateDtype"], "options.stateDtype", result);
  const keepdims = checkBoolean(given["keepdims"] ?? false, "options.keepdims");

  let node = stage("reduction", x, first, { axes, dtype: state, size: 1, isList: false });
  while (axes.some((axis) => axisBlocks(node.grid[axis] ?? []) > fanIn)) {
    node = stage("combine", node, between, { axes, dtype: state, size: fanIn, isList: true });
  }
  const done = stage("aggregate", node, last, { axes, dtype: result, size: fanIn, isList: true });
  return keepdims ? done : dropAxes(done, axes);
}

function dtypeOf(value: unknown, name: string, otherwise: DType): DType {
  return value === undefined ? otherwise : checkDType(value, name);
}

interface StageParts {
  readonly axes: readonly number[];
  readonly dtype: DType;
  /** How many neighbours along each axis go into a call. */
  readonly size: number;
  /** Whether the call gets them as a list. */
  readonly isList: boolean;
}

function stage(
  label: string,
  node: Node,
  called: TaskFunction,
  { axes, dtype, size, isList }: StageParts,
): Node {
  const read = node.grid.map(
    (_, axis): Project => (axes.includes(axis) && isList ? { group: { axis, size } } : { axis }),
  );
  const grid: Grid = node.grid.map((axis, number) =>
    axes.includes(number) ? regularAxis(Math.ceil(axisBlocks(axis) / size), 1) : axis,
  );
  return callBlocks({ label, called, reads: [{ node, read }], dtype, grid });
}
