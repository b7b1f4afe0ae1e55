/** How long a piece of work took. */
export interface Measured {
  /** The median of the runs after the first, or the first where there is no other; in seconds. */
  readonly seconds: number;
  /** How often it ran. */
  readonly runs: number;
}

/** For so long a piece of work is run again, in seconds. */
const BUDGET = 1.5;
const MOST_RUNS = 7;

/** Runs a piece of work until the time for it is used up, at least once; and gives its last answer. */
export async function measure<T>(work: () => Promise<T>): Promise<Measured & { readonly answer: T }> {
  const times: number[] = [];
  const began = performance.now();
  for (;;) {
    const start = performance.now();
    const answer = await work();
    const now = performance.now();
    times.push((now - start) / 1000);
    if (times.length < MOST_RUNS && (now - began) / 1000 < BUDGET) continue;
    // The first run also loads code, and fills caches.
    const warm = times.length > 1 ? times.slice(1) : times;
    return { seconds: median(warm), runs: times.length, answer };
  }
}

/** The middle one of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [below = Number.NaN, above = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? above : (below + above) / 2;
}
