import type { Expression } from "../../generated/frames.js";

/** The columns that an expression names, in order and some twice. */
export function columnsOf(expression: Expression): string[] {
  if (expression === "len") return [];
  if ("column" in expression) return [expression.column];
  if ("all" in expression) return [...expression.all];
  const columns = operandsOf(expression).flatMap(columnsOf);
  return "rolling" in expression ? [...columns, expression.rolling.index] : columns;
}

/** Whether an expression stands for columns that it does not name. */
export function isOpen(expression: Expression): boolean {
  if (expression === "len") return false;
  return "all" in expression || "types" in expression || operandsOf(expression).some(isOpen);
}

/** The expressions right below one. */
export function operandsOf(expression: Exclude<Expression, "len">): readonly Expression[] {
  if ("alias" in expression) return [expression.alias.of];
  if ("affix" in expression) return [expression.affix.of];
  if ("cast" in expression) return [expression.cast.of];
  if ("call" in expression) return expression.call.args;
  if ("rolling" in expression) return [expression.rolling.of];
  if ("sort" in expression) return [expression.sort.of, ...expression.sort.by];
  if ("over" in expression) {
    const { of, by, order } = expression.over;
    return [of, ...by, ...order];
  }
  if (!("when" in expression)) return [];
  const { cases, otherwise } = expression.when;
  const inCases = cases.flatMap(({ condition, value }) => [condition, value]);
  return otherwise === null ? inCases : [...inCases, otherwise];
}
