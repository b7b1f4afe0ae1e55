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
    "complex64",
    "complex128",
  ],
  uint8: [
    "uint8",
    "uint16",
    "int16",
    "uint32",
    "int32",
    "uint64",
    "int64",
    "float32",
    "float64",
    "complex64",
    "complex128",
  ],
  int8: ["int8", "int16", "int32", "int64", "float32", "float64", "complex64", "complex128"],
  uint16: ["uint16", "uint32", "int32", "uint64", "int64", "float32", "float64", "complex64", "complex128"],
  int16: ["int16", "int32", "int64", "float32", "float64", "complex64", "complex128"],
  uint32: ["uint32", "uint64", "int64", "float64", "complex128"],
  int32: ["int32", "int64", "float64", "complex128"],
  uint64: ["uint64", "float64", "complex128"],
  int64: ["int64", "float64", "complex128"],
  float32: ["float32", "float64", "complex64", "complex128"],
  float64: ["float64", "complex128"],
  complex64: ["complex64", "complex128"],
  complex128: ["complex128"],
} as const satisfies Record<DType, readonly DType[]>;

/** A number outside of any array, which adapts to the array: a whole one, one with a fraction, or a complex one. */
export type WeakKind = keyof typeof WEAK_RULES;

/** The rule for the dtype of an array beside a number outside of any array. */
const WEAK_RULES = { int: "weakInt", float: "float", complex: "complex" } as const;

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
      : B extends WeakKind
        ? ResultOf<(typeof WEAK_RULES)[B], A>
        : never;
  };
};

/** The least dtype to which both convert safely: `promote("int8", "uint8")` is `"int16"`. */
export function promote(a: DType, b: DType): DType {
  const common: readonly DType[] = SAFE_CASTS[b];
  // Everything converts to complex128, so there always is one.
  return SAFE_CASTS[a].find((dtype) => common.includes(dtype)) ?? "complex128";
}

/** The dtype of an array together with a number outside of any array. */
export function promoteWeak(dtype: DType, kind: WeakKind): DType {
  return resultOf(WEAK_RULES[kind], dtype);
}
