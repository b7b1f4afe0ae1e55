import type { Expression, Value } from "../../generated/frames.js";

/** An expression for people, as it may be written. */
export function formatExpression(expression: Expression): string {
  if (expression === "len") return "len()";
  if ("column" in expression) return `col(${JSON.stringify(expression.column)})`;
  if ("all" in expression) return expression.all.length === 0 ? "all()" : `exclude(${names(expression.all)})`;
  if ("types" in expression) return `ofType(${JSON.stringify(expression.types)})`;
  if ("literal" in expression) return formatValue(expression.literal);
  if ("alias" in expression)
    return `${formatExpression(expression.alias.of)}.alias(${JSON.stringify(expression.alias.name)})`;
  if ("affix" in expression) {
    const { of, prefix, suffix } = expression.affix;
    const [method, text] = prefix === "" ? ["suffix", suffix] : ["prefix", prefix];
    return `${formatExpression(of)}.${method}(${JSON.stringify(text)})`;
  }
  if ("cast" in expression)
    return `${formatExpression(expression.cast.of)}.cast(${JSON.stringify(expression.cast.to)})`;
  if ("call" in expression) {
    const [first, ...others] = expression.call.args.map(formatExpression);
    return `${first ?? ""}.${expression.call.function}(${others.join(", ")})`;
  }
  if ("when" in expression) return formatCases(expression.when);
  if ("over" in expression)
    return `${formatExpression(expression.over.of)}.over(${list(expression.over.by)})`;
  if ("rolling" in expression)
    return `${formatExpression(expression.rolling.of)}.rolling(${JSON.stringify(expression.rolling.period)})`;
  return `${formatExpression(expression.sort.of)}.sortBy(${list(expression.sort.by)})`;
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

function formatValue(value: Value): string {
  if (value === "null") return "null";
  if ("text" in value) return JSON.stringify(value.text);
  if ("list" in value) return `[${value.list.map(formatValue).join(", ")}]`;
  if ("time" in value) return new Date(value.time).toISOString();
  if ("bytes" in value) return `${value.bytes.length} bytes`;
  return String(Object.values(value)[0]);
}
