import { inspect } from "node:util";
import { type DType, NDArray, type TypedArray } from "bramble";
import { describe, expect, it } from "vitest";
import { DTYPES } from "../../dist/dtype/index.js";
import { expectError } from "../support/errors.js";
import { readOracle } from "../support/oracle.js";

interface Printed {
  readonly dtype: DType;
  readonly shape: number[];
  readonly items: string[];
  readonly str: string;
  readonly separated: string;
}

const printed = readOracle<Printed[]>("printing");
const title = ({ dtype, shape, items }: Printed): string =>
  `${dtype} (${shape.join(", ")}) of ${items.slice(0, 3).join(" ")}`;

describe("NDArray", () => {
  it.each(printed.map((entry) => [title(entry), entry] as const))("prints as NumPy does: %s", (_, entry) => {
    const x = new NDArray(dataOf(entry), entry.shape, { dtype: entry.dtype });
    expect(String(x)).toBe(entry.str);
    expect(inspect(x)).toBe(`NDArray(${entry.separated}, dtype=${entry.dtype})`);
  });

  it("knows its elements by index, negative from the end", () => {
    const x = new NDArray(Float64Array.of(0, 1, 2, 3, 4, 5), [2, 3]);
    expect([x.get(1, 0), x.get(-1, -1), x.size, x.ndim]).toEqual([3, 5, 6, 2]);
    x.set(0, 1, 9);
    expect(x.toArray()).toEqual([
      [0, 9, 2],
      [3, 4, 5],
    ]);
    expectError(() => x.get(2, 0), "OUT_OF_BOUNDS", "Index 2 is not on axis 0, which has 2 elements");
    expectError(() => x.get(1), "OUT_OF_BOUNDS", "takes 2 index numbers, not 1");
    expectError(() => x.get(0.5, 0), "OUT_OF_BOUNDS", "Index 0.5");
  });

  it("gives bigints of 64-bit integers and booleans of bool", () => {
    const wide = new NDArray(BigInt64Array.of(1n, -2n));
    const bool = new NDArray(Uint8Array.of(1, 0), [2], { dtype: "bool" });
    expect([...wide]).toEqual([1n, -2n]);
    expect([...bool]).toEqual([true, false]);
    bool.set(1, true);
    expect(bool.data[1]).toBe(1);
  });

  it("iterates over rows as views", () => {
    const x = new NDArray(Int32Array.of(1, 2, 3, 4), [2, 2]);
    const rows = [...x] as NDArray<"int32">[];
    rows[1]?.set(0, 7);
    expect(x.get(1, 0)).toBe(7);
    expect(rows.map((row) => row.toArray())).toEqual([
      [1, 2],
      [7, 4],
    ]);
  });

  it("looks at data through strides, as scijs does", () => {
    const transposed = new NDArray(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2], { strides: [1, 3] });
    const reversed = new NDArray(Float32Array.of(1, 2, 3), [3], { strides: [-1], offset: 2 });
    expect(transposed.toArray()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    expect(reversed.toArray()).toEqual([3, 2, 1]);
    expect([...reversed.contiguous().data]).toEqual([3, 2, 1]);
    expect([transposed.stride, transposed.dimension]).toEqual([[1, 3], 2]);
    expect(transposed.contiguous().contiguous()).toEqual(transposed.contiguous());
  });

  it("has one item only if it has one element", () => {
    expect(new NDArray(Float64Array.of(4), [1, 1]).item()).toBe(4);
    expect(new NDArray(Float64Array.of(4), []).toArray()).toBe(4);
    expectError(() => new NDArray(Float64Array.of(1, 2)).item(), "INVALID_ARGUMENT", "not of 2");
    expectError(() => [...new NDArray(Float64Array.of(4), [])], "INVALID_ARGUMENT", "0-d");
  });

  it("refuses data that does not fit its shape", () => {
    expectError(
      () => new NDArray(new Float64Array(5), [2, 3]),
      "SHAPE_MISMATCH",
      "elements 0 to 5 of data that has 5",
    );
    expectError(() => new NDArray(new Float64Array(5), [2], { offset: 4 }), "SHAPE_MISMATCH", "4 to 5");
    expectError(
      () => new NDArray<DType>(new Float64Array(5), [5], { dtype: "int8" }),
      "INVALID_ARGUMENT",
      "float64",
    );
    expectError(() => new NDArray([1, 2] as never), "INVALID_ARGUMENT", "Expected a typed array for `data`");
  });
});

function dataOf({ dtype, items }: Printed): TypedArray {
  const { TypedArray, itemsize, kind } = DTYPES[dtype];
  const data = new TypedArray(items.length);
  const isWide = itemsize === 8 && kind !== "float";
  for (const [index, item] of items.entries()) {
    data[index] = isWide ? BigInt(item) : Number(item.replace("inf", "Infinity"));
  }
  return data;
}
