import type { TypedArray } from "../../../dtype/index.js";
import { BrambleError } from "../../../errors.js";
import type { Lines, Results } from "../layers/along.js";

/** Counts the elements of each line between edges, or adds up their weights. The last edge is included. */
export function histogram(
  { data, length }: Lines,
  edges: TypedArray,
  weights: TypedArray | undefined,
  results: Results,
): void {
  const bounds = edges as Float64Array;
  for (const [index, x] of (data as Float64Array).entries()) {
    const bin = binOf(x, bounds);
    if (bin !== undefined) add(results, Math.floor(index / length) * results.length + bin, weights?.[index]);
  }
}

function binOf(x: number, edges: Float64Array): number | undefined {
  const bins = edges.length - 1;
  const [first = 0, last = 0] = [edges[0], edges[bins]];
  if (!(x >= first && x <= last)) return undefined;
  if (x === last) return bins - 1;
  let [low, high] = [0, bins];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if ((edges[middle] ?? 0) <= x) low = middle;
    else high = middle;
  }
  return low;
}

/** Counts the integers of each line from 0 on, or adds up their weights. */
export function bincount({ data, length }: Lines, weights: TypedArray | undefined, results: Results): void {
  for (const [index, x] of (data as BigInt64Array).entries()) {
    if (x < 0n || x >= results.length) {
      throw new BrambleError(
        "OUT_OF_BOUNDS",
        `${x} is none of the ${results.length} numbers from 0 on that are counted`,
      );
    }
    add(results, Math.floor(index / length) * results.length + Number(x), weights?.[index]);
  }
}

/** Adds a weight, or counts one. */
function add({ data }: Results, place: number, weight: number | bigint | undefined): void {
  if (data instanceof BigInt64Array) data[place] = (data[place] ?? 0n) + 1n;
  else data[place] = Number(data[place]) + Number(weight ?? 0);
}
