import { allocate, type DType } from "../../../dtype/index.js";
import { castLoop } from "../elementwise/casts.js";
import { type BigLanes, newLanes, TILE, TileReader } from "../elementwise/lanes.js";
import { Cursor, groupAxes } from "./groups.js";
import { mergeByHalves } from "./halves.js";
import type { Reduction } from "./reduction.js";

/** How a reduction merges 64-bit integers; the order does not matter. */
export interface BigMerger {
  readonly identity: bigint;
  readonly merge: (a: bigint, b: bigint) => bigint;
}

/** A reduction whose accumulators are 64-bit integers of the result's dtype; they wrap. */
export function bigReduction(
  dtype: DType,
  result: "int64" | "uint64",
  { identity, merge }: BigMerger,
): Reduction {
  const cast = castLoop(dtype, result);
  return {
    partial({ data, shape }, axes) {
      const { outer, width, run = 1, kept } = groupAxes(shape, axes);
      const totals = allocate(result, kept).fill(identity) as BigLanes;
      const reader = new TileReader(dtype, data);
      const lanes = newLanes(result, TILE) as BigLanes;
      const cursor = new Cursor(outer);
      let [column, place] = [0, 0];
      for (let start = 0; start < data.length; start += TILE) {
        const count = Math.min(TILE, data.length - start);
        const tile = reader.read(start, count);
        cast(lanes, count, tile, tile, tile, tile);
        for (let i = 0; i < count; i += 1) {
          const position = cursor.row * width + column;
          totals[position] = merge(totals[position] ?? identity, lanes[i] ?? identity);
          place += 1;
          if (place < run) continue;
          place = 0;
          column += 1;
          if (column < width) continue;
          column = 0;
          cursor.advance(1);
        }
      }
      return totals;
    },
    combine: (states) =>
      mergeByHalves(states as readonly BigLanes[], (older, newer) => {
        for (const [index, value] of newer.entries()) older[index] = merge(older[index] ?? identity, value);
      }),
    finish: (state) => state,
  };
}
