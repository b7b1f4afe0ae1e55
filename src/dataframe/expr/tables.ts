import type { Function } from "../../generated/frames.js";

/** Methods of expressions without an argument, with the function that each calls. */
export const UNARY = {
  /** Absolute values. */
  abs: "abs",
  /** Whether all are true; null is left out. */
  all: "all",
  /** Whether any is true; null is left out. */
  any: "any",
  /** Inverse cosine. */
  arccos: "arccos",
  /** Inverse sine. */
  arcsin: "arcsin",
  /** Inverse tangent. */
  arctan: "arctan",
  /** Position of the largest. */
  argMax: "argMax",
  /** Position of the smallest. */
  argMin: "argMin",
  /** Cube roots. */
  cbrt: "cbrt",
  /** The smallest integers that are not smaller. */
  ceil: "ceil",
  /** Cosine. */
  cos: "cos",
  /** Hyperbolic cosine. */
  cosh: "cosh",
  /** How many are not null. */
  count: "count",
  /** Without null. */
  dropNulls: "dropNulls",
  /** e to the power. */
  exp: "exp",
  /** The elements of all lists, one behind the other. */
  explode: "explode",
  /** The first. */
  first: "first",
  /** The largest integers that are not larger. */
  floor: "floor",
  /** All as one list. */
  implode: "implode",
  /** Null becomes what lies on the line between its neighbours. */
  interpolate: "interpolate",
  /** Whether there is another one like it. */
  isDuplicated: "isDuplicated",
  /** Whether it is neither infinite nor NaN. */
  isFinite: "isFinite",
  /** Whether there is none like it before. */
  isFirstDistinct: "isFirstDistinct",
  /** Whether it is infinite. */
  isInfinite: "isInfinite",
  /** Whether it is NaN, which is a number and not null. */
  isNan: "isNan",
  /** Whether it is not NaN. */
  isNotNan: "isNotNan",
  /** Whether it is not null. */
  isNotNull: "isNotNull",
  /** Whether it is null. */
  isNull: "isNull",
  /** Whether there is no other one like it. */
  isUnique: "isUnique",
  /** The last. */
  last: "last",
  /** How many there are, null included. */
  len: "len",
  /** Natural logarithm of one more. */
  log1p: "log1p",
  /** The largest. */
  max: "max",
  /** The mean. */
  mean: "mean",
  /** The one in the middle, or the mean of the two there. */
  median: "median",
  /** The smallest. */
  min: "min",
  /** Those that there are most of, sorted. */
  mode: "mode",
  /** How many different ones there are, of which null is one. */
  nUnique: "nUnique",
  /** The opposite. */
  not: "not",
  /** How many are null. */
  nullCount: "nullCount",
  /** The product. */
  product: "product",
  /** The last first. */
  reverse: "reverse",
  /** -1, 0 or 1. */
  sign: "sign",
  /** Sine. */
  sin: "sin",
  /** Hyperbolic sine. */
  sinh: "sinh",
  /** Square roots. */
  sqrt: "sqrt",
  /** The sum; 0 of nothing. */
  sum: "sum",
  /** Tangent. */
  tan: "tan",
  /** Hyperbolic tangent. */
  tanh: "tanh",
  /** Each one once, in the order in which they come. */
  unique: "unique",
} as const satisfies Readonly<Record<string, Function>>;

/** Methods of expressions with another operand, with the function that each calls. */
export const BINARY = {
  /** The sum; of text what both are together. */
  add: "add",
  /** Whether both are true. */
  and: "and",
  /** The quotient as a float. */
  divide: "divide",
  /** Whether they are equal; null if either is. */
  eq: "equal",
  /** Whether they are equal, where null equals null. */
  eqMissing: "equalMissing",
  /** NaN becomes this. */
  fillNan: "fillNan",
  /** Those for which it is true. */
  filter: "filter",
  /** The quotient, rounded down. */
  floorDivide: "floorDivide",
  /** Whether it is at least as large. */
  ge: "greaterEqual",
  /** Whether it is larger. */
  gt: "greater",
  /** Whether it is at most as large. */
  le: "lessEqual",
  /** Whether it is smaller. */
  lt: "less",
  /** What is left after division, with the sign of the divisor. */
  modulo: "modulo",
  /** The product. */
  multiply: "multiply",
  /** Whether they differ; null if either is. */
  ne: "notEqual",
  /** Whether they differ, where null equals null. */
  neMissing: "notEqualMissing",
  /** Whether either is true. */
  or: "or",
  /** To the power. */
  power: "power",
  /** The difference. */
  subtract: "subtract",
  /** Whether one and only one is true. */
  xor: "xor",
} as const satisfies Readonly<Record<string, Function>>;

/** Other names for the same, which those who know nodejs-polars look for. */
export const ALIASES = {
  plus: "add",
  minus: "subtract",
  mul: "multiply",
  div: "divide",
  pow: "power",
  equals: "eq",
  notEquals: "ne",
  greaterThan: "gt",
  lessThan: "lt",
  greaterThanEquals: "ge",
  lessThanEquals: "le",
} as const satisfies Readonly<Record<string, keyof typeof BINARY>>;

/** Running methods, each with an option `reverse`. */
export const RUNNING = {
  /** How many there are so far that are not null. */
  cumCount: "cumCount",
  /** The largest so far. */
  cumMax: "cumMax",
  /** The smallest so far. */
  cumMin: "cumMin",
  /** The product so far. */
  cumProd: "cumProd",
  /** The sum so far. */
  cumSum: "cumSum",
} as const satisfies Readonly<Record<string, Function>>;

/** Methods over the elements of a window that ends at each element. */
export const ROLLING = {
  /** The largest of them. */
  rollingMax: "rollingMax",
  /** Their mean. */
  rollingMean: "rollingMean",
  /** Their median. */
  rollingMedian: "rollingMedian",
  /** The smallest of them. */
  rollingMin: "rollingMin",
  /** Their sum. */
  rollingSum: "rollingSum",
} as const satisfies Readonly<Record<string, Function>>;
