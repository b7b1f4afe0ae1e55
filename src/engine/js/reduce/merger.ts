import { at } from "../elementwise/loops.js";

/** Elements of a run that are merged side by side. */
export const LANES = 16;

/** Elements of a run between two pushes into its cascade. */
export const SEGMENT = 16 * LANES;

/**
 * How a reduction merges numbers. The loops are written out for each, since a function that is called for every
 * element would cost ten times as much.
 */
export interface Merger {
  /** What is known of no elements: merging it with anything gives the other, bit for bit. */
  readonly identity: number;
  /** Merges two values. */
  readonly merge: (a: number, b: number) => number;
  /** Sets the lanes to the merged elements from `start` up to `end`, element `j` of them in lane `j % 16`. */
  readonly segment: (lanes: Float64Array, values: Float64Array, start: number, end: number) => void;
  /** Merges `rows` rows of `width` values, one after another, into the totals from `first` on. */
  readonly rows: (
    totals: Float64Array,
    first: number,
    values: Float64Array,
    start: number,
    width: number,
    rows: number,
  ) => void;
}

/** Sums; the identity is -0, which changes no sum. */
export const SUM: Merger = {
  identity: -0,
  merge: (a, b) => a + b,
  segment(lanes, values, start, end) {
    // Four lanes at a time: as many additions as a processor has under way.
    for (let lane = 0; lane < LANES; lane += 4) {
      let a = -0;
      let b = -0;
      let c = -0;
      let d = -0;
      let i = start + lane;
      for (; i + 3 < end; i += LANES) {
        a += at(values, i);
        b += at(values, i + 1);
        c += at(values, i + 2);
        d += at(values, i + 3);
      }
      if (i < end) a += at(values, i);
      if (i + 1 < end) b += at(values, i + 1);
      if (i + 2 < end) c += at(values, i + 2);
      lanes[lane] = a;
      lanes[lane + 1] = b;
      lanes[lane + 2] = c;
      lanes[lane + 3] = d;
    }
  },
  rows(totals, first, values, start, width, rows) {
    let value = start;
    for (let row = 0; row < rows; row += 1) {
      for (let column = first; column < first + width; column += 1, value += 1) {
        totals[column] = at(totals, column) + at(values, value);
      }
    }
  },
};

/** Products. */
export const PRODUCT: Merger = {
  identity: 1,
  merge: (a, b) => a * b,
  segment(lanes, values, start, end) {
    for (let lane = 0; lane < LANES; lane += 1) {
      let merged = 1;
      for (let i = start + lane; i < end; i += LANES) merged *= at(values, i);
      lanes[lane] = merged;
    }
  },
  rows(totals, first, values, start, width, rows) {
    let value = start;
    for (let row = 0; row < rows; row += 1) {
      for (let column = first; column < first + width; column += 1, value += 1) {
        totals[column] = at(totals, column) * at(values, value);
      }
    }
  },
};

/** The greatest; NaN if there is one. */
export const MAXIMUM: Merger = {
  identity: Number.NEGATIVE_INFINITY,
  merge: Math.max,
  segment(lanes, values, start, end) {
    for (let lane = 0; lane < LANES; lane += 1) {
      let merged = Number.NEGATIVE_INFINITY;
      for (let i = start + lane; i < end; i += LANES) merged = Math.max(merged, at(values, i));
      lanes[lane] = merged;
    }
  },
  rows(totals, first, values, start, width, rows) {
    let value = start;
    for (let row = 0; row < rows; row += 1) {
      for (let column = first; column < first + width; column += 1, value += 1) {
        totals[column] = Math.max(at(totals, column), at(values, value));
      }
    }
  },
};

/** The least; NaN if there is one. */
export const MINIMUM: Merger = {
  identity: Number.POSITIVE_INFINITY,
  merge: Math.min,
  segment(lanes, values, start, end) {
    for (let lane = 0; lane < LANES; lane += 1) {
      let merged = Number.POSITIVE_INFINITY;
      for (let i = start + lane; i < end; i += LANES) merged = Math.min(merged, at(values, i));
      lanes[lane] = merged;
    }
  },
  rows(totals, first, values, start, width, rows) {
    let value = start;
    for (let row = 0; row < rows; row += 1) {
      for (let column = first; column < first + width; column += 1, value += 1) {
        totals[column] = Math.min(at(totals, column), at(values, value));
      }
    }
  },
};

/** Merges numbers as another does; NaN is what is known of none. */
export function skippingNaN({ merge: mergeNumbers }: Merger): Merger {
  const merge = (a: number, b: number): number =>
    Number.isNaN(a) ? b : Number.isNaN(b) ? a : mergeNumbers(a, b);
  return {
    identity: Number.NaN,
    merge,
    segment(lanes, values, start, end) {
      for (let lane = 0; lane < LANES; lane += 1) {
        let merged = Number.NaN;
        for (let i = start + lane; i < end; i += LANES) merged = merge(merged, at(values, i));
        lanes[lane] = merged;
      }
    },
    rows(totals, first, values, start, width, rows) {
      let value = start;
      for (let row = 0; row < rows; row += 1) {
        for (let column = first; column < first + width; column += 1, value += 1) {
          totals[column] = merge(at(totals, column), at(values, value));
        }
      }
    },
  };
}
