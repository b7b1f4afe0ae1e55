import type { BigLanes, Lanes } from "./lanes.js";

/** Computes the first `n` elements of `out`. */
export type Loop = (out: Lanes, n: number, a: Lanes, b: Lanes, c: Lanes, d: Lanes) => void;

/** A loop over doubles. */
export type NumberLoop = (
  out: Float64Array,
  n: number,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
) => void;

/** The element at an index that is known to be there; of doubles only, for the sake of the compiler. */
export function at(lanes: Float64Array, index: number): number {
  return lanes[index] as number;
}

/**
 * The loop of a function of doubles. The function is called for every element, which costs some ten
 * nanoseconds: operations that are simpler than that have loops of their own.
 */
export function eachNumber(compute: (a: number, b: number, c: number) => number): NumberLoop {
  return (out, n, a, b, c) => {
    for (let i = 0; i < n; i += 1) out[i] = compute(at(a, i), at(b, i), at(c, i));
  };
}

/** The loop of a function of four doubles. */
export function eachOfFour(compute: (a: number, b: number, c: number, d: number) => number): NumberLoop {
  return (out, n, a, b, c, d) => {
    for (let i = 0; i < n; i += 1) out[i] = compute(at(a, i), at(b, i), at(c, i), at(d, i));
  };
}

/** The loop of a function of 64-bit integers. */
export function eachBig(compute: (a: bigint, b: bigint) => bigint): Loop {
  return (out, n, a, b) => {
    const [to, left, right] = [out as BigLanes, a as BigLanes, b as BigLanes];
    for (let i = 0; i < n; i += 1) to[i] = compute(left[i] ?? 0n, right[i] ?? 0n);
  };
}

/** The loop of a question about 64-bit integers. */
export function testBig(test: (a: bigint, b: bigint) => boolean): Loop {
  return (out, n, a, b) => {
    const [left, right] = [a as BigLanes, b as BigLanes];
    for (let i = 0; i < n; i += 1) out[i] = test(left[i] ?? 0n, right[i] ?? 0n) ? 1 : 0;
  };
}
