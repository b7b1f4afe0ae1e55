import type { DType } from "./dtype.js";

/**
 * How the dtype of a result follows from the dtype that goes in, rule by rule; read at run time and, as a
 * type, by the compiler.
 *
 * - `same`: unchanged.
 * - `bool`: a truth value.
 * - `float`: float64, except that float32 and complex numbers stay.
 * - `number`: bool becomes int8, which NumPy's integer operations make of it.
 * - `weakInt`: bool becomes int64, which a whole number next to it makes of it.
 * - `uint8`: a small count.
 * - `sum`: as wide as an accumulator: int64 or uint64, floats as they are.
 * - `position`: int64.
 * - `real`: unchanged, but of complex numbers that of their parts.
 * - `spread`: as `float`, but of complex numbers that of their parts.
 * - `complex`: complex128, except that float32 becomes complex64.
 */
const RESULTS = {
  same: {
    bool: "bool",
    int8: "int8",
    int16: "int16",
    int32: "int32",
    int64: "int64",
    uint8: "uint8",
    uint16: "uint16",
    uint32: "uint32",
    uint64: "uint64",
    float32: "float32",
    float64: "float64",
    complex64: "complex64",
    complex128: "complex128",
  },
  bool: {
    bool: "bool",
    int8: "bool",
    int16: "bool",
    int32: "bool",
    int64: "bool",
    uint8: "bool",
    uint16: "bool",
    uint32: "bool",
    uint64: "bool",
    float32: "bool",
    float64: "bool",
    complex64: "bool",
    complex128: "bool",
  },
  float: {
    bool: "float64",
    int8: "float64",
    int16: "float64",
    int32: "float64",
    int64: "float64",
    uint8: "float64",
    uint16: "float64",
    uint32: "float64",
    uint64: "float64",
    float32: "float32",
    float64: "float64",
    complex64: "complex64",
    complex128: "complex128",
  },
  number: {
    bool: "int8",
    int8: "int8",
    int16: "int16",
    int32: "int32",
    int64: "int64",
    uint8: "uint8",
    uint16: "uint16",
    uint32: "uint32",
    uint64: "uint64",
    float32: "float32",
    float64: "float64",
    complex64: "complex64",
    complex128: "complex128",
  },
  uint8: {
    bool: "uint8",
    int8: "uint8",
    int16: "uint8",
    int32: "uint8",
    int64: "uint8",
    uint8: "uint8",
    uint16: "uint8",
    uint32: "uint8",
    uint64: "uint8",
    float32: "uint8",
    float64: "uint8",
    complex64: "uint8",
    complex128: "uint8",
  },
  weakInt: {
    bool: "int64",
    int8: "int8",
    int16: "int16",
    int32: "int32",
    int64: "int64",
    uint8: "uint8",
    uint16: "uint16",
    uint32: "uint32",
    uint64: "uint64",
    float32: "float32",
    float64: "float64",
    complex64: "complex64",
    complex128: "complex128",
  },
  sum: {
    bool: "int64",
    int8: "int64",
    int16: "int64",
    int32: "int64",
    int64: "int64",
    uint8: "uint64",
    uint16: "uint64",
    uint32: "uint64",
    uint64: "uint64",
    float32: "float32",
    float64: "float64",
    complex64: "complex64",
    complex128: "complex128",
  },
  position: {
    bool: "int64",
    int8: "int64",
    int16: "int64",
    int32: "int64",
    int64: "int64",
    uint8: "int64",
    uint16: "int64",
    uint32: "int64",
    uint64: "int64",
    float32: "int64",
    float64: "int64",
    complex64: "int64",
    complex128: "int64",
  },
  real: {
    bool: "bool",
    int8: "int8",
    int16: "int16",
    int32: "int32",
    int64: "int64",
    uint8: "uint8",
    uint16: "uint16",
    uint32: "uint32",
    uint64: "uint64",
    float32: "float32",
    float64: "float64",
    complex64: "float32",
    complex128: "float64",
  },
  spread: {
    bool: "float64",
    int8: "float64",
    int16: "float64",
    int32: "float64",
    int64: "float64",
    uint8: "float64",
    uint16: "float64",
    uint32: "float64",
    uint64: "float64",
    float32: "float32",
    float64: "float64",
    complex64: "float32",
    complex128: "float64",
  },
  complex: {
    bool: "complex128",
    int8: "complex128",
    int16: "complex128",
    int32: "complex128",
    int64: "complex128",
    uint8: "complex128",
    uint16: "complex128",
    uint32: "complex128",
    uint64: "complex128",
    float32: "complex64",
    float64: "complex128",
    complex64: "complex64",
    complex128: "complex128",
  },
} as const satisfies Record<string, Record<DType, DType>>;

/** Name of a rule. */
export type ResultRule = keyof typeof RESULTS;

/** The dtype that a rule gives: `ResultOf<"sum", "int8">` is `"int64"`. */
export type ResultOf<R extends ResultRule, D extends DType> = (typeof RESULTS)[R][D];

/** The dtype that a rule gives. */
export function resultOf(rule: ResultRule, dtype: DType): DType {
  return RESULTS[rule][dtype];
}
