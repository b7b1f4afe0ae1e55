import type { Expression, Function } from "../../generated/frames.js";
import { operandsOf } from "../expr/columns.js";

/** Functions of text, times, lists and categories begin with what they are of. */
const FAMILIES = /^(str|dt|list|cat)[A-Z]/;
/** Those of them that look at other rows: to join them, or to find out how dates are written. */
const ACROSS: ReadonlySet<Function> = new Set([
  "strJoin",
  "strToDate",
  "strToDatetime",
  "strToTime",
  "catCategories",
]);
/** The other functions that take a row by itself. What is not listed here is right all the same, in one piece. */
const ELEMENTS: ReadonlySet<Function> = new Set([
  ...(["add", "subtract", "multiply", "divide", "floorDivide", "modulo", "power"] as const),
  ...(["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual", "equalMissing"] as const),
  ...(["notEqualMissing", "and", "or", "xor", "not", "isNull", "isNotNull", "isNan", "isNotNan"] as const),
  ...(["isFinite", "isInfinite", "isIn", "isBetween", "abs", "sqrt", "cbrt", "exp", "log", "log1p"] as const),
  ...(["sign", "floor", "ceil", "round", "clip", "sin", "cos", "tan", "arcsin", "arccos", "arctan"] as const),
  ...(["sinh", "cosh", "tanh", "fillNull", "fillNan", "coalesce", "replace", "hash"] as const),
  ...(["sumHorizontal", "meanHorizontal", "minHorizontal", "maxHorizontal", "allHorizontal"] as const),
  ...(["anyHorizontal", "concatStr", "struct", "field"] as const),
]);

/** Whether the value of an expression in a row depends on that row alone. */
export function isRowwise(expression: Expression): boolean {
  if (expression === "len") return false;
  if ("call" in expression) {
    const { function: name, args } = expression.call;
    return isElementwise(name, args) && args.every(isRowwise);
  }
  if ("over" in expression || "rolling" in expression || "sort" in expression) return false;
  return operandsOf(expression).every(isRowwise);
}

/** Whether a function takes its arguments row by row. */
export function isElementwise(name: Function, args: readonly Expression[]): boolean {
  // A column to look in is looked at as a whole.
  if (name === "isIn") return args.slice(1).every(isConstant);
  return ELEMENTS.has(name) || (FAMILIES.test(name) && !ACROSS.has(name));
}

/** Whether an expression has the same value in all rows, and so none of its own. */
export function isConstant(expression: Expression): boolean {
  if (expression === "len") return false;
  if ("column" in expression || "all" in expression || "types" in expression) return false;
  return operandsOf(expression).every(isConstant);
}
