// What `bramble-array` exports.

export * from "../array/index.js";
export {
  Complex,
  complex,
  type ComplexLike,
  type DataOf,
  type DType,
  type ItemOf,
  type ScalarValue,
  type TypedArray,
} from "../dtype/index.js";
