// What `bramble-array` exports.

export * from "../array/index.js";
export type { DataOf, DType, ItemOf, ScalarValue, TypedArray } from "../dtype/index.js";
