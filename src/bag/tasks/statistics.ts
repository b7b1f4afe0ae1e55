import { describe } from "../../check.js";
import { BrambleError } from "../../errors.js";
import { numberOf } from "./sinks.js";
import type { Batch, Sink } from "./stage.js";

/** The sum of numbers or of bigints; undefined of nothing. */
export function sum(): Sink {
  let total: number | bigint | undefined;
  return {
    push: (batch) => {
      total = sumOf(batch, total);
    },
    result: () => total,
  };
}

/** The sum of sums; 0 of nothing. */
export function sumParts(parts: readonly (number | bigint | undefined)[]): number | bigint | undefined {
  return sumOf(
    parts.filter((part) => part !== undefined),
    undefined,
  );
}

/** See `sumParts`. */
export function finishSum(total: number | bigint | undefined): number | bigint {
  return total ?? 0;
}

function sumOf(items: Batch, before: number | bigint | undefined): number | bigint | undefined {
  const [first] = items;
  if (typeof (before ?? first) === "bigint") {
    return items.reduce<bigint>(
      (total, item) => {
        if (typeof item === "bigint") return total + item;
        throw new BrambleError(
          "INVALID_VALUE",
          `\`sum\` of bigints wants bigints, and an item is ${describe(item)}`,
        );
      },
      (before as bigint | undefined) ?? 0n,
    );
  }
  if (items.length === 0) return before;
  let total = (before as number | undefined) ?? 0;
  for (const item of items) total += numberOf(item, "sum");
  return total;
}

/** The least or the greatest item, as `<` sees it; undefined of nothing. NaN is greater than no number and less than none. */
export function extremum(sign: 1 | -1): Sink {
  let best: { readonly value: unknown } | undefined;
  return {
    push: (batch) => {
      for (const item of batch)
        if (best === undefined || isBeyond(item, best.value, sign)) best = { value: item };
    },
    result: () => best,
  };
}

/** The same of the parts. */
export function extremumParts(
  sign: 1 | -1,
  parts: readonly ({ readonly value: unknown } | undefined)[],
): { readonly value: unknown } | undefined {
  return parts.reduce(
    (best, part) =>
      best === undefined || (part !== undefined && isBeyond(part.value, best.value, sign)) ? part : best,
    undefined,
  );
}

/** The item that it is. */
export function finishExtremum(name: string, best: { readonly value: unknown } | undefined): unknown {
  if (best !== undefined) return best.value;
  throw new BrambleError("EMPTY_REDUCTION", `\`${name}\` of a bag without items`);
}

function isBeyond(item: unknown, best: unknown, sign: 1 | -1): boolean {
  // NaN wins, as it does in arrays.
  if (Number.isNaN(best)) return false;
  if (Number.isNaN(item)) return true;
  return sign < 0 ? (item as number) < (best as number) : (item as number) > (best as number);
}

/** How many numbers, and their sum. */
interface Total {
  readonly count: number;
  readonly sum: number;
}

/** What a mean is made of. */
export function total(): Sink {
  let [count, sum] = [0, 0];
  return {
    push: (batch) => {
      count += batch.length;
      for (const item of batch) sum += numberOf(item, "mean");
    },
    result: (): Total => ({ count, sum }),
  };
}

/** The same of the parts. */
export function totalParts(parts: readonly Total[]): Total {
  return parts.reduce((a, b) => ({ count: a.count + b.count, sum: a.sum + b.sum }));
}

/** The mean; NaN of nothing. */
export function finishMean({ count, sum }: Total): number {
  return sum / count;
}

/** How many numbers, their mean, and the sum of the squares of their distances from it. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

const NO_MOMENTS: Moments = { count: 0, mean: 0, squares: 0 };

/** The moments of numbers, by Welford's update. */
export function moments(what: string): Sink {
  let [count, mean, squares] = [0, 0, 0];
  return {
    push: (batch) => {
      for (const item of batch) {
        const value = numberOf(item, what);
        count += 1;
        const distance = value - mean;
        mean += distance / count;
        squares += distance * (value - mean);
      }
    },
    result: (): Moments => ({ count, mean, squares }),
  };
}

/** Moments of all, by the update of Chan, Golub and LeVeque. */
export function momentsParts(parts: readonly Moments[]): Moments {
  return parts.reduce((a, b) => {
    const count = a.count + b.count;
    if (count === 0) return NO_MOMENTS;
    const distance = b.mean - a.mean;
    return {
      count,
      mean: a.mean + (distance * b.count) / count,
      squares: a.squares + b.squares + (distance * distance * a.count * b.count) / count,
    };
  }, NO_MOMENTS);
}

/** The variance, or its root; NaN of fewer items than `ddof` wants. */
export function finishSpread(ddof: number, isRoot: boolean, { count, squares }: Moments): number {
  const variance = count - ddof <= 0 ? Number.NaN : squares / (count - ddof);
  return isRoot ? Math.sqrt(variance) : variance;
}
