import type { TypedArray } from "../../../dtype/index.js";
import type { Lines, Results } from "../layers/along.js";

/**
 * The largest or smallest elements of each line, sorted, or those of another array that stand there. With two other arrays the
 * first of them has what equal elements go by.
 */
export function top(lines: Lines, others: readonly TypedArray[], isLargest: boolean, results: Results): void {
  const { data, length } = lines;
  const values = others.at(-1) ?? data;
  const second = others.length > 1 ? others[0] : undefined;
  const count = results.data.length / Math.max(1, results.length);
  for (let line = 0; line < count; line += 1) {
    const places = Array.from({ length }, (_, place) => line * length + place);
    places.sort((a, b) => {
      const first = compare(data[a] ?? 0, data[b] ?? 0);
      const order = first === 0 && second !== undefined ? compare(second[a] ?? 0, second[b] ?? 0) : first;
      return (isLargest ? -order : order) || a - b;
    });
    for (let rank = 0; rank < results.length; rank += 1) {
      (results.data as Float64Array)[line * results.length + rank] = values[places[rank] ?? 0] as number;
    }
  }
}

/** NaN is the largest. */
export function compare(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (typeof a !== "number" || typeof b !== "number") return 0;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}
