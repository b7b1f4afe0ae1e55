import type { TypedArray } from "../../../dtype/index.js";
import type { Lines, Results } from "../layers/along.js";

/** The largest or smallest elements of each line, sorted, or the elements of `payload` that stand there. */
export function top(
  lines: Lines,
  payload: TypedArray | undefined,
  isLargest: boolean,
  results: Results,
): void {
  const { data, length } = lines;
  const values = payload ?? data;
  const count = results.data.length / Math.max(1, results.length);
  for (let line = 0; line < count; line += 1) {
    const places = Array.from({ length }, (_, place) => line * length + place);
    places.sort((a, b) => {
      const order = compare(data[a] ?? 0, data[b] ?? 0);
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
