import type { DType, LazyArray, NDArray, TypedArray } from "bramble";
import { describe, expect, it } from "vitest";
import { ENGINES } from "./engines.js";
import { readOracle } from "./oracle.js";
import { decodeValues, elementsOf, functionNamed, lazy, type OracleValues } from "./values.js";

/** Calls of functions of several arrays, and what NumPy answers. */
interface Oracle {
  readonly arrays: readonly {
    readonly dtype: DType;
    readonly shape: number[];
    readonly values: OracleValues;
  }[];
  readonly cases: readonly Case[];
}

interface Case {
  readonly call: string;
  /** Arguments before the arrays. */
  readonly before: readonly unknown[];
  readonly arrays: readonly number[];
  readonly options: Readonly<Record<string, unknown>>;
  /** Which of several answers. */
  readonly part: number | null;
  readonly result: DType;
  readonly shape: number[];
  readonly values: OracleValues;
}

/** Digits in which answers of the same rounding may differ. */
const TOLERANCE: Readonly<Partial<Record<DType, number>>> = {
  float32: 1e-5,
  float64: 1e-12,
  complex64: 1e-5,
  complex128: 1e-12,
};

/** Expects the same values, floats up to the last digits of the largest. */
export function expectClose(actual: TypedArray, expected: TypedArray, dtype: DType, about: string): void {
  expect([about, actual.length]).toEqual([about, expected.length]);
  const numbers = Array.from(expected as Float64Array, (value) => Math.abs(Number(value)));
  const limit = Math.max(1, ...numbers.filter(Number.isFinite)) * (TOLERANCE[dtype] ?? 0);
  for (const [index, value] of expected.entries()) {
    const isSame = Object.is(actual[index], value) || actual[index] === value;
    const isClose = isSame || Math.abs(Number(actual[index]) - Number(value)) <= limit;
    if (!isClose) expect([about, index, actual[index]]).toEqual([about, index, value]);
  }
}

/** Tests that both engines answer as NumPy, whatever the chunks. */
export function describeCases(
  oracle: string,
  functions: Readonly<Record<string, (...args: unknown[]) => unknown>> = {},
): void {
  const { arrays, cases } = readOracle<Oracle>(oracle);
  const cut = (number: number, length: number): LazyArray => {
    const { dtype, shape, values } = arrays[number] ?? { dtype: "bool", shape: [], values: [] };
    return lazy(
      dtype,
      decodeValues(dtype, values).data,
      shape,
      shape.map(() => length),
    );
  };
  describe.each(ENGINES)("the %s engine answers as NumPy", (engine) => {
    it.each([...new Set(cases.map(({ call }) => call))])("for %s", async (call) => {
      for (const entry of cases.filter((candidate) => candidate.call === call)) {
        const { before, options, part, result, shape, values } = entry;
        for (const length of [1, 3, -1]) {
          const operands = entry.arrays.map((number) => cut(number, length));
          const given = Object.keys(options).length > 0 ? [options] : [];
          const answer = (functions[call] ?? functionNamed(call))(...before, ...operands, ...given);
          const found = (part === null ? answer : (answer as LazyArray[])[part]) as LazyArray;
          const shapes = JSON.stringify(operands.map((operand) => operand.shape));
          const about = `${call} ${JSON.stringify([before, options, part])} of ${shapes} in ${length}`;
          expect([about, found.dtype]).toEqual([about, result]);
          const computed = await found.compute({ engine });
          const computedShape = shape.length > 0 ? (computed as NDArray).shape : [];
          expect([about, computedShape]).toEqual([about, shape]);
          expectClose(elementsOf(computed, result), decodeValues(result, values).data, result, about);
        }
      }
    });
  });
}
