import type { Expression, Function, Value } from "../../generated/frames.js";
import { BINARY } from "./tables.js";

/** Functions whose methods have other names, beside those of {@link BINARY}. */
const NAMES: Readonly<Partial<Record<Function, string>>> = {
  ...Object.fromEntries(Object.entries(BINARY).map(([method, name]) => [name, method])),
  fillNullWith: "fillNull",
  strLength: "str.lengths",
  strToLowercase: "str.toLowerCase",
  strToUppercase: "str.toUpperCase",
  listLen: "list.lengths",
  catCategories: "cat.getCategories",
  catLength: "cat.lengths",
};
/** Functions of several columns, none of which comes first, by what they are called. */
const FREE: Readonly<Partial<Record<Function, string>>> = {
  coalesce: "coalesce",
  sumHorizontal: "sumHorizontal",
  meanHorizontal: "meanHorizontal",
  minHorizontal: "minHorizontal",
  maxHorizontal: "maxHorizontal",
  allHorizontal: "allHorizontal",
  anyHorizontal: "anyHorizontal",
  struct: "struct",
  correlation: "corr",
  covariance: "cov",
};

/** An expression for people, as it may be written. */
export function formatExpression(expression: Expression): string {
  if (expression === "len") return "len()";
  if ("column" in expression) return `col(${JSON.stringify(expression.column)})`;
  if ("all" in expression) return expression.all.length === 0 ? "all()" : `exclude(${names(expression.all)})`;
  if ("types" in expression) return `ofType(${JSON.stringify(expression.types)})`;
  if ("literal" in expression) return formatValue(expression.literal);
  if ("alias" in expression)
    return `${receiver(expression.alias.of)}.alias(${JSON.stringify(expression.alias.name)})`;
  if ("affix" in expression) {
    const { of, prefix, suffix } = expression.affix;
    const [method, text] = prefix === "" ? ["suffix", suffix] : ["prefix", prefix];
    return `${receiver(of)}.${method}(${JSON.stringify(text)})`;
  }
  if ("cast" in expression)
    return `${receiver(expression.cast.of)}.cast(${JSON.stringify(expression.cast.to)})`;
  if ("call" in expression) return formatCall(expression.call);
  if ("when" in expression) return formatCases(expression.when);
  if ("over" in expression) return `${receiver(expression.over.of)}.over(${list(expression.over.by)})`;
  if ("rolling" in expression)
    return `${receiver(expression.rolling.of)}.rolling(${JSON.stringify(expression.rolling.period)})`;
  return `${receiver(expression.sort.of)}.sortBy(${list(expression.sort.by)})`;
}

/** What has a method: a constant has none of its own. */
function receiver(expression: Expression): string {
  const text = formatExpression(expression);
  return expression !== "len" && "literal" in expression ? `lit(${text})` : text;
}

function formatCall({
  function: name,
  args,
}: {
  readonly function: Function;
  readonly args: readonly Expression[];
}): string {
  const free = FREE[name];
  if (free !== undefined) return `${free}(${list(args)})`;
  const [first, ...others] = args;
  if (name === "concatStr") return `concatStr([${list(others)}], ${first ? formatExpression(first) : ""})`;
  return `${first === undefined ? "" : receiver(first)}.${methodOf(name)}(${list(others)})`;
}

/** The method that calls a function; those of text and others have a name in front. */
function methodOf(name: Function): string {
  const family = /^(str|dt|list|cat)([A-Z])(.*)$/;
  return (
    NAMES[name] ??
    name.replace(
      family,
      (_, of: string, initial: string, rest: string) => `${of}.${initial.toLowerCase()}${rest}`,
    )
  );
}

function formatCases({ cases, otherwise }: Extract<Expression, { when: unknown }>["when"]): string {
  const parts = cases.map(
    ({ condition, value }) => `when(${formatExpression(condition)}).then(${formatExpression(value)})`,
  );
  if (otherwise !== null) parts.push(`otherwise(${formatExpression(otherwise)})`);
  return parts.join(".");
}

function list(expressions: readonly Expression[]): string {
  return expressions.map(formatExpression).join(", ");
}

function names(texts: readonly string[]): string {
  return texts.map((text) => JSON.stringify(text)).join(", ");
}

/** A constant for people. */
export function formatValue(value: Value): string {
  if (value === "null") return "null";
  if ("text" in value) return JSON.stringify(value.text);
  if ("list" in value) return `[${value.list.map(formatValue).join(", ")}]`;
  if ("time" in value) return new Date(value.time).toISOString();
  if ("bytes" in value) return `${value.bytes.length} bytes`;
  return String(Object.values(value)[0]);
}
