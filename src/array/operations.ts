import type { DTypeKind, ResultRule } from "../dtype/index.js";
import type { BinaryOp, UnaryOp } from "../generated/ops.js";

/** An element-wise operation: which one engines run, and what becomes of dtypes. */
export interface Operation<Op extends string = string, Rule extends ResultRule = ResultRule> {
  /** Its name in engines. */
  readonly op: Op;
  /** From the dtype that the operands have in common to that of the result. */
  readonly result: Rule;
  /** From the dtype that the operands have in common to that in which engines compute; default: `result`. */
  readonly args?: ResultRule;
  /** What bools run instead; engines have no arithmetic of bools. */
  readonly bool?: BinaryOp;
  /** Kinds of dtypes for which it has no meaning. */
  readonly rejects?: readonly DTypeKind[];
  /** Kinds of dtypes that it leaves as they are. */
  readonly keeps?: readonly DTypeKind[];
  /** Compares values, so that numbers beyond the dtype's limits have an answer. */
  readonly compares?: true;
}

type Traits = Omit<Operation, "op" | "result">;

const unary = <Rule extends ResultRule>(
  op: UnaryOp,
  result: Rule,
  traits: Traits = {},
): Operation<UnaryOp, Rule> => ({
  op,
  result,
  ...traits,
});
const binary = <Rule extends ResultRule>(
  op: BinaryOp,
  result: Rule,
  traits: Traits = {},
): Operation<BinaryOp, Rule> => ({ op, result, ...traits });

const comparison = { args: "same", compares: true } as const;
const integersOnly = { rejects: ["bool", "float"] } as const;
const truncation = { keeps: ["bool", "int", "uint"] } as const;

/** The operations of one array: a line each. */
export const UNARY = {
  /** Size without sign; of complex elements a float. */
  absolute: unary("absolute", "real", { args: "same", keeps: ["bool", "uint"] }),
  /** Angle of a cosine in radians; NaN beyond 1. */
  arccos: unary("arccos", "float"),
  /** Inverse hyperbolic cosine; NaN below 1. */
  arccosh: unary("arccosh", "float"),
  /** Angle of a sine in radians; NaN beyond 1. */
  arcsin: unary("arcsin", "float"),
  /** Inverse hyperbolic sine. */
  arcsinh: unary("arcsinh", "float"),
  /** Angle of a tangent in radians. */
  arctan: unary("arctan", "float"),
  /** Inverse hyperbolic tangent; NaN beyond 1. */
  arctanh: unary("arctanh", "float"),
  /** Number of bits that are set in the size of an integer, as uint8. */
  bitwiseCount: unary("bitwise_count", "uint8", { args: "number", rejects: ["float"] }),
  /** Cube root. */
  cbrt: unary("cbrt", "float"),
  /** Least integer that is not below; integers stay. */
  ceil: unary("ceil", "same", truncation),
  /** Cosine of an angle in radians. */
  cos: unary("cos", "float"),
  /** Hyperbolic cosine. */
  cosh: unary("cosh", "float"),
  /** `e` to the power of each element. */
  exp: unary("exp", "float"),
  /** 2 to the power of each element. */
  exp2: unary("exp2", "float"),
  /** `e` to the power of each element, less 1; exact near 0. */
  expm1: unary("expm1", "float"),
  /** Greatest integer that is not above; integers stay. */
  floor: unary("floor", "same", truncation),
  /** Modified Bessel function of the first kind, of order 0. */
  i0: unary("i0", "float"),
  /** Bitwise not; of bools the logical one. */
  invert: unary("invert", "same", { rejects: ["float"] }),
  /** Whether an element is neither infinite nor NaN. */
  isfinite: unary("isfinite", "bool", { args: "float" }),
  /** Whether an element is infinite. */
  isinf: unary("isinf", "bool", { args: "float" }),
  /** Whether an element is NaN. */
  isnan: unary("isnan", "bool", { args: "float" }),
  /** Natural logarithm. */
  log: unary("log", "float"),
  /** Logarithm to base 10. */
  log10: unary("log10", "float"),
  /** Natural logarithm of 1 more than each element; exact near 0. */
  log1p: unary("log1p", "float"),
  /** Logarithm to base 2. */
  log2: unary("log2", "float"),
  /** Whether an element is 0. */
  logicalNot: unary("logical_not", "bool"),
  /** The other sign; integers wrap. */
  negative: unary("negative", "same", { rejects: ["bool"] }),
  /** The elements as they are. */
  positive: unary("positive", "same", { rejects: ["bool"], keeps: ["int", "uint", "float", "complex"] }),
  /** 1 divided by each element, as a float. */
  reciprocal: unary("reciprocal", "float"),
  /** Nearest integer, of two the even one, as a float. */
  rint: unary("rint", "float"),
  /** -1, 0 or 1; NaN of NaN. Of complex elements what has size 1 and the same angle. */
  sign: unary("sign", "same", { rejects: ["bool"] }),
  /** Whether the sign is set; that of -0 is. */
  signbit: unary("signbit", "bool", { args: "float" }),
  /** Sine of an angle in radians. */
  sin: unary("sin", "float"),
  /** Hyperbolic sine. */
  sinh: unary("sinh", "float"),
  /** Distance to the next float away from 0, with the sign. */
  spacing: unary("spacing", "float"),
  /** Square root; NaN of negative elements. */
  sqrt: unary("sqrt", "float"),
  /** Each element times itself; integers wrap. */
  square: unary("square", "number"),
  /** Tangent of an angle in radians. */
  tan: unary("tan", "float"),
  /** Hyperbolic tangent. */
  tanh: unary("tanh", "float"),
  /** The part before the point; integers stay. */
  trunc: unary("trunc", "same", truncation),
};

/** The operations of two arrays: a line each. */
export const BINARY = {
  /** Sum; of bools the logical or. Integers wrap. */
  add: binary("add", "same", { bool: "logical_or" }),
  /** Angle of the point `(b, a)` in radians. */
  arctan2: binary("arctan2", "float"),
  /** Bitwise and; of bools the logical one. */
  bitwiseAnd: binary("bitwise_and", "same", { rejects: ["float"] }),
  /** Bitwise or; of bools the logical one. */
  bitwiseOr: binary("bitwise_or", "same", { rejects: ["float"] }),
  /** Bitwise exclusive or; of bools the logical one. */
  bitwiseXor: binary("bitwise_xor", "same", { rejects: ["float"] }),
  /** The size of the first with the sign of the second. */
  copysign: binary("copysign", "float"),
  /** Quotient as a float, of integers too. */
  divide: binary("divide", "float"),
  /** Whether the elements are equal. */
  equal: binary("equal", "bool", comparison),
  /** Quotient rounded down; of integers by 0 it is 0. */
  floorDivide: binary("floor_divide", "number"),
  /** The greater element; if one is NaN, the other. */
  fmax: binary("fmax", "same", { bool: "logical_or" }),
  /** The lesser element; if one is NaN, the other. */
  fmin: binary("fmin", "same", { bool: "logical_and" }),
  /** What division towards 0 leaves: it has the sign of the dividend. */
  fmod: binary("fmod", "number"),
  /** Greatest common divisor of integers. */
  gcd: binary("gcd", "same", integersOnly),
  /** Whether the first element is greater. */
  greater: binary("greater", "bool", comparison),
  /** Whether the first element is greater or equal. */
  greaterEqual: binary("greater_equal", "bool", comparison),
  /** 0 where the first is negative, 1 where it is positive, and the second where it is 0. */
  heaviside: binary("heaviside", "float"),
  /** Length of the vector `(a, b)`. */
  hypot: binary("hypot", "float"),
  /** Least common multiple of integers, which wraps. */
  lcm: binary("lcm", "same", integersOnly),
  /** Bits moved left; 0 by more than there are. */
  leftShift: binary("left_shift", "number", { rejects: ["float"] }),
  /** Whether the first element is less. */
  less: binary("less", "bool", comparison),
  /** Whether the first element is less or equal. */
  lessEqual: binary("less_equal", "bool", comparison),
  /** Logarithm of `e^a + e^b`. */
  logaddexp: binary("logaddexp", "float"),
  /** Logarithm of `2^a + 2^b` to base 2. */
  logaddexp2: binary("logaddexp2", "float"),
  /** Whether both elements are other than 0. */
  logicalAnd: binary("logical_and", "bool"),
  /** Whether at least one of the elements is other than 0. */
  logicalOr: binary("logical_or", "bool"),
  /** Whether just one of the elements is other than 0. */
  logicalXor: binary("logical_xor", "bool"),
  /** The greater element; NaN if one of them is. */
  maximum: binary("maximum", "same", { bool: "logical_or" }),
  /** The lesser element; NaN if one of them is. */
  minimum: binary("minimum", "same", { bool: "logical_and" }),
  /** Product; of bools the logical and. Integers wrap. */
  multiply: binary("multiply", "same", { bool: "logical_and" }),
  /** The next float from the first towards the second. */
  nextafter: binary("nextafter", "float"),
  /** Whether the elements differ. */
  notEqual: binary("not_equal", "bool", comparison),
  /** The first element to the power of the second; integers wrap and take no negative exponents. */
  power: binary("power", "number"),
  /** What floor division leaves: it has the sign of the divisor. */
  remainder: binary("remainder", "number"),
  /** Bits moved right, the sign kept. */
  rightShift: binary("right_shift", "number", { rejects: ["float"] }),
  /** Difference; integers wrap. Bools have none. */
  subtract: binary("subtract", "same", { rejects: ["bool"] }),
};

/** The rule for the result's dtype of an operation of one array. */
export type UnaryRule<N extends keyof typeof UNARY> = (typeof UNARY)[N]["result"];
/** The rule for the result's dtype of an operation of two arrays. */
export type BinaryRule<N extends keyof typeof BINARY> = (typeof BINARY)[N]["result"];
