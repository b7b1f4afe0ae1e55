import type { Expression, Join } from "../../generated/frames.js";
import { columnsOf, isOpen } from "../expr/columns.js";
import { type FrameNode, inOrder, step, usesOf } from "../node.js";
import { isRowwise } from "./rowwise.js";

/** Conditions that go below a step, for each of its inputs, and those that stay above. */
interface Split {
  readonly below: readonly (readonly Expression[])[];
  readonly above: readonly Expression[];
}

/**
 * The same query with filters as early as the rows that they look at are there: below sorts, joins, groups and what else
 * brings rows together, so that those that are left out go nowhere. Polars does so within a piece; this is for what
 * lies between pieces. A step that others read too keeps its rows.
 */
export function pushFilters(root: FrameNode): FrameNode {
  const ordered = inOrder(root);
  const uses = usesOf(ordered);
  const rebuilt = new Map<FrameNode, FrameNode>();
  for (const node of ordered) {
    const inputs = node.inputs.map((input) => rebuilt.get(input) ?? input);
    const isSame = inputs.every((input, place) => input === node.inputs[place]);
    const next = sunk(node, inputs[0], uses) ?? (isSame ? node : { ...node, inputs });
    rebuilt.set(node, next);
    uses.set(next, uses.get(node) ?? 0);
  }
  return rebuilt.get(root) ?? root;
}

/** The rows of a filter with its conditions further below, if it is one whose conditions may go there. */
function sunk(
  { operation, within, npartitions, atLeast, index }: FrameNode,
  input: FrameNode | undefined,
  uses: ReadonlyMap<FrameNode, number>,
): FrameNode | undefined {
  if (typeof operation !== "object" || !("filter" in operation) || input === undefined) return undefined;
  // What says which pieces it leaves, and what has other pieces than the step below, stays where it is.
  if (within !== undefined || atLeast !== undefined || npartitions !== input.npartitions) return undefined;
  if (index?.divisions !== input.index?.divisions) return undefined;
  const conditions = conjuncts(operation.filter);
  return conditions.every(isRowwise) && split(input, conditions, uses) !== undefined
    ? sink(input, conditions, uses)
    : undefined;
}

function sink(
  node: FrameNode,
  conditions: readonly Expression[],
  uses: ReadonlyMap<FrameNode, number>,
): FrameNode {
  const { below, above } = split(node, conditions, uses) ?? { below: [], above: conditions };
  const inputs = node.inputs.map((input, place) => {
    const some = below[place] ?? [];
    return some.length === 0 ? input : sink(input, some, uses);
  });
  const rest: FrameNode = below.length === 0 ? node : { ...node, inputs };
  return above.reduce((rows, condition) => step([rows], { filter: condition }), rest);
}

/** Which conditions can go below a step; undefined if none can. */
function split(
  node: FrameNode,
  conditions: readonly Expression[],
  uses: ReadonlyMap<FrameNode, number>,
): Split | undefined {
  if ((uses.get(node) ?? 1) > 1) return undefined;
  const sides = sidesOf(node);
  const below: Expression[][] = node.inputs.map(() => []);
  const above: Expression[] = [];
  for (const condition of conditions) {
    const places = isOpen(condition) ? [] : sides(new Set(columnsOf(condition)));
    for (const { place, names } of places) below[place]?.push(renamed(condition, names));
    if (places.length === 0) above.push(condition);
  }
  return above.length === conditions.length ? undefined : { below, above };
}

/** An input that can tell whether a condition holds, and what it calls the columns that are called otherwise. */
interface Side {
  readonly place: number;
  readonly names?: ReadonlyMap<string, string> | undefined;
}

/** Says which inputs of a step can tell whether a condition on columns of its result holds. */
function sidesOf(node: FrameNode): (columns: ReadonlySet<string>) => readonly Side[] {
  const { operation, inputs } = node;
  const first: readonly Side[] = [{ place: 0 }];
  const of =
    (isBelow: (column: string) => boolean) =>
    (columns: ReadonlySet<string>): readonly Side[] =>
      [...columns].every(isBelow) ? first : [];
  if (operation === "reverse") return () => first;
  if (typeof operation !== "object") return () => [];
  if ("sort" in operation || "drop" in operation || "dropNulls" in operation) return () => first;
  if ("concat" in operation && !operation.concat.relaxed) {
    const all = inputs.map((_, place) => ({ place }));
    return () => all;
  }
  if ("rename" in operation) {
    const { from, to } = operation.rename;
    const names = new Map(to.map((name, place) => [name, from[place] ?? name]));
    return () => [{ place: 0, names }];
  }
  if ("unique" in operation) {
    const { subset } = operation.unique;
    return subset.length === 0 ? () => first : of((column) => subset.includes(column));
  }
  if ("groupBy" in operation) {
    const { keys, windows } = operation.groupBy;
    const plain = keys.flatMap((key) => (key !== "len" && "column" in key ? [key.column] : []));
    return windows === null ? of((column) => plain.includes(column)) : () => [];
  }
  if ("select" in operation) return sidesOfSelect(operation.select);
  if ("join" in operation) return sidesOfJoin(node, operation.join);
  return () => [];
}

/** Columns that a selection leaves as they are, under whatever names. */
function sidesOfSelect(
  expressions: readonly Expression[],
): (columns: ReadonlySet<string>) => readonly Side[] {
  if (!expressions.every(isRowwise)) return () => [];
  const names = new Map<string, string>();
  for (const expression of expressions) {
    const [name, of] =
      expression !== "len" && "alias" in expression
        ? [expression.alias.name, expression.alias.of]
        : [undefined, expression];
    if (of !== "len" && "column" in of) names.set(name ?? of.column, of.column);
  }
  return (columns) => ([...columns].every((column) => names.has(column)) ? [{ place: 0, names }] : []);
}

/** Of a join the side that a row of the result has the columns from, unless it may have none. */
function sidesOfJoin(
  { inputs: [left, right] }: FrameNode,
  { how, right: keys }: Join,
): (columns: ReadonlySet<string>) => readonly Side[] {
  const names = (of: FrameNode | undefined): ReadonlySet<string> =>
    new Set(of?.columns.map(({ name }) => name));
  const [lefts, rights] = [names(left), names(right)];
  if (how === "full" || how === "right") return () => [];
  const taken = new Set(keys.flatMap(columnsOf));
  return (columns) => {
    const all = [...columns];
    if (all.every((column) => lefts.has(column))) return [{ place: 0 }];
    // The keys of the right side are those of the left one.
    const isRight = (column: string): boolean =>
      rights.has(column) && !lefts.has(column) && !taken.has(column);
    return (how === "inner" || how === "cross") && all.every(isRight) ? [{ place: 1 }] : [];
  };
}

/** Conditions that all hold where one does. */
function conjuncts(condition: Expression): readonly Expression[] {
  if (condition === "len" || !("call" in condition) || condition.call.function !== "and") return [condition];
  return condition.call.args.flatMap(conjuncts);
}

/** The same expression of columns that have other names. */
function renamed(expression: Expression, names: ReadonlyMap<string, string> | undefined): Expression {
  if (names === undefined || expression === "len") return expression;
  if ("column" in expression) return { column: names.get(expression.column) ?? expression.column };
  if ("alias" in expression)
    return { alias: { ...expression.alias, of: renamed(expression.alias.of, names) } };
  if ("affix" in expression)
    return { affix: { ...expression.affix, of: renamed(expression.affix.of, names) } };
  if ("cast" in expression) return { cast: { ...expression.cast, of: renamed(expression.cast.of, names) } };
  if ("call" in expression) {
    const args = expression.call.args.map((arg) => renamed(arg, names));
    return { call: { ...expression.call, args } };
  }
  if ("when" in expression) {
    const { cases, otherwise } = expression.when;
    const of = cases.map(({ condition, value }) => ({
      condition: renamed(condition, names),
      value: renamed(value, names),
    }));
    return { when: { cases: of, otherwise: otherwise === null ? null : renamed(otherwise, names) } };
  }
  // What else there is is not row by row, or names no column.
  return expression;
}
