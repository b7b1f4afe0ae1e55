// Generated from crates/array by `npm run generate`: do not edit.

/** Operations of one argument. */
export const UNARY_OPS = [
  "absolute",
  "ceil",
  "cos",
  "exp",
  "floor",
  "invert",
  "isfinite",
  "isinf",
  "isnan",
  "log",
  "logical_not",
  "negative",
  "positive",
  "random_normal",
  "reciprocal",
  "rint",
  "sign",
  "sin",
  "sqrt",
  "square",
  "trunc",
] as const;

/** One of them. */
export type UnaryOp = (typeof UNARY_OPS)[number];

/** Operations of two arguments. */
export const BINARY_OPS = [
  "add",
  "bitwise_and",
  "bitwise_or",
  "bitwise_xor",
  "divide",
  "equal",
  "floor_divide",
  "greater",
  "greater_equal",
  "less",
  "less_equal",
  "logical_and",
  "logical_or",
  "logical_xor",
  "maximum",
  "minimum",
  "multiply",
  "not_equal",
  "power",
  "random_below",
  "random_gamma",
  "random_poisson",
  "remainder",
  "subtract",
] as const;

/** One of them. */
export type BinaryOp = (typeof BINARY_OPS)[number];

/** Operations of three arguments. */
export const TERNARY_OPS = ["random_binomial", "where"] as const;

/** One of them. */
export type TernaryOp = (typeof TERNARY_OPS)[number];

/** Reductions. */
export const REDUCTIONS = [
  "all",
  "any",
  "argmax",
  "argmin",
  "max",
  "mean",
  "min",
  "nanargmax",
  "nanargmin",
  "nanmax",
  "nanmin",
  "nanstd",
  "nanvar",
  "prod",
  "std",
  "sum",
  "var",
] as const;

/** One of them. */
export type Reduction = (typeof REDUCTIONS)[number];
