import { array, type Chunks, type DType, type LazyArray, NDArray, type TypedArray } from "bramble";
import { allocate, isComplex, type ItemOf, partType, writeItem } from "../../dist/dtype/index.js";

/** Values in an oracle: truth values as a string of 0 and 1, 64-bit integers as text, floats as the digits of their bits. */
export type OracleValues = string | readonly (string | number | null)[];

/** What NumPy has, with the places of answers that are not ours. */
export interface Decoded {
  readonly data: TypedArray;
  readonly leftOut: readonly number[];
}

/** Reads values of an oracle. */
export function decodeValues(dtype: DType, values: OracleValues): Decoded {
  // Of a complex number both parts are written.
  if (isComplex(dtype)) return decodeValues(partType(dtype), values);
  const list = typeof values === "string" ? Array.from(values, Number) : values;
  const leftOut = list.flatMap((value, index) => (value === null ? [index] : []));
  if (dtype === "float32" || dtype === "float64") {
    const bytes = list
      .map((value) => String(value ?? "0").padStart(dtype === "float32" ? 8 : 16, "0"))
      .join("");
    const data = allocate(dtype, list.length);
    const size = data.BYTES_PER_ELEMENT;
    const swapped = Buffer.from(bytes, "hex");
    if (size === 4) swapped.swap32();
    else swapped.swap64();
    new Uint8Array(data.buffer).set(swapped);
    return { data, leftOut };
  }
  const data = allocate(dtype, list.length);
  for (const [index, value] of list.entries()) {
    data[index] =
      data instanceof BigInt64Array || data instanceof BigUint64Array ? BigInt(value ?? 0) : Number(value);
  }
  return { data, leftOut };
}

/** An array over some values. */
export function lazy(
  dtype: DType,
  data: TypedArray,
  shape: readonly number[],
  chunks: Chunks = -1,
): LazyArray {
  return array.fromArray(data, {
    shape,
    chunks,
    ...((dtype === "bool" || isComplex(dtype)) && { dtype }),
  }) as LazyArray;
}

/** Functions of arrays by the names that engines have for them, such as `floor_divide`. */
export function functionNamed(name: string): (...args: unknown[]) => LazyArray {
  const camel = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const functions = array as unknown as Record<string, (...args: unknown[]) => LazyArray>;
  const found = functions[camel];
  if (found === undefined) throw new Error(`no function ${camel}`);
  return found;
}

/** The elements of what was computed, a number or an array. */
export function elementsOf(computed: unknown, dtype: DType): TypedArray {
  if (computed instanceof NDArray) return computed.data;
  const data = allocate(dtype, 1);
  writeItem(data, dtype, 0, computed as ItemOf<DType>);
  return data;
}
