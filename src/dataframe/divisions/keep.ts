import type { Column, Expression, Operation } from "../../generated/frames.js";
import type { FrameIndex } from "./divisions.js";

/** What rows are sorted by. */
type Indexed = { readonly index?: FrameIndex | undefined };

/** What the rows of an operation are sorted by, and where their pieces begin, if it leaves them as those of its inputs. */
export function indexAfter(
  [first]: readonly Indexed[],
  operation: Operation,
  columns: readonly Column[],
): FrameIndex | undefined {
  const index = keptBy(operation, first?.index);
  return index !== undefined && columns.some(({ name }) => name === index.column) ? index : undefined;
}

function keptBy(operation: Operation, index: FrameIndex | undefined): FrameIndex | undefined {
  if (typeof operation === "string" || index === undefined) return undefined;
  const { column } = index;
  if ("join" in operation) return ["full", "right"].includes(operation.join.how) ? undefined : index;
  if ("filter" in operation || "dropNulls" in operation || "drop" in operation) return index;
  if ("rowIndex" in operation || "unnest" in operation) return index;
  if ("explode" in operation) return operation.explode.includes(column) ? undefined : index;
  if ("rename" in operation) {
    const { from, to } = operation.rename;
    return { ...index, column: to[from.indexOf(column)] ?? column };
  }
  if ("withColumns" in operation)
    return operation.withColumns.every((of) => isOther(of, column)) ? index : undefined;
  if ("select" in operation) return operation.select.some((of) => isColumn(of, column)) ? index : undefined;
  if ("groupBy" in operation) {
    const { keys, ordered, windows } = operation.groupBy;
    return ordered && windows === null && keys.some((key) => isColumn(key, column)) ? index : undefined;
  }
  // Neighbouring rows, or some of them, are still sorted; how many each piece has of them nobody knows.
  return "slice" in operation || "unique" in operation ? { column } : undefined;
}

/** Whether an expression is a column as it is. */
export function isColumn(of: Expression | undefined, column: string | undefined): boolean {
  return of !== undefined && of !== "len" && "column" in of && of.column === column;
}

/** Whether an expression surely makes another column than this. */
function isOther(of: Expression, column: string): boolean {
  if (of === "len") return column !== "len";
  if ("alias" in of) return of.alias.name !== column;
  if ("column" in of) return of.column !== column;
  if ("cast" in of) return isOther(of.cast.of, column);
  // Functions name what they give after their first argument; but a field has its own name.
  const [first] = "call" in of && of.call.function !== "field" ? of.call.args : [];
  return first !== undefined && isOther(first, column);
}
