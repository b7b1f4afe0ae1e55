import { type Chunks, type DType, type LazyArray, type NDArray, slice } from "bramble";
import { describe, expect, it } from "vitest";
import { allocate } from "../../../dist/dtype/index.js";
import { ENGINES } from "../../support/engines.js";
import { readOracle } from "../../support/oracle.js";
import { expectSameValues } from "../../support/same-values.js";
import { elementsOf, functionNamed, lazy } from "../../support/values.js";

interface Described {
  readonly dtype: DType;
  readonly shape: number[];
  readonly values: number[];
}

interface Case {
  readonly function: string;
  readonly arguments: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly result: Described | readonly Described[];
}

const { arrays, cases } = readOracle<{
  readonly arrays: Readonly<Record<string, Described>>;
  readonly cases: readonly Case[];
}>("shapes");

const CUTS: readonly (readonly [string, Chunks])[] = [
  ["in one block", -1],
  ["in blocks of 2", 2],
  ["in blocks of 3", 3],
];

function dataOf({ dtype, values }: Described): ReturnType<typeof allocate> {
  const data = allocate(dtype, values.length);
  for (const [index, value] of values.entries()) {
    data[index] = data instanceof BigInt64Array || data instanceof BigUint64Array ? BigInt(value) : value;
  }
  return data;
}

/** An argument as it was written, the arrays in it by name. */
function argumentOf(value: unknown, chunks: Chunks): unknown {
  if (Array.isArray(value)) return value.map((entry) => argumentOf(entry, chunks));
  if (typeof value !== "object" || value === null) return value;
  if ("slice" in value) return slice(...(value.slice as [number | null, number | null, number | null]));
  const described = arrays[(value as { array: string }).array];
  if (described === undefined) throw new Error(`no array ${JSON.stringify(value)}`);
  return lazy(
    described.dtype,
    dataOf(described),
    described.shape,
    described.shape.length === 0 ? [] : chunks,
  );
}

/** The options where there are some. */
function optionsOf({ options }: Case): object[] {
  return Object.keys(options).length === 0 ? [] : [options];
}

/** Steps of floats by which an answer may differ: where NumPy sums or divides in another order. */
function stepsOf({ options }: Case): number {
  return options["mode"] === "mean" || options["mode"] === "linear_ramp" ? 4 : 0;
}

describe.each(ENGINES)("arrays moved and put together by %s", (engine) => {
  it.each(CUTS)("are what NumPy makes of them, %s", async (_, chunks) => {
    for (const oracle of cases) {
      const given = oracle.arguments.map((value) => argumentOf(value, chunks));
      const made: unknown = functionNamed(oracle.function)(...given, ...optionsOf(oracle));
      const results = [made].flat() as LazyArray[];
      const answers = [oracle.result].flat();
      const what = JSON.stringify([oracle.function, oracle.arguments, oracle.options]);
      expect(results.map(({ dtype, shape }) => ({ what, dtype, shape }))).toEqual(
        answers.map(({ dtype, shape }) => ({ what, dtype, shape })),
      );
      for (const [index, result] of results.entries()) {
        const computed: unknown = await result.compute({ engine });
        if (result.ndim > 0) expect((computed as NDArray).shape).toEqual(result.shape);
        const answer = answers[index] as Described;
        try {
          expectSameValues(elementsOf(computed, result.dtype), dataOf(answer), stepsOf(oracle));
        } catch (error) {
          throw new Error(what, { cause: error });
        }
      }
    }
  });
});
