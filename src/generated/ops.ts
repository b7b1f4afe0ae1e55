// Generated from crates/array by `npm run generate`: do not edit.

/** Operations of one argument. */
export const UNARY_OPS = [
  "absolute",
  "arccos",
  "arccosh",
  "arcsin",
  "arcsinh",
  "arctan",
  "arctanh",
  "bitwise_count",
  "cbrt",
  "ceil",
  "cos",
  "cosh",
  "exp",
  "exp2",
  "expm1",
  "floor",
  "frexp_exponent",
  "frexp_mantissa",
  "i0",
  "invert",
  "isfinite",
  "isinf",
  "isnan",
  "log",
  "log10",
  "log1p",
  "log2",
  "logical_not",
  "modf_fraction",
  "negative",
  "positive",
  "random_normal",
  "reciprocal",
  "rint",
  "sign",
  "signbit",
  "sin",
  "sinh",
  "spacing",
  "sqrt",
  "square",
  "tan",
  "tanh",
  "trunc",
] as const;

/** One of them. */
export type UnaryOp = (typeof UNARY_OPS)[number];

/** Operations of two arguments. */
export const BINARY_OPS = [
  "add",
  "arctan2",
  "bitwise_and",
  "bitwise_or",
  "bitwise_xor",
  "copysign",
  "divide",
  "equal",
  "floor_divide",
  "fmax",
  "fmin",
  "fmod",
  "gcd",
  "greater",
  "greater_equal",
  "heaviside",
  "hypot",
  "lcm",
  "ldexp",
  "left_shift",
  "less",
  "less_equal",
  "logaddexp",
  "logaddexp2",
  "logical_and",
  "logical_or",
  "logical_xor",
  "maximum",
  "minimum",
  "multiply",
  "nextafter",
  "not_equal",
  "power",
  "random_below",
  "random_gamma",
  "random_poisson",
  "random_vonmises",
  "random_zipf",
  "remainder",
  "right_shift",
  "subtract",
] as const;

/** One of them. */
export type BinaryOp = (typeof BINARY_OPS)[number];

/** Operations of three arguments. */
export const TERNARY_OPS = ["random_binomial", "where"] as const;

/** One of them. */
export type TernaryOp = (typeof TERNARY_OPS)[number];

/** Operations of four arguments. */
export const QUATERNARY_OPS = ["random_hypergeometric"] as const;

/** One of them. */
export type QuaternaryOp = (typeof QUATERNARY_OPS)[number];

/** One of all. */
export type Op = UnaryOp | BinaryOp | TernaryOp | QuaternaryOp;

/** Reductions. */
export const REDUCTIONS = [
  "all",
  "any",
  "argmax",
  "argmin",
  "complex_max",
  "complex_min",
  "complex_nanmax",
  "complex_nanmin",
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
