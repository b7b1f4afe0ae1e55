import type { Expression } from "../../generated/frames.js";

/** The columns that an expression names, in order and some twice. */
export function columnsOf(expression: Expression): string[] {
  if (expression === "len") return [];
  if ("column" in expression) return [expression.column];
  if ("all" in expression) return [...expression.all];
  if ("types" in expression || "literal" in expression) return [];
  if ("alias" in expression) return columnsOf(expression.alias.of);
  if ("affix" in expression) return columnsOf(expression.affix.of);
  if ("cast" in expression) return columnsOf(expression.cast.of);
  if ("call" in expression) return expression.call.args.flatMap(columnsOf);
  if ("when" in expression) {
    const { cases, otherwise } = expression.when;
    const inCases = cases.flatMap(({ condition, value }) => [...columnsOf(condition), ...columnsOf(value)]);
    return otherwise === null ? inCases : [...inCases, ...columnsOf(otherwise)];
  }
  if ("over" in expression) {
    const { of, by, order } = expression.over;
    return [of, ...by, ...order].flatMap(columnsOf);
  }
  if ("rolling" in expression) return [...columnsOf(expression.rolling.of), expression.rolling.index];
  return [expression.sort.of, ...expression.sort.by].flatMap(columnsOf);
}
