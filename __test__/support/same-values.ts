import type { TypedArray } from "bramble";
import { expect } from "vitest";

/** Expects the same class of array and the same bits, but for the kind of NaN; or, of floats, so many steps between. */
export function expectSameValues(actual: TypedArray, expected: TypedArray, ulps = 0): void {
  expect(actual.constructor.name).toBe(expected.constructor.name);
  expect(actual.length).toBe(expected.length);
  const place = differsAt(actual, expected, ulps);
  // Only where they differ, since printing large arrays takes long.
  if (place !== -1) {
    expect({ place, value: actual[place] }).toEqual({ place, value: expected[place] });
    expect.fail(`signs of zero differ at ${place}`);
  }
}

/** Index of the first value that differs; -1 if none does. */
function differsAt(actual: TypedArray, expected: TypedArray, ulps: number): number {
  for (const [index, value] of expected.entries()) {
    const found = actual[index];
    if (Object.is(found, value)) continue;
    if (ulps === 0 || typeof value !== "number" || typeof found !== "number") return index;
    if (stepsBetween(found, value, expected instanceof Float32Array) > ulps) return index;
  }
  return -1;
}

/** How many floats lie between two. */
function stepsBetween(a: number, b: number, isSingle: boolean): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.POSITIVE_INFINITY;
  const [x, y] = [rankOf(a, isSingle), rankOf(b, isSingle)];
  return Number(x > y ? x - y : y - x);
}

/** The number of a float among all, in their order. */
function rankOf(value: number, isSingle: boolean): bigint {
  const bits = isSingle
    ? BigInt(new Int32Array(Float32Array.of(value).buffer)[0] ?? 0)
    : (new BigInt64Array(Float64Array.of(value).buffer)[0] ?? 0n);
  return bits >= 0n ? bits : -(bits & (isSingle ? 0x7fff_ffffn : 0x7fff_ffff_ffff_ffffn));
}
