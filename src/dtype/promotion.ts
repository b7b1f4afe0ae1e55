import type { DType } from "./dtype.js";
import { type ResultOf, resultOf } from "./results.js";

/**
 * To which dtypes each converts without losing anything but precision, as NumPy's `can_cast(..., "safe")`
 * has it. The order of the keys decides which of several common dtypes is the least.
 */
const SAFE_CASTS = {
  bool: [
    "bool",
    "uint8",
    "int8",
    "uint16",
    "int16",
    "uint32",
    "int32",
    "uint64",
    "int64",
    "float32",
    "float64",
  ],
  uint8: ["uint8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float32", "float64"],
  int8: ["int8", "int16", "int32", "int64", "float32", "float64"],
  uint16: ["uint16", "uint32", "int32", "uint64", "int64", "float32", "float64"],
  int16: ["int16", "int32", "int64", "float32", "float64"],
  uint32: ["uint32", "uint64", "int64", "float64"],
  int32: ["int32", "int64", "float64"],
  uint64: ["uint64", "float64"],
  int64: ["int64", "float64"],
  float32: ["float32", "float64"],
  float64: ["float64"],
} as const satisfies Record<DType, readonly DType[]>;

/** A number outside of any array, which adapts to the array: a whole one, or one with a fraction. */
export type WeakKind = "int" | "float";

type Order = (typeof SAFE_CASTS)["bool"];
type CastsOf<D extends DType> = (typeof SAFE_CASTS)[D][number];
type First<Candidates, Common> = Candidates extends readonly [infer Head extends DType, ...infer Rest]
  ? Head extends Common
    ? Head
    : First<Rest, Common>
  : never;

/**
 * The dtype of an operation on two arrays, or on an array and a number, by the dtypes of both.
 *
 * A table, because TypeScript sees that an indexed access grows with its index, which it does not see of a
 * conditional type; without it a `LazyArray<"int8">` would be no `LazyArray<DType>`.
 */
export type Promotions = {
  readonly [A in DType]: {
    readonly [B in DType | WeakKind]: B extends DType
      ? First<Order, CastsOf<A> & CastsOf<B>>
      : B extends "int"
        ? ResultOf<"weakInt", A>
        : ResultOf<"float", A>;
  };
};

/** The least dtype to which both convert safely: `promote("int8", "uint8")` is `"int16"`. */
export function promote(a: DType, b: DType): DType {
  const common: readonly DType[] = SAFE_CASTS[b];
  // Everything converts to float64, so there always is one.
  return SAFE_CASTS[a].find((dtype) => common.includes(dtype)) ?? "float64";
}

/** The dtype of an array together with a number outside of any array. */
export function promoteWeak(dtype: DType, kind: WeakKind): DType {
  return resultOf(kind === "int" ? "weakInt" : "float", dtype);
}
