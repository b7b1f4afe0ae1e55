import type { DType } from "../generated/layers.js";

export type { DType } from "../generated/layers.js";

/** The typed array that holds the elements of each dtype; a bool is a byte, 0 or 1. */
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
}

/** The JavaScript value of one element: `bigint` for 64-bit integers, `boolean` for bool. */
export type ItemOf<D extends DType> = ItemTypes[D];

/** The dtype of a typed array: `DTypeOfData<BigInt64Array>` is `"int64"`. */
export type DTypeOfData<T extends TypedArray> = {
  [D in Exclude<DType, "bool">]: T extends DataOf<D> ? D : never;
}[Exclude<DType, "bool">];

/** How a family of dtypes behaves in promotion and casts. */
export type DTypeKind = "bool" | "int" | "uint" | "float";

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
  /** The class of its typed arrays. */
  readonly TypedArray: TypedArrayConstructor<DataOf<D>>;
}

/** Every dtype, narrowest first within its family. */
export const DTYPES: { readonly [D in DType]: DTypeInfo<D> } = {
  bool: { kind: "bool", itemsize: 1, TypedArray: Uint8Array },
  int8: { kind: "int", itemsize: 1, TypedArray: Int8Array },
  int16: { kind: "int", itemsize: 2, TypedArray: Int16Array },
  int32: { kind: "int", itemsize: 4, TypedArray: Int32Array },
  int64: { kind: "int", itemsize: 8, TypedArray: BigInt64Array },
  uint8: { kind: "uint", itemsize: 1, TypedArray: Uint8Array },
  uint16: { kind: "uint", itemsize: 2, TypedArray: Uint16Array },
  uint32: { kind: "uint", itemsize: 4, TypedArray: Uint32Array },
  uint64: { kind: "uint", itemsize: 8, TypedArray: BigUint64Array },
  float32: { kind: "float", itemsize: 4, TypedArray: Float32Array },
  float64: { kind: "float", itemsize: 8, TypedArray: Float64Array },
};

/** A new typed array of zeros. */
export function allocate<D extends DType>(dtype: D, length: number): DataOf<D> {
  return new DTYPES[dtype].TypedArray(length);
}

/** The elements in a stretch of bytes, without a copy. */
export function viewBytes<D extends DType>(dtype: D, bytes: Uint8Array): DataOf<D> {
  const { TypedArray, itemsize } = DTYPES[dtype];
  return new TypedArray(bytes.buffer, bytes.byteOffset, bytes.byteLength / itemsize);
}

/** The bytes under a typed array, without a copy. */
export function bytesOf(data: TypedArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Whether a value is a dtype's name. */
export function isDType(value: unknown): value is DType {
  return typeof value === "string" && Object.hasOwn(DTYPES, value);
}

/** The dtype of a typed array: that of its class, so a `Uint8Array` is uint8. Undefined for anything else. */
export function dtypeOfData(data: unknown): DType | undefined {
  // By name rather than by class, so that arrays of another realm are known too.
  const name = ArrayBuffer.isView(data) ? Object.prototype.toString.call(data).slice(8, -1) : "";
  return (Object.keys(DTYPES) as DType[]).find(
    (dtype) => dtype !== "bool" && DTYPES[dtype].TypedArray.name === name,
  );
}
