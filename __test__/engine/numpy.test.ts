import type { DType, NDArray, TypedArray } from "bramble";
import { describe, expect, it } from "vitest";
import { ENGINES } from "../support/engines.js";
import { readOracle } from "../support/oracle.js";
import { expectSameValues } from "../support/same-values.js";
import { decodeValues, elementsOf, functionNamed, lazy, type OracleValues } from "../support/values.js";

interface Answer {
  readonly op: string;
  readonly dtype: DType;
  readonly result: DType;
  readonly values: OracleValues;
}

interface Elementwise {
  readonly edges: Readonly<Record<DType, OracleValues>>;
  readonly unary: readonly Answer[];
  readonly binary: readonly Answer[];
  readonly casts: readonly { readonly from: DType; readonly to: DType; readonly values: OracleValues }[];
}

interface Reductions {
  readonly arrays: readonly {
    readonly dtype: DType;
    readonly shape: number[];
    readonly values: OracleValues;
  }[];
  readonly cases: readonly {
    readonly op: string;
    readonly array: number;
    readonly axis: number[] | null;
    readonly keepdims: boolean;
    readonly result: DType;
    readonly shape: number[];
    readonly values: OracleValues;
  }[];
}

const { edges, unary, binary, casts } = readOracle<Elementwise>("arrays-elementwise");
const { arrays, cases } = readOracle<Reductions>("arrays-reductions");

/** NumPy's own functions differ from others in the last digits too. */
const CLOSE = [
  ..."arccos arccosh arcsin arcsinh arctan arctan2 arctanh cbrt cos cosh exp exp2 expm1 hypot log log10".split(
    " ",
  ),
  ..."log1p log2 logaddexp logaddexp2 power sin sinh tan tanh".split(" "),
];
const ULPS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(CLOSE.map((op) => [op, 2])),
  i0: 16,
  var: 8,
  std: 4,
  nanvar: 8,
  nanstd: 4,
};

function edgesOf(dtype: DType): TypedArray {
  return decodeValues(dtype, edges[dtype]).data;
}

/** Compares all but what is left out. */
function expectValues(computed: unknown, dtype: DType, values: OracleValues, ulps = 0): void {
  const { data, leftOut } = decodeValues(dtype, values);
  const found = elementsOf(computed, dtype).slice();
  for (const index of leftOut) found[index] = data[index] as never;
  expectSameValues(found, data, ulps);
}

/** Integers have no powers below 0; the script puts 0 in their place. */
function withoutNegatives(data: TypedArray): TypedArray {
  if (data instanceof BigInt64Array) return data.map((value) => (value < 0n ? 0n : value));
  return (data as Int32Array).map((value) => Math.max(0, value));
}

describe.each(ENGINES)("the %s engine answers as NumPy", (engine) => {
  it.each(unary.map((answer) => [answer.op, answer.dtype, answer] as const))(
    "for %s of %s",
    async (op, dtype, { result, values }) => {
      const data = edgesOf(dtype);
      const computed = (await functionNamed(op)(lazy(dtype, data, [data.length], 4)).compute({
        engine,
      })) as NDArray;
      expect(computed.dtype).toBe(result);
      expectValues(computed, result, values, ULPS[op]);
    },
  );

  it.each(binary.map((answer) => [answer.op, answer.dtype, answer] as const))(
    "for %s of %s",
    async (op, dtype, { result, values }) => {
      const data = edgesOf(dtype);
      const right = op === "power" && dtype.startsWith("int") ? withoutNegatives(data) : data;
      const n = data.length;
      const column = lazy(dtype, data, [n, 1], [5, 1]);
      const computed = (await functionNamed(op)(column, lazy(dtype, right, [n], 4)).compute({
        engine,
      })) as NDArray;
      expect([computed.dtype, computed.shape]).toEqual([result, [n, n]]);
      expectValues(computed, result, values, ULPS[op]);
    },
  );

  it.each(casts.map((cast) => [cast.from, cast.to, cast.values] as const))(
    "for %s as %s",
    async (from, to, values) => {
      const data = edgesOf(from);
      const computed = (await lazy(from, data, [data.length], 6).astype(to).compute({ engine })) as NDArray;
      expect(computed.dtype).toBe(to);
      expectValues(computed, to, values);
    },
  );

  it.each([...new Set(cases.map(({ op }) => op))])("for %s over axes", async (op) => {
    for (const { array: number, axis, keepdims, result, shape, values } of cases.filter(
      (entry) => entry.op === op,
    )) {
      const source = arrays[number];
      if (source === undefined) throw new Error(`no array ${number}`);
      const { data } = decodeValues(source.dtype, source.values);
      for (const length of [1, 2, 7, -1]) {
        const x = lazy(
          source.dtype,
          data,
          source.shape,
          source.shape.map(() => length),
        );
        const axes = axis?.length === 1 ? axis[0] : axis;
        const reduced = functionNamed(op)(x, { keepdims, ...(axis !== null && { axis: axes }) });
        expect([reduced.dtype, reduced.shape]).toEqual([result, shape]);
        expectValues(await reduced.compute({ engine }), result, values, ULPS[op]);
      }
    }
  });
});
