import type { Expression, GroupBy, Join, Operation } from "../../generated/frames.js";
import { columnsOf, isOpen } from "../expr/columns.js";
import { col } from "../expr/functions.js";
import { EXPRESSION } from "../expr/wire.js";
import { type FrameNode, inOrder, step, usesOf } from "../node.js";
import { bareFiles, bareRows } from "./bare-rows.js";
import { isConstant, isRowwise } from "./rowwise.js";

/** Names of columns. */
type Names = ReadonlySet<string>;

/**
 * The same query without the columns that nothing in it needs. Polars leaves them away within a piece; this is for what lies
 * between pieces, where rows go from one to another with all that they have. The result has the columns that it had.
 */
export function prune(root: FrameNode): FrameNode {
  const ordered = inOrder(root);
  const wanted = wantedOf(root, ordered);
  const wantedFrom = (node: FrameNode): Names => wanted.get(node) ?? allOf(node);
  const wantedNames = (node: FrameNode): string[] =>
    namesOf(node).filter((name) => wantedFrom(node).has(name));
  const uses = usesOf(ordered);
  const [rebuilt, narrow] = [new Map<FrameNode, FrameNode>(), new Map<FrameNode, FrameNode>()];
  for (const node of ordered) {
    const inputs = node.inputs.map((input) => {
      const rows = rebuilt.get(input) ?? input;
      if (!mayMoveRows(node.operation)) return rows;
      const known = narrow.get(input) ?? withOnly(rows, wantedNames(input));
      narrow.set(input, known);
      // What others want of an input besides would be in one of several alone.
      return isUnion(node.operation) ? withOnly(known, wantedNames(node)) : known;
    });
    const onThese = onFewer(node, inputs, wantedFrom(node));
    const rows = wantedFrom(node).size === 0 ? bareFiles(onThese) : onThese;
    // What several steps read is a call of its own.
    const isCall = (uses.get(node) ?? 0) > 1 && inputs.length > 0;
    rebuilt.set(node, isCall ? withOnly(rows, wantedNames(node)) : rows);
  }
  return withOnly(rebuilt.get(root) ?? root, namesOf(root));
}

/** Of each node the columns of its result that something needs. */
function wantedOf(root: FrameNode, ordered: readonly FrameNode[]): ReadonlyMap<FrameNode, Names> {
  const wanted = new Map<FrameNode, Names>([[root, allOf(root)]]);
  for (const node of ordered.toReversed()) {
    // What rows are sorted by tells which pieces they are in.
    const index = node.index === undefined ? [] : [node.index.column];
    const out = new Set([...(wanted.get(node) ?? []), ...index]);
    wanted.set(node, out);
    const needs = needsOf(node, out);
    for (const [place, input] of node.inputs.entries()) {
      const all = namesOf(input);
      const names = all.filter((name) => needs[place]?.has(name) ?? true);
      wanted.set(input, new Set([...(wanted.get(input) ?? []), ...names]));
    }
  }
  return wanted;
}

/** The columns of each of its inputs that a step needs, if these of its result are wanted; undefined stands for all. */
function needsOf(node: FrameNode, out: Names): readonly (Names | undefined)[] {
  const { operation, inputs } = node;
  if (typeof operation === "object" && "join" in operation) return needsOfJoin(node, operation.join, out);
  if (inputs.length === 0) return [];
  const needs = needsOfRows(node, operation, out);
  return inputs.map(() => needs);
}

function needsOfRows(node: FrameNode, operation: Operation, out: Names): Names | undefined {
  if (operation === "reverse") return out;
  if (typeof operation !== "object") return undefined;
  if ("slice" in operation || "drop" in operation) return out;
  if ("concat" in operation) return operation.concat.relaxed ? undefined : out;
  if ("filter" in operation) return both(out, namesIn([operation.filter]));
  if ("sort" in operation) return both(out, namesIn(operation.sort.by));
  if ("select" in operation) return namesIn(keptOfSelect(node, operation.select, out));
  if ("groupBy" in operation) {
    const { groupBy } = operation;
    const names = namesIn([...groupBy.keys, ...keptOfGroups(node, groupBy, out)]);
    return both(names, groupBy.windows === null ? [] : [groupBy.windows.index]);
  }
  if ("withColumns" in operation) {
    const kept = keptOfColumns(operation.withColumns, out);
    const made = new Set(kept.map(nameOf));
    return both(namesIn(kept), without(out, made));
  }
  if ("unique" in operation) return both(out, orAll(operation.unique.subset));
  if ("dropNulls" in operation) return both(out, orAll(operation.dropNulls));
  if ("explode" in operation) return both(out, operation.explode);
  if ("unnest" in operation) return both(out, operation.unnest);
  if ("rowIndex" in operation) return without(out, new Set([operation.rowIndex.name]));
  if ("rename" in operation) {
    const { from, to } = operation.rename;
    return new Set([...out].map((name) => from[to.indexOf(name)] ?? name));
  }
  return undefined;
}

function needsOfJoin(
  { inputs: [left, right] }: FrameNode,
  join: Join,
  out: Names,
): readonly (Names | undefined)[] {
  const { how, suffix } = join;
  const [ofLeft, ofRight] = [namesIn(join.left), namesIn(join.right)];
  // Which columns a right join has under which names only the core knows.
  if (left === undefined || right === undefined || how === "right") return [];
  const lefts = allOf(left);
  if (how === "semi" || how === "anti") return [both(out, ofLeft), ofRight];
  const rights = namesOf(right).filter((name) => out.has(lefts.has(name) ? name + suffix : name));
  // A column has the suffix only where the left side has one of its name.
  const named = rights.filter((name) => lefts.has(name));
  return [both(both(out, named), ofLeft), both(new Set(rights), ofRight)];
}

/** The aggregations whose columns are wanted, one at least; all where a column is not that of one aggregation. */
function keptOfGroups(node: FrameNode, groups: GroupBy, out: Names): readonly Expression[] {
  const { keys, aggregations, windows } = groups;
  if (windows !== null || node.columns.length !== keys.length + aggregations.length) return aggregations;
  return someOf(aggregations, (_, place) => out.has(node.columns[keys.length + place]?.name ?? ""));
}

/** The expressions whose columns are wanted, one at least, if without the others there are as many rows. */
function keptOfSelect(
  node: FrameNode,
  expressions: readonly Expression[],
  out: Names,
): readonly Expression[] {
  const isEach = node.columns.length === expressions.length;
  if (!isEach || !expressions.every((of) => isRowwise(of) && !isConstant(of))) return expressions;
  return someOf(expressions, (_, place) => out.has(node.columns[place]?.name ?? ""));
}

function keptOfColumns(expressions: readonly Expression[], out: Names): readonly Expression[] {
  return expressions.filter((expression) => {
    const name = nameOf(expression);
    return name === undefined || out.has(name);
  });
}

function someOf<T>(all: readonly T[], isKept: (one: T, place: number) => boolean): readonly T[] {
  const kept = all.filter(isKept);
  return kept.length === 0 ? all.slice(0, 1) : kept;
}

/** A step on inputs that may have fewer columns, which itself may make fewer. */
function onFewer(node: FrameNode, inputs: readonly FrameNode[], out: Names): FrameNode {
  const operation = operationOnFewer(node, inputs[0], out);
  const isSame = inputs.every((input, place) => input === node.inputs[place]);
  if (isSame && operation === node.operation) return node;
  if (node.made !== undefined) return { ...node, inputs };
  const { npartitions, index, mostRows, atLeast, within } = node;
  return { ...step(inputs, operation), npartitions, index, mostRows, atLeast, within };
}

function operationOnFewer(node: FrameNode, input: FrameNode | undefined, out: Names): Operation {
  const { operation } = node;
  if (typeof operation !== "object" || input === undefined) return operation;
  if ("select" in operation) {
    const select = keptOfSelect(node, operation.select, out);
    return select.length === operation.select.length ? operation : { select };
  }
  if ("withColumns" in operation) {
    const withColumns = keptOfColumns(operation.withColumns, out);
    return withColumns.length === operation.withColumns.length ? operation : { withColumns };
  }
  if ("groupBy" in operation) {
    const aggregations = keptOfGroups(node, operation.groupBy, out);
    if (aggregations.length === operation.groupBy.aggregations.length) return operation;
    return { groupBy: { ...operation.groupBy, aggregations } };
  }
  const have = allOf(input);
  if ("drop" in operation) {
    const drop = operation.drop.filter((name) => have.has(name));
    return drop.length === operation.drop.length ? operation : { drop };
  }
  if (!("rename" in operation)) return operation;
  const { from, to } = operation.rename;
  if (from.every((name) => have.has(name))) return operation;
  const isThere = (_: string, place: number): boolean => have.has(from[place] ?? "");
  return { rename: { from: from.filter(isThere), to: to.filter(isThere) } };
}

/** Whether rows may leave their pieces for a step, or must have the same columns for it. */
function mayMoveRows(operation: Operation): boolean {
  if (typeof operation !== "object") return false;
  // A count alone needs no column: files know how many rows they have.
  if ("select" in operation)
    return !operation.select.every(isRowwise) && namesIn(operation.select)?.size !== 0;
  if ("withColumns" in operation) return !operation.withColumns.every(isRowwise);
  return ["sort", "join", "groupBy", "unique", "concat"].some((name) => name in operation);
}

/** Whether a step puts rows of the same columns behind one another. */
function isUnion(operation: Operation): boolean {
  return typeof operation === "object" && "concat" in operation && !operation.concat.relaxed;
}

/** Rows with these columns alone, in this order. Without any nobody would know how many there are. */
function withOnly(rows: FrameNode, names: readonly string[]): FrameNode {
  const have = namesOf(rows);
  if (have.length === names.length && have.every((name, place) => name === names[place])) return rows;
  if (names.length === 0) return bareRows(rows);
  const { npartitions, index } = rows;
  return { ...step([rows], { select: names.map((name) => col(name)[EXPRESSION]) }), npartitions, index };
}

function namesOf({ columns }: FrameNode): readonly string[] {
  return columns.map(({ name }) => name);
}

function allOf(node: FrameNode): Names {
  return new Set(namesOf(node));
}

/** Some columns and others; undefined stands for all. */
function both(some: Names | undefined, others: Iterable<string> | undefined): Names | undefined {
  return some && others && new Set([...some, ...others]);
}

function without(names: Names, others: ReadonlySet<string | undefined>): Names {
  return new Set([...names].filter((name) => !others.has(name)));
}

/** Columns by their names, of which none stands for all. */
function orAll(names: readonly string[]): readonly string[] | undefined {
  return names.length === 0 ? undefined : names;
}

/** The columns that expressions name; undefined if they may stand for any. */
function namesIn(expressions: readonly Expression[]): Names | undefined {
  return expressions.some(isOpen) ? undefined : new Set(expressions.flatMap(columnsOf));
}

/** The name of the column that an expression makes, if it is plain to see. */
function nameOf(expression: Expression): string | undefined {
  if (expression === "len") return "len";
  if ("alias" in expression) return expression.alias.name;
  if ("column" in expression) return expression.column;
  if ("cast" in expression) return nameOf(expression.cast.of);
  // Functions name what they give after their first argument; but a field has its own name.
  const [first] = "call" in expression && expression.call.function !== "field" ? expression.call.args : [];
  return first && nameOf(first);
}
