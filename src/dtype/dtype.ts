import { BrambleError } from "../errors.js";
import type { DType as RealDType } from "../generated/layers.js";
import { Complex, type ComplexLike, isComplexLike } from "./complex.js";

/** The dtypes that engines know. An array of complex numbers is two of floats to them. */
export type { RealDType };

/** The dtypes of complex numbers, each with its parts in floats of half its bits. */
export type ComplexDType = "complex64" | "complex128";

/** The type of an array's elements, named as NumPy names it. */
export type DType = RealDType | ComplexDType;

/**
 * The typed array that holds the elements of each dtype; a bool is a byte, 0 or 1. Of a complex number it holds the real
 * part and behind it the imaginary one.
 */
export interface DataTypes {
  bool: Uint8Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  uint16: Uint16Array;
  uint32: Uint32Array;
  uint64: BigUint64Array;
  float32: Float32Array;
  float64: Float64Array;
  complex64: Float32Array;
  complex128: Float64Array;
}

/** The typed array of a dtype: `DataOf<"int64">` is `BigInt64Array`. */
export type DataOf<D extends DType> = DataTypes[D];

/** Any typed array that holds elements. */
export type TypedArray = DataTypes[DType];

/** The JavaScript value of one element of each dtype. */
export interface ItemTypes {
  bool: boolean;
  int8: number;
  int16: number;
  int32: number;
  int64: bigint;
  uint8: number;
  uint16: number;
  uint32: number;
  uint64: bigint;
  float32: number;
  float64: number;
  complex64: Complex;
  complex128: Complex;
}

/** The JavaScript value of one element: `bigint` for 64-bit integers, `boolean` for bool, a `Complex` of complex ones. */
export type ItemOf<D extends DType> = ItemTypes[D];

/** The dtype of a typed array: `DTypeOfData<BigInt64Array>` is `"int64"`. */
export type DTypeOfData<T extends TypedArray> = {
  [D in Exclude<RealDType, "bool">]: T extends DataOf<D> ? D : never;
}[Exclude<RealDType, "bool">];

/** How a family of dtypes behaves in promotion and casts. */
export type DTypeKind = "bool" | "int" | "uint" | "float" | "complex";

/** Makes typed arrays of one class. */
export interface TypedArrayConstructor<T extends TypedArray> {
  readonly name: string;
  new (length: number): T;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): T;
}

/** What is known of a dtype. */
export interface DTypeInfo<D extends DType> {
  /** Its family. */
  readonly kind: DTypeKind;
  /** Bytes of one element. */
  readonly itemsize: number;
  /** Entries of a typed array that one element takes. */
  readonly entries: 1 | 2;
  /** The class of its typed arrays. */
  readonly TypedArray: TypedArrayConstructor<DataOf<D>>;
}

/** Every dtype, narrowest first within its family. */
export const DTYPES: { readonly [D in DType]: DTypeInfo<D> } = {
  bool: { kind: "bool", itemsize: 1, entries: 1, TypedArray: Uint8Array },
  int8: { kind: "int", itemsize: 1, entries: 1, TypedArray: Int8Array },
  int16: { kind: "int", itemsize: 2, entries: 1, TypedArray: Int16Array },
  int32: { kind: "int", itemsize: 4, entries: 1, TypedArray: Int32Array },
  int64: { kind: "int", itemsize: 8, entries: 1, TypedArray: BigInt64Array },
  uint8: { kind: "uint", itemsize: 1, entries: 1, TypedArray: Uint8Array },
  uint16: { kind: "uint", itemsize: 2, entries: 1, TypedArray: Uint16Array },
  uint32: { kind: "uint", itemsize: 4, entries: 1, TypedArray: Uint32Array },
  uint64: { kind: "uint", itemsize: 8, entries: 1, TypedArray: BigUint64Array },
  float32: { kind: "float", itemsize: 4, entries: 1, TypedArray: Float32Array },
  float64: { kind: "float", itemsize: 8, entries: 1, TypedArray: Float64Array },
  complex64: { kind: "complex", itemsize: 8, entries: 2, TypedArray: Float32Array },
  complex128: { kind: "complex", itemsize: 16, entries: 2, TypedArray: Float64Array },
};

/** Whether elements are complex numbers. */
export function isComplex(dtype: DType): dtype is ComplexDType {
  return DTYPES[dtype].kind === "complex";
}

/** The dtype of the real and of the imaginary parts. */
export function partType(dtype: ComplexDType): "float32" | "float64" {
  return dtype === "complex64" ? "float32" : "float64";
}

/** A dtype that is none of complex numbers. */
export function realType(dtype: DType): RealDType {
  if (!isComplex(dtype)) return dtype;
  throw new BrambleError(
    "UNSUPPORTED_DTYPE",
    `dtype ${dtype} has no meaning here; take real and imaginary parts`,
  );
}

/** The dtype of complex numbers whose parts have this one. */
export function pairType(dtype: DType): ComplexDType {
  return dtype === "float32" ? "complex64" : "complex128";
}

/** A new typed array of zeros, for so many elements. */
export function allocate<D extends DType>(dtype: D, length: number): DataOf<D> {
  const { TypedArray, entries } = DTYPES[dtype];
  return new TypedArray(length * entries);
}

/** The elements in a stretch of bytes, without a copy. */
export function viewBytes<D extends DType>(dtype: D, bytes: Uint8Array): DataOf<D> {
  const { TypedArray, itemsize, entries } = DTYPES[dtype];
  return new TypedArray(bytes.buffer, bytes.byteOffset, (bytes.byteLength / itemsize) * entries);
}

/** The bytes under a typed array, without a copy. */
export function bytesOf(data: TypedArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Whether a value is a dtype's name. */
export function isDType(value: unknown): value is DType {
  return typeof value === "string" && Object.hasOwn(DTYPES, value);
}

/** The value of the element at a position. */
export function readItem(data: TypedArray, dtype: DType, position: number): ItemOf<DType> {
  if (isComplex(dtype)) return new Complex(Number(data[2 * position]), Number(data[2 * position + 1]));
  const value = data[position] ?? 0;
  return dtype === "bool" ? value !== 0 : value;
}

/** Writes a value over the element at a position; a real number over a complex one has no imaginary part. */
export function writeItem(
  data: TypedArray,
  dtype: DType,
  position: number,
  value: ItemOf<DType> | ComplexLike,
): void {
  if (isComplex(dtype)) {
    const { re, im } = isComplexLike(value) ? value : { re: Number(value), im: 0 };
    data[2 * position] = re;
    data[2 * position + 1] = im;
  } else {
    data[position] = (typeof value === "boolean" ? Number(value) : value) as never;
  }
}

/** Copies an element without a look at it. */
export function copyItem(dtype: DType, to: TypedArray, place: number, from: TypedArray, at: number): void {
  const { entries } = DTYPES[dtype];
  for (let entry = 0; entry < entries; entry += 1) {
    to[place * entries + entry] = from[at * entries + entry] as never;
  }
}

/** The dtype of a typed array: that of its class, so a `Uint8Array` is uint8. Undefined for anything else. */
export function dtypeOfData(data: unknown): RealDType | undefined {
  // By name rather than by class, so that arrays of another realm are known too.
  const name = ArrayBuffer.isView(data) ? Object.prototype.toString.call(data).slice(8, -1) : "";
  return (Object.keys(DTYPES) as DType[]).find(
    (dtype): dtype is RealDType =>
      dtype !== "bool" && !isComplex(dtype) && DTYPES[dtype].TypedArray.name === name,
  );
}
