import { expect } from "vitest";

/** What `toEqual` takes for equal to a value if its floats are as good as equal: their last digits may differ. */
export function closeTo(value: unknown): unknown {
  if (typeof value === "number" && Number.isFinite(value)) return expect.closeTo(value, digitsOf(value));
  if (Array.isArray(value)) return value.map(closeTo);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, closeTo(inner)]));
}

/** Digits behind the point that leave six that count: single floats have seven. */
function digitsOf(value: number): number {
  return 5 - Math.ceil(Math.log10(Math.max(1e-3, Math.abs(value))));
}
