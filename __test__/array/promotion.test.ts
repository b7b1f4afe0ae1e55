import { array, type DType, type LazyArray, type ScalarValue } from "bramble";
import { describe, expect, it } from "vitest";
import { promote } from "../../dist/dtype/index.js";
import { readOracle } from "../support/oracle.js";

type Table = Record<string, Record<string, string>>;

const oracle = readOracle<{
  promote: Table;
  binary: Record<string, Table>;
  weak: Record<string, Table>;
  reductions: Table;
}>("promotion");
const dtypes = Object.keys(oracle.promote) as DType[];
const one = (dtype: DType): LazyArray => array.ones(3, { dtype });

const operations = {
  add: array.add,
  divide: array.divide,
  floor_divide: array.floorDivide,
  multiply: array.multiply,
  remainder: array.remainder,
  equal: array.equal,
  logical_and: array.logicalAnd,
  maximum: array.maximum,
} as const;

describe("promotion", () => {
  it("agrees with NumPy on every pair of dtypes", () => {
    for (const a of dtypes)
      for (const b of dtypes) expect([a, b, promote(a, b)]).toEqual([a, b, oracle.promote[a]?.[b]]);
  });

  it.each(Object.entries(operations))("agrees with NumPy on the result of %s", (name, operation) => {
    for (const a of dtypes) {
      for (const b of dtypes) {
        const expected = oracle.binary[name]?.[a]?.[b];
        expect([a, b, operation(one(a), one(b)).dtype]).toEqual([a, b, withoutHalf(expected)]);
      }
    }
  });

  it.each(Object.entries(operations))(
    "lets a number outside of arrays adapt in %s, as NumPy does",
    (name, operation) => {
      const values: Record<string, ScalarValue> = { false: true, int: 1, float: 0.5 };
      for (const dtype of dtypes) {
        for (const [kind, value] of Object.entries(values)) {
          const expected = withoutHalf(oracle.weak[name]?.[dtype]?.[kind]);
          expect([dtype, kind, operation(one(dtype), value).dtype]).toEqual([dtype, kind, expected]);
          expect([kind, dtype, operation(value, one(dtype)).dtype]).toEqual([kind, dtype, expected]);
        }
      }
    },
  );

  it("agrees with NumPy on the results of reductions", () => {
    for (const [name, results] of Object.entries(oracle.reductions)) {
      for (const dtype of dtypes) {
        const result = array[name as "sum"](one(dtype)).dtype;
        expect([name, dtype, result]).toEqual([name, dtype, results[dtype]]);
      }
    }
  });

  it("takes a bigint as a whole number and two numbers as float64", () => {
    expect(one("int8").add(1n).dtype).toBe("int8");
    expect(one("bool").add(1n).dtype).toBe("int64");
    expect(one("float32").add(1n).dtype).toBe("float32");
    expect(array.add(1, 2).dtype).toBe("float64");
    expect(array.add(1n, 2n).dtype).toBe("int64");
  });
});

/** There is no float16 here: what NumPy computes in it is float64. */
function withoutHalf(dtype: string | undefined): string | undefined {
  return dtype === "float16" ? "float64" : dtype;
}
