import { allocate, type DType } from "../../../dtype/index.js";
import { at } from "../elementwise/loops.js";
import { Cursor, groupAxes } from "./groups.js";
import { mergeByHalves } from "./halves.js";
import type { Reduction } from "./reduction.js";

/** What is looked for. */
export interface ComplexSearch {
  readonly greatest: boolean;
  readonly skipsNaN: boolean;
}

/**
 * A reduction of complex numbers, whose parts lie along the last axis, to the greatest or least by the real parts and, where
 * these are equal, by the imaginary ones. Nothing is known where there is no imaginary part.
 */
export function complexExtremum(dtype: DType, { greatest, skipsNaN }: ComplexSearch): Reduction {
  const better = greatest ? Math.max : Math.min;
  const worst = greatest ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const ofNaN = skipsNaN ? worst : Number.NaN;
  const merge = (totals: Float64Array, place: number, re: number, im: number): void => {
    const best = better(at(totals, place), re);
    const ours = at(totals, place) === best ? at(totals, place + 1) : Number.NaN;
    const theirs = re === best ? im : Number.NaN;
    totals[place] = best;
    totals[place + 1] = Number.isNaN(ours) ? theirs : Number.isNaN(theirs) ? ours : better(ours, theirs);
  };
  return {
    partial({ data, shape }, axes) {
      const { outer, width, kept } = groupAxes(shape, axes);
      const totals = Float64Array.from({ length: kept }, (_, place) =>
        place % 2 === 0 ? worst : Number.NaN,
      );
      const cursor = new Cursor(outer);
      for (let start = 0; start < data.length; start += width) {
        for (let column = 0; column < width; column += 2) {
          const [re, im] = [Number(data[start + column]), Number(data[start + column + 1])];
          const isNaN = Number.isNaN(re) || Number.isNaN(im);
          merge(totals, cursor.row * width + column, isNaN ? ofNaN : re, isNaN ? Number.NaN : im);
        }
        cursor.advance(1);
      }
      return totals;
    },
    combine: (states) =>
      mergeByHalves(states as readonly Float64Array[], (older, newer) => {
        for (let place = 0; place < newer.length; place += 2)
          merge(older, place, at(newer, place), at(newer, place + 1));
      }),
    finish(state) {
      const data = allocate(dtype, state.length) as Float64Array;
      for (let place = 0; place < state.length; place += 2) {
        const im = Number(state[place + 1]);
        data[place] = Number.isNaN(im) ? Number.NaN : Number(state[place]);
        data[place + 1] = im;
      }
      return data;
    },
  };
}
