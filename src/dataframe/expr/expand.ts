import type { Column, Expression } from "../../generated/frames.js";

/** One expression for each column that one of several columns stands for; undefined where that can't be said. */
export function expand(
  expression: Expression,
  columns: readonly Column[],
): readonly Expression[] | undefined {
  if (expression === "len" || "column" in expression || "literal" in expression) return [expression];
  if ("all" in expression) {
    const names = columns.map(({ name }) => name).filter((name) => !expression.all.includes(name));
    return names.map((column) => ({ column }));
  }
  if ("alias" in expression) return expand(expression.alias.of, columns);
  if ("affix" in expression) return expand(expression.affix.of, columns);
  if ("cast" in expression) {
    return expand(expression.cast.of, columns)?.map((of) => ({ cast: { ...expression.cast, of } }));
  }
  if ("call" in expression) {
    const { function: name, args } = expression.call;
    const [first, ...others] = args;
    if (first === undefined || others.some((other) => expand(other, columns)?.[0] !== other))
      return undefined;
    return expand(first, columns)?.map((of) => ({ call: { function: name, args: [of, ...others] } }));
  }
  return undefined;
}
