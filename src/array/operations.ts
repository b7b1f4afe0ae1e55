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
const truncation = { keeps: ["bool", "int", "uint"] } as const;

/** The operations of one array: a line each. */
export const UNARY = {
  /** Size without sign. */
  absolute: unary("absolute", "same", { keeps: ["bool", "uint"] }),
  /** Least integer that is not below; integers stay. */
  ceil: unary("ceil", "same", truncation),
  /** Cosine of an angle in radians. */
  cos: unary("cos", "float"),
  /** `e` to the power of each element. */
  exp: unary("exp", "float"),
  /** Greatest integer that is not above; integers stay. */
  floor: unary("floor", "same", truncation),
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
  /** Whether an element is 0. */
  logicalNot: unary("logical_not", "bool"),
  /** The other sign; integers wrap. */
  negative: unary("negative", "same", { rejects: ["bool"] }),
  /** The elements as they are. */
  positive: unary("positive", "same", { rejects: ["bool"], keeps: ["int", "uint", "float"] }),
  /** 1 divided by each element, as a float. */
  reciprocal: unary("reciprocal", "float"),
  /** Nearest integer, of two the even one, as a float. */
  rint: unary("rint", "float"),
  /** -1, 0 or 1; NaN of NaN. */
  sign: unary("sign", "same", { rejects: ["bool"] }),
  /** Sine of an angle in radians. */
  sin: unary("sin", "float"),
  /** Square root; NaN of negative elements. */
  sqrt: unary("sqrt", "float"),
  /** Each element times itself; integers wrap. */
  square: unary("square", "number"),
  /** The part before the point; integers stay. */
  trunc: unary("trunc", "same", truncation),
};

/** The operations of two arrays: a line each. */
export const BINARY = {
  /** Sum; of bools the logical or. Integers wrap. */
  add: binary("add", "same", { bool: "logical_or" }),
  /** Bitwise and; of bools the logical one. */
  bitwiseAnd: binary("bitwise_and", "same", { rejects: ["float"] }),
  /** Bitwise or; of bools the logical one. */
  bitwiseOr: binary("bitwise_or", "same", { rejects: ["float"] }),
  /** Bitwise exclusive or; of bools the logical one. */
  bitwiseXor: binary("bitwise_xor", "same", { rejects: ["float"] }),
  /** Quotient as a float, of integers too. */
  divide: binary("divide", "float"),
  /** Whether the elements are equal. */
  equal: binary("equal", "bool", comparison),
  /** Quotient rounded down; of integers by 0 it is 0. */
  floorDivide: binary("floor_divide", "number"),
  /** Whether the first element is greater. */
  greater: binary("greater", "bool", comparison),
  /** Whether the first element is greater or equal. */
  greaterEqual: binary("greater_equal", "bool", comparison),
  /** Whether the first element is less. */
  less: binary("less", "bool", comparison),
  /** Whether the first element is less or equal. */
  lessEqual: binary("less_equal", "bool", comparison),
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
  /** Whether the elements differ. */
  notEqual: binary("not_equal", "bool", comparison),
  /** The first element to the power of the second; integers wrap and take no negative exponents. */
  power: binary("power", "number"),
  /** What floor division leaves: it has the sign of the divisor. */
  remainder: binary("remainder", "number"),
  /** Difference; integers wrap. Bools have none. */
  subtract: binary("subtract", "same", { rejects: ["bool"] }),
};

/** The rule for the result's dtype of an operation of one array. */
export type UnaryRule<N extends keyof typeof UNARY> = (typeof UNARY)[N]["result"];
/** The rule for the result's dtype of an operation of two arrays. */
export type BinaryRule<N extends keyof typeof BINARY> = (typeof BINARY)[N]["result"];
