import { type DType, type LazyArray, type NDArray, type TypedArray } from "bramble";
import { describe, expect, it } from "vitest";
import { ENGINES } from "../support/engines.js";
import { readOracle } from "../support/oracle.js";
import { decodeValues, elementsOf, functionNamed, lazy, type OracleValues } from "../support/values.js";

interface Statistics {
  readonly arrays: readonly {
    readonly dtype: DType;
    readonly shape: number[];
    readonly values: OracleValues;
  }[];
  readonly cases: readonly {
    readonly call: string;
    readonly array: number;
    readonly args: readonly unknown[];
    readonly options: Readonly<Record<string, unknown>>;
    readonly part: number | null;
    readonly result: DType;
    readonly shape: number[];
    readonly values: OracleValues;
  }[];
}

const { arrays, cases } = readOracle<Statistics>("statistics");

/** Digits in which answers of the same rounding may differ. */
const TOLERANCE: Readonly<Partial<Record<DType, number>>> = { float32: 1e-5, float64: 1e-12 };

/** Expects the same values, floats up to the last digits of the largest. */
function expectClose(actual: TypedArray, expected: TypedArray, dtype: DType): void {
  expect(actual.length).toBe(expected.length);
  const numbers = Array.from(expected as Float64Array).filter(Number.isFinite);
  const size = Math.max(1, ...numbers.map((value) => Math.abs(Number(value))));
  for (const [index, value] of expected.entries()) {
    const found = actual[index];
    const isSame = Object.is(found, value) || found === value;
    const limit = size * (TOLERANCE[dtype] ?? 0);
    if (!isSame && !(Math.abs(Number(found) - Number(value)) <= limit)) {
      expect({ index, value: found }).toEqual({ index, value });
    }
  }
}

describe.each(ENGINES)("the %s engine answers as NumPy", (engine) => {
  it.each([...new Set(cases.map(({ call }) => call))])("for %s", async (call) => {
    for (const entry of cases.filter((candidate) => candidate.call === call)) {
      const { array: number, args, options, part, result, shape, values } = entry;
      const source = arrays[number];
      if (source === undefined) throw new Error(`no array ${number}`);
      const { data } = decodeValues(source.dtype, source.values);
      for (const length of [2, 3, -1]) {
        const x = lazy(
          source.dtype,
          data,
          source.shape,
          source.shape.map(() => length),
        );
        const answer = functionNamed(call)(x, ...args, options) as LazyArray | LazyArray[];
        const found = Array.isArray(answer) ? (answer[part ?? 0] as LazyArray) : answer;
        const about = `${call} of array ${number} ${JSON.stringify([args, options])}`;
        expect([about, found.dtype]).toEqual([about, result]);
        const computed = await found.compute({ engine });
        const computedShape = shape.length === 0 ? [] : (computed as NDArray).shape;
        expect([about, computedShape]).toEqual([about, shape]);
        expectClose(elementsOf(computed, result), decodeValues(result, values).data, result);
      }
    }
  });
});
