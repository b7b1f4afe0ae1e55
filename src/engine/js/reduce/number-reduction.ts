import { allocate, type DType, type TypedArray } from "../../../dtype/index.js";
import type { Block } from "../block.js";
import { castLoop } from "../elementwise/casts.js";
import { type Lanes, store, TileReader } from "../elementwise/lanes.js";
import { reduceColumns } from "./columns.js";
import { groupAxes } from "./groups.js";
import { mergeByHalves } from "./halves.js";
import type { Merger } from "./merger.js";
import { converted, direct, type NumberSource } from "./numbers.js";
import type { Reduction } from "./reduction.js";
import { reduceRuns } from "./runs.js";

/** What is particular to a reduction of numbers. */
export interface NumberReductionParts {
  readonly merger: Merger;
  /** Element type of the result. */
  readonly result: DType;
  /** What is merged, of elements of the input. */
  readonly lift: (block: Block) => NumberSource;
  /** The results of accumulators of `count` elements each. Default: the accumulators as they are. */
  readonly finish?: (accumulators: Float64Array, count: number) => Float64Array;
}

/** A reduction whose accumulators are doubles. */
export function numberReduction({ merger, result, lift, finish }: NumberReductionParts): Reduction {
  return {
    partial: (block, axes) => reduceNumbers(merger, lift(block), block.shape, axes),
    combine: (states) =>
      mergeByHalves(states as readonly Float64Array[], (older, newer) =>
        merger.rows(older, 0, newer, 0, newer.length, 1),
      ),
    finish(state, { count }) {
      const accumulators = state as Float64Array;
      const data = allocate(result, state.length);
      store(finish?.(accumulators, count) ?? accumulators, state.length, data, 0);
      return data;
    },
  };
}

/** Reduces some axes of a block; the kept positions are left. */
export function reduceNumbers(
  merger: Merger,
  source: NumberSource,
  shape: readonly number[],
  axes: readonly number[],
): Float64Array {
  const groups = groupAxes(shape, axes);
  if (groups.run === undefined || source.size === 0) return reduceColumns(merger, source, groups);
  const values = reduceRuns(merger, source, groups.run);
  return groups.outer.length === 0 && groups.steps === 1
    ? values
    : reduceColumns(merger, direct(values), groups);
}

/** The elements of a block as doubles. */
export function asNumbers(dtype: DType): (block: Block) => NumberSource {
  return ({ data }) => (data instanceof Float64Array ? direct(data) : convertedFrom(dtype, "float64", data));
}

/** Whether the elements of a block are other than 0, as 1 and 0. */
export function asTruth(dtype: DType): (block: Block) => NumberSource {
  return ({ data }) => convertedFrom(dtype, "bool", data);
}

function convertedFrom(dtype: DType, to: DType, data: TypedArray): NumberSource {
  const cast = castLoop(dtype, to);
  const source = converted(data.length, (out, start, count) => {
    const lanes: Lanes = reader.read(start, count);
    cast(out, count, lanes, lanes, lanes, lanes);
  });
  const reader = new TileReader(dtype, data, source.most);
  return source;
}
