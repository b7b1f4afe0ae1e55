import type { AlongOp, Between, OrderPick } from "../../../generated/layers.js";
import { at } from "../elementwise/loops.js";
import type { Lines, Results } from "../layers/along.js";

/** What is picked of sorted lines. */
type Order = Extract<AlongOp, { readonly order: unknown }>["order"];

/** Picks elements of each sorted line, or numbers between two of them. */
export function order({ picks, between, skips_nan: skipsNaN }: Order, lines: Lines, results: Results): void {
  const { length } = lines;
  const count = results.data.length / Math.max(1, results.length);
  for (let line = 0; line < count; line += 1) {
    const elements = Float64Array.from(
      lines.data.subarray(line * length, (line + 1) * length) as Float64Array,
    ).sort();
    const nan = elements.findIndex((x) => Number.isNaN(x));
    const numbers = nan === -1 ? elements : elements.subarray(0, nan);
    const isVoid = numbers.length === 0 || (!skipsNaN && nan !== -1);
    for (const [number, pick] of picks.entries()) {
      const result = isVoid ? Number.NaN : numberAt(numbers, position(pick, numbers.length), between);
      (results.data as Float64Array)[line * results.length + number] = result;
    }
  }
}

function position({ q, shift, add, less }: OrderPick, n: number): number {
  return Math.min(Math.max((n + shift) * q + add - less, 0), n - 1);
}

/** The number at a position of a sorted line. */
function numberAt(sorted: Float64Array, place: number, between: Between): number {
  const low = Math.floor(place);
  const share = place - low;
  const [a, b] = [at(sorted, low), at(sorted, Math.min(low + 1, sorted.length - 1))];
  if (share === 0 || a === b) return a;
  switch (between) {
    case "linear":
      return share >= 0.5 ? b - (b - a) * (1 - share) : a + (b - a) * share;
    case "lower":
      return a;
    case "higher":
      return b;
    case "nearest":
      return share > 0.5 || (share === 0.5 && low % 2 !== 0) ? b : a;
    case "midpoint":
      return b - (b - a) * 0.5;
    case "mean":
      return (a + b) * 0.5;
  }
}
