import { array, type Chunks, type DType, type LazyArray, type NDArray, optimize, slice } from "bramble";
import { beforeAll, describe, expect, it } from "vitest";
import { LazyArray as Lazy } from "../../dist/array/lazy-array.js";
import { NODE } from "../../dist/array/operand.js";
import { gather } from "../../dist/array/rechunk.js";
import { expectClose } from "../support/numpy-cases.js";
import { readOracle } from "../support/oracle.js";
import { expectSameValues } from "../support/same-values.js";
import { decodeValues, elementsOf, functionNamed, lazy, type OracleValues } from "../support/values.js";

/** A random expression and what NumPy answers; `make_expressions.py` says more. */
interface Case {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: OracleValues;
  readonly steps: readonly (readonly [kind: string, ...args: never[]])[];
  readonly result: DType;
  readonly resultShape: readonly number[];
  readonly answer: OracleValues;
}

type Entry = number | null | "..." | readonly [start: number | null, stop: number | null, step: number];

const entry = (written: Entry): never =>
  (Array.isArray(written) ? slice(...(written as [number, number, number])) : written) as never;
const named = functionNamed;

/** What the steps do, by their kinds. */
const STEPS: Readonly<Record<string, (x: LazyArray, ...args: never[]) => LazyArray>> = {
  number: (x, name: string, value: number, isLeft: boolean) =>
    isLeft ? named(name)(value, x) : named(name)(x, value),
  itself: (x, name: string) => named(name)(x, array.flip(x)),
  centre: (x, name: string, axis: number) => named("subtract")(x, named(name)(x, { axis, keepdims: true })),
  unary: (x, name: string) => named(name)(x),
  cast: (x, dtype: DType) => x.astype(dtype),
  cut: (x, entries: Entry[]) => x.slice(...entries.map(entry)),
  assign: (x, entries: Entry[]) => x.setItem(entries.map(entry), 1),
  take: (x, places: number[], axis: number) => array.take(x, places, { axis }),
  mask: (x, name: string, value: number) => x.slice(named(name)(x, value)),
  maskAxis: (x, condition: boolean[], axis: number) => array.compress(condition, x, { axis }),
  reduce: (x, name: string, options: object) => named(name)(x, options),
  reshape: (x, shape: number[]) => x.reshape(shape),
  transpose: (x, axes: number[]) => x.transpose(axes),
  roll: (x, shift: number, axis: number) => array.roll(x, shift, { axis }),
  pad: (x, widths: [number, number][], mode: "edge") => array.pad(x, widths, { mode }),
  repeat: (x, times: number, axis: number) => x.repeat(times, { axis }),
  concatenate: (x, axis: number) => array.concatenate([x, array.flip(x)], { axis }),
  stack: (x, axis: number) => array.stack([x, array.flip(x)], { axis }),
  where: (x, value: number) => named("where")(x.greater(value), x, value),
  scan: (x, axis: number) => array.cumsum(x, { axis }),
  diff: (x, axis: number) => array.diff(x, { axis }),
  unique: (x) => array.unique(x),
  triangle: (x, name: "tril" | "triu", k: number) => array[name](x, k),
  matmul: (x) => array.matmul(x, x.swapaxes(-1, -2)),
};

const { cases } = readOracle<{ cases: readonly Case[] }>("expressions");

/** Ways to cut: one by one, by threes, whole, and unevenly with chunks of no elements, which only engines know. */
const CUTS: Readonly<Record<string, (x: LazyArray) => LazyArray>> = {
  ones: (x) => x.rechunk(x.shape.map(() => 1) as Chunks),
  threes: (x) => x.rechunk(x.shape.map(() => 3) as Chunks),
  whole: (x) => x,
  uneven: (x) => {
    const lengthsOf = (length: number): number[] => [
      0,
      Math.ceil(length / 4),
      0,
      length - Math.ceil(length / 4),
    ];
    const grid = x.shape.map((total) => lengthsOf(total).map((length) => ({ length, count: 1 })));
    return new Lazy(gather(x[NODE], grid)) as LazyArray;
  },
};

function build({ dtype, shape, values, steps }: Case, cut: string): LazyArray {
  const source = lazy(dtype, decodeValues(dtype, values).data, shape);
  const chunked = CUTS[cut]?.(source) ?? source;
  return steps.reduce<LazyArray>((x, [kind, ...args]) => STEPS[kind]?.(x, ...args) ?? x, chunked);
}

const aboutCase = ({ dtype, shape, steps }: Case, number: number): string =>
  `case ${number}: ${dtype} (${shape.join(", ")}) ${JSON.stringify(steps)}`;

describe.each(Object.keys(CUTS))("random expressions in chunks, %s", (cut) => {
  let arrays: LazyArray[] = [];

  beforeAll(() => {
    arrays = cases.map((one) => build(one, cut));
  });

  it("have NumPy's dtype, and its shape where that is known", () => {
    for (const [number, one] of cases.entries()) {
      const about = aboutCase(one, number);
      const { dtype, shape } = arrays[number] ?? {};
      expect([about, dtype, shape?.length]).toEqual([about, one.result, one.resultShape.length]);
      const known = one.resultShape.map((length, axis) =>
        Number.isNaN(shape?.[axis]) ? Number.NaN : length,
      );
      expect([about, shape]).toEqual([about, known]);
    }
  });

  it.each(["js", "native"] as const)("have NumPy's answers by the %s engine", async (engine) => {
    const answers = await array.compute(...arrays, { engine });
    for (const [number, one] of cases.entries()) {
      const about = aboutCase(one, number);
      const answer: unknown = answers[number];
      const shape = one.resultShape.length > 0 ? (answer as NDArray).shape : [];
      expect([about, shape]).toEqual([about, one.resultShape]);
      const expected = decodeValues(one.result, one.answer).data;
      expectClose(elementsOf(answer, one.result), expected, one.result, about);
    }
  });
});

describe.each(["threes", "uneven"])("random expressions in chunks, %s,", (cut) => {
  const workers = cut === "threes" ? [1, 2, 3, 4, 5, 6, 7, 8] : [1, 3, 8];

  it("have the same bits on one thread and on many", async () => {
    const arrays = cases.map((one) => build(one, cut));
    const [expected, ...others] = await Promise.all([
      array.compute(...arrays, { engine: "native", scheduler: "sync" }),
      ...workers.map((numWorkers) => array.compute(...arrays, { engine: "native", numWorkers })),
    ]);
    for (const answers of others) {
      for (const [number, { result }] of cases.entries()) {
        expectSameValues(elementsOf(answers[number], result), elementsOf(expected?.[number], result));
      }
    }
  });

  it.each(["js", "native"] as const)(
    "have the same bits once optimised, by the %s engine",
    async (engine) => {
      const arrays = cases.map((one) => build(one, cut));
      const [expected, answers] = await Promise.all([
        array.compute(...arrays, { engine }),
        array.compute(...optimize(...arrays), { engine }),
      ]);
      for (const [number, { result }] of cases.entries()) {
        expectSameValues(elementsOf(answers[number], result), elementsOf(expected[number], result));
      }
    },
  );
});
