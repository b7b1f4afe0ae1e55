import type { TypedArray } from "../../../dtype/index.js";
import type { Lines, Results } from "../layers/along.js";
import { compare } from "./top.js";

/** For each element how many of the sorted ones come before it. */
export function find({ data }: Lines, sorted: TypedArray, isRight: boolean, results: Results): void {
  for (const [place, x] of data.entries()) {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = compare(sorted[middle] ?? 0, x);
      if (order < 0 || (isRight && order === 0)) low = middle + 1;
      else high = middle;
    }
    (results.data as BigInt64Array)[place] = BigInt(low);
  }
}
