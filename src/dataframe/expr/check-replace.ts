// What `replace` maps: keys that its column can have, and values that go into one column with what stays.

import type { ColumnType, Expression, Value } from "../../generated/frames.js";
import { formatType } from "../column-type.js";
import { fits } from "../fits.js";
import { formatExpression, formatValue } from "./format.js";
import { holds, type Kind, kindOf, type Kinds, typeOfValue, wordsOf } from "./kinds.js";
import type { Pair } from "./takes.js";

/** The constants that Polars makes values of each kind of. */
const MADE_OF: Readonly<Partial<Record<Kind, Kinds>>> = {
  bool: ["bool", "integer"],
  integer: ["bool", "integer", "float", "text"],
  float: ["bool", "integer", "float", "text"],
  decimal: ["integer", "float", "text"],
  text: ["bool", "integer", "float", "text", "datetime", "binary"],
  category: ["text"],
  binary: ["text", "binary"],
  date: ["datetime", "text"],
  time: ["integer"],
  datetime: ["datetime"],
  duration: ["integer"],
  list: ["list"],
};
/** Text that Polars makes values of each kind of. */
const READ_FROM: Readonly<Partial<Record<Kind, RegExp>>> = {
  integer: /^[+-]?\d+$/,
  float: /^[+-]?(\d+\.?\d*(e[+-]?\d+)?|\.\d+(e[+-]?\d+)?|inf|infinity|nan)$/i,
  decimal: /^[+-]?(\d+\.?\d*|\.\d+)$/,
  date: /^\d{4}-\d{1,2}-\d{1,2}$/,
};

/** What a mapping is of. */
interface Mapping {
  readonly of: Expression;
  readonly keys: Expression;
  readonly values: Expression;
  /** What becomes of all else, if it does not stay. */
  readonly otherwise: Expression | undefined;
}

/**
 * What is wrong with a mapping: what the function takes, and what came.
 *
 * @param pairs - kinds of values and of what becomes of all else that go into one column.
 */
export function wrongInMapping(
  { of, keys, values, otherwise }: Mapping,
  pairs: readonly Pair[],
  typeOf: (expression: Expression) => ColumnType | undefined,
): string | undefined {
  const type = typeOf(of);
  const [from, to] = [constantsOf(keys), constantsOf(values)];
  if (type === undefined || kindOf(type) === "other" || from.length === 0) return undefined;
  const column = `${formatExpression(of)} is ${formatType(type)}`;
  if (kindOf(type) === "decimal" && from.length > 1)
    return `replaces one decimal and no more, but has ${from.length} and ${column}: cast it`;
  const key = from.find((one) => !becomes(one, type));
  if (key !== undefined)
    return `takes keys that are values of its column, but one is ${formatValue(key)} and ${column}`;
  const otherType = otherwise && typeOf(otherwise);
  if (otherwise === undefined) {
    const value = to.find((one) => !becomes(one, type));
    return (
      value && `takes values of its column without a default, but one is ${formatValue(value)} and ${column}`
    );
  }
  if (otherType === undefined) return undefined;
  const beside = (one: Value): Kinds => {
    const kind = kindOf(typeOfValue(one));
    return pairs.flatMap(([left, right]) => (left.includes(kind) ? right : []));
  };
  const value = to.find((one) => one !== "null" && !holds(beside(one), kindOf(otherType)));
  return (
    value &&
    `takes ${wordsOf(beside(value))} as default beside ${formatValue(value)}, but ${formatExpression(otherwise)} is ${formatType(otherType)}`
  );
}

/** The constants of a list. Those that integers with a sign don't have travel as text. */
function constantsOf(list: Expression): readonly Value[] {
  if (list === "len") return [];
  if ("cast" in list) {
    const texts = constantsOf(list.cast.of);
    return texts.map((value) =>
      typeof value === "object" && "text" in value ? { int: BigInt(value.text) } : value,
    );
  }
  return "literal" in list && typeof list.literal === "object" && "list" in list.literal
    ? list.literal.list
    : [];
}

/** Whether Polars makes a value of a type of a constant, without a loss. */
function becomes(value: Value, type: ColumnType): boolean {
  if (value === "null") return true;
  if ("list" in value)
    return typeof type === "object" && "list" in type && value.list.every((item) => becomes(item, type.list));
  const kind = kindOf(type);
  if (!(MADE_OF[kind] ?? []).includes(kindOf(typeOfValue(value)))) return false;
  if ("text" in value && READ_FROM[kind]?.test(value.text) === false) return false;
  if (typeof type === "object" && "decimal" in type) {
    const { precision, scale } = type.decimal;
    return Math.abs(Number(Object.values(value)[0])) < 10 ** (precision - scale);
  }
  if ("int" in value) return fits(value.int, type);
  return !("float" in value) || fits(Number(value.float), type);
}
