import { allocate, type DType } from "../../../dtype/index.js";
import { BrambleError } from "../../../errors.js";
import { type Lanes, newLanes, TILE, TileReader } from "../elementwise/lanes.js";
import { Cursor, groupAxes } from "./groups.js";
import type { ReducedAxis, Reduction } from "./reduction.js";

/** What is looked for. */
export interface Search {
  readonly name: string;
  readonly greatest: boolean;
  readonly skipsNaN: boolean;
}

/**
 * A reduction to the position of the greatest or least element. Its state has the positions of all kept places, counted
 * from 1 so that 0 is none, then the elements there, all in the lanes of the dtype.
 */
export function argExtremum(dtype: DType, search: Search): Reduction {
  const isBetter = betterOf(search);
  return {
    partial({ data, shape }, axes, places) {
      const { outer, width, run = 1, kept } = groupAxes(shape, axes);
      const state = newLanes(dtype, 2 * kept);
      const reader = new TileReader(dtype, data);
      const cursor = new Cursor(outer);
      let [column, place] = [0, 0];
      for (let start = 0; start < data.length; start += TILE) {
        const count = Math.min(TILE, data.length - start);
        const tile = reader.read(start, count);
        for (let i = 0; i < count; i += 1) {
          const x = tile[i] ?? 0;
          const position = cursor.row * width + column;
          const isNone = Number(state[position]) === 0;
          if (isNone ? !search.skipsNaN || !isNaNumber(x) : isBetter(x, state[kept + position] ?? 0)) {
            put(state, position, laneOf(state, located(cursor.step * run + place, places) + 1));
            put(state, kept + position, x);
          }
          place += 1;
          if (place < run) continue;
          place = 0;
          column += 1;
          if (column < width) continue;
          column = 0;
          cursor.advance(1);
        }
      }
      return state;
    },
    combine(states) {
      const [first, ...rest] = states as readonly Lanes[];
      if (first === undefined) throw new RangeError("a merge of no parts");
      const merged = first.slice();
      const kept = merged.length / 2;
      for (const state of rest) {
        for (let position = 0; position < kept; position += 1) {
          const [theirs, x] = [state[position] ?? 0, state[kept + position] ?? 0];
          const [ours, best] = [merged[position] ?? 0, merged[kept + position] ?? 0];
          if (Number(theirs) === 0) continue;
          const isEarlier = !isBetter(best, x) && theirs < ours;
          if (Number(ours) !== 0 && !isBetter(x, best) && !isEarlier) continue;
          put(merged, position, theirs);
          put(merged, kept + position, x);
        }
      }
      return merged;
    },
    finish(state, { count }) {
      const lanes = state as Lanes;
      const data = allocate("int64", lanes.length / 2) as BigInt64Array;
      for (const kept of data.keys()) {
        const position = Number(lanes[kept]);
        if (position === 0) {
          const text =
            count === 0 ? `${search.name} of zero elements: it has no identity` : "there are NaNs only";
          throw new BrambleError("EMPTY_REDUCTION", text);
        }
        data[kept] = BigInt(position - 1);
      }
      return data;
    },
  };
}

function put(lanes: Lanes, index: number, value: number | bigint): void {
  (lanes as Float64Array)[index] = value as number;
}

function laneOf(lanes: Lanes, position: number): number | bigint {
  return lanes instanceof Float64Array ? position : BigInt(position);
}

/** The position in the array of the one that a block has for it. */
function located(position: number, places: readonly ReducedAxis[]): number {
  let [rest, result, stride] = [position, 0, 1];
  for (const { start, length, total } of places.toReversed()) {
    result += (start + (rest % length)) * stride;
    rest = Math.floor(rest / length);
    stride *= total;
  }
  return result;
}

function isNaNumber(x: number | bigint): boolean {
  return typeof x === "number" && Number.isNaN(x);
}

/** Whether an element beats another. NaN beats all, unless it is left out. */
function betterOf({ greatest, skipsNaN }: Search): (x: number | bigint, best: number | bigint) => boolean {
  return (x, best) => (greatest ? x > best : x < best) || (!skipsNaN && isNaNumber(x) && !isNaNumber(best));
}
