import { types } from "node:util";
import { invalid } from "../../check.js";
import type { ColumnType, Expression, Function, Value } from "../../generated/frames.js";

/** Where an expression keeps how it is made. */
export const EXPRESSION = Symbol("expression");

/** Something that has an expression. */
export interface HasExpression {
  readonly [EXPRESSION]: Expression;
}

/** A constant of an expression: null, a number, text, bytes, a point in time, or a list of these. */
export type LiteralValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Uint8Array
  | readonly LiteralValue[];

/** An expression, or a constant that becomes one; text is text, not the name of a column. */
export type ExprLike = HasExpression | LiteralValue;

/** An expression, or the name of a column. */
export type ColumnLike = HasExpression | string;

/** Whether a value is an expression. */
export function isExpr(value: unknown): value is HasExpression {
  return typeof value === "object" && value !== null && EXPRESSION in value;
}

/** What an operand stands for, on the wire. */
export function operand(value: unknown, name: string): Expression {
  if (isExpr(value)) return value[EXPRESSION];
  if (isLarge(value)) return unsigned({ text: String(value) }, "u64");
  if (Array.isArray(value) && value.some(isLarge)) {
    const list = value.map((entry: unknown) => unsignedText(entry, name));
    return unsigned({ list }, { list: "u64" });
  }
  return { literal: literalOf(value, name) };
}

/** Whether a value is an integer that has 64 bits without a sign, and more with one: those travel as text. */
export function isLarge(value: unknown): value is bigint {
  return (
    typeof value === "bigint" && BigInt.asIntN(64, value) !== value && BigInt.asUintN(64, value) === value
  );
}

function unsigned(literal: Value, to: ColumnType): Expression {
  return { cast: { of: { literal }, to, strict: true } };
}

function unsignedText(value: unknown, name: string): Value {
  if (value === null) return "null";
  const whole = Number.isSafeInteger(value) ? BigInt(value as number) : value;
  if (typeof whole === "bigint" && BigInt.asUintN(64, whole) === whole) return { text: String(whole) };
  throw invalid("an integer of 64 bits without a sign, as another one here is,", name, value);
}

/** The column that a name or an expression stands for, on the wire. */
export function columnOperand(value: unknown, name: string): Expression {
  if (typeof value === "string") return { column: value };
  if (isExpr(value)) return value[EXPRESSION];
  throw invalid("the name of a column or an expression", name, value);
}

/** A constant, on the wire. */
export function literalOf(value: unknown, name: string): Value {
  if (value === null) return "null";
  switch (typeof value) {
    case "boolean":
      return { bool: value };
    case "number":
      return numberLiteral(value);
    case "bigint":
      if (BigInt.asIntN(64, value) === value) return { int: value };
      throw invalid("an integer of 64 bits", name, value);
    case "string":
      return { text: value };
    default:
      return objectLiteral(value, name);
  }
}

/** Integers take the type of the column that they meet; -0 is none. */
function numberLiteral(value: number): Value {
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? { int: value } : { float: floatText(value) };
}

function floatText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function objectLiteral(value: unknown, name: string): Value {
  if (types.isDate(value)) {
    const time = value.getTime();
    if (Number.isNaN(time)) throw invalid("a valid date", name, value);
    return { time };
  }
  if (value instanceof Uint8Array) return { bytes: value };
  if (Array.isArray(value)) return { list: value.map((entry: unknown) => literalOf(entry, name)) };
  throw invalid(
    "an expression, or a number, text, date, bytes, true, false, null or a list of them",
    name,
    value,
  );
}

/** A call of a function. */
export function callOf(name: Function, ...args: readonly Expression[]): Expression {
  return { call: { function: name, args } };
}

/** A constant argument of a function. */
export function constant(value: string | number | boolean | null): Expression {
  return { literal: literalOf(value, "value") };
}

/** A float argument of a function. */
export function floatConstant(value: number): Expression {
  return { literal: { float: floatText(value) } };
}
