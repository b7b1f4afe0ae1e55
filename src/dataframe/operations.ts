import { checkBoolean, checkInteger, checkOneOf, checkOptions, invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import type {
  Closed,
  Column,
  ColumnType,
  Expression,
  How,
  Join,
  Keep,
  Label,
  Operation,
} from "../generated/frames.js";
import { formatType } from "./column-type.js";
import { checkKeys, checkTypes, failingIn } from "./expr/check-types.js";
import { formatExpression } from "./expr/format.js";
import { columnOperands, readOrder, type SortExprOptions } from "./expr/expr.js";
import { type Kind, kindOf } from "./expr/kinds.js";
import { type ColumnLike, columnOperand, EXPRESSION, type ExprLike, isExpr, operand } from "./expr/wire.js";
import { checkColumns, checkNames, type FrameNode, step } from "./node.js";

/** Columns one by one or in a list, or new names with what each becomes. */
export type Selection = ColumnLike | readonly ColumnLike[] | Readonly<Record<string, ExprLike>>;

/** How rows of two frames find each other. */
export interface JoinOptions {
  /** Columns of the same names. */
  readonly on?: ColumnLike | readonly ColumnLike[] | undefined;
  /** Columns of this frame, where the other's have other names. */
  readonly leftOn?: ColumnLike | readonly ColumnLike[] | undefined;
  /** Columns of the other frame, in the same order. */
  readonly rightOn?: ColumnLike | readonly ColumnLike[] | undefined;
  /**
   * `inner`: rows with a partner; `left`, `right`, `full`: all of one or both sides; `semi`, `anti`: those of this frame
   * that have a partner or none, once each; `cross`: each with each. Default: `"inner"`.
   */
  readonly how?: "inner" | "left" | "right" | "full" | "outer" | "semi" | "anti" | "cross" | undefined;
  /** Behind the names of the other frame that this one has too. Default: `"_right"`. */
  readonly suffix?: string | undefined;
  /** Whether null equals null. Default: false. */
  readonly nullsEqual?: boolean | undefined;
  /** Whether the keys of both sides of a full join become one column. Default: true. */
  readonly coalesce?: boolean | undefined;
  /** How many rows a cross join may have; more are an error before it begins. Default: 100 million. */
  readonly maxRows?: number | undefined;
}

/** Columns that become rows. */
export interface UnpivotOptions {
  /** The columns that stay. Default: none. */
  readonly index?: string | readonly string[] | undefined;
  /** The columns whose values become one. Default: all others. */
  readonly on?: string | readonly string[] | undefined;
  /** Default: `"variable"`. */
  readonly variableName?: string | undefined;
  /** Default: `"value"`. */
  readonly valueName?: string | undefined;
}

/** Windows of time. Lengths are text such as `1h30m`, `1d`, `1w`, `1mo`, `1q`, `1y`. */
export interface GroupByDynamicOptions {
  /** From the start of one window to that of the next. */
  readonly every: string;
  /** How long a window is. Default: `every`. */
  readonly period?: string | undefined;
  /** How far the windows are shifted. Default: not at all. */
  readonly offset?: string | undefined;
  /** Which ends belong to a window. Default: `"left"`. */
  readonly closed?: Closed | undefined;
  /** What stands for a window: one of its ends, or the time of its first row. Default: `"left"`. */
  readonly label?: Label | undefined;
  /** Columns that must be equal too. */
  readonly by?: ColumnLike | readonly ColumnLike[] | undefined;
  /** Whether both ends of the window are added as columns. Default: false. */
  readonly includeBoundaries?: boolean | undefined;
}

/** What tells groups apart, and windows of time in them. */
export interface Grouping {
  readonly keys: readonly Expression[];
  readonly ordered: boolean;
  readonly windows: Extract<Operation, { groupBy: unknown }>["groupBy"]["windows"];
}

/** Several columns as expressions: names, expressions, or new names with what each becomes. */
export function readSelection(selection: readonly unknown[], name: string): Expression[] {
  return selection.flatMap((entry, index) => {
    const place = selection.length === 1 ? name : `${name}[${index}]`;
    if (Array.isArray(entry)) return readSelection(entry, place);
    if (typeof entry === "string" || isExpr(entry)) return [columnOperand(entry, place)];
    if (typeof entry !== "object" || entry === null)
      throw invalid("the name of a column or an expression", place, entry);
    return Object.entries(entry).map(([column, value]): Expression => {
      // The name of a column here is text as well: what is new is an expression of columns.
      const of = isExpr(value) ? value[EXPRESSION] : operand(value, `${place}.${column}`);
      return { alias: { of, name: column } };
    });
  });
}

/** One name or several. */
export function readNames(names: unknown, name: string): string[] {
  const list: readonly unknown[] = Array.isArray(names) ? names : [names];
  return list.map((entry, index) => {
    if (typeof entry !== "string")
      throw invalid("the name of a column", list.length === 1 ? name : `${name}[${index}]`, entry);
    return entry;
  });
}

/** A step whose expressions are checked against the columns first. */
export function checkedStep(
  node: FrameNode,
  expressions: readonly Expression[],
  operation: Operation,
): FrameNode {
  checkExpressions(node, expressions);
  return stepNaming(node, expressions, operation);
}

/** Checks that a frame has the columns that expressions name, and that these are what functions take. */
function checkExpressions(node: FrameNode, expressions: readonly Expression[], isGrouped = false): void {
  checkColumns(node, expressions);
  checkTypes(node.columns, expressions, { isGrouped });
}

/** A step; an error of one of its expressions names it. */
function stepNaming(node: FrameNode, expressions: readonly Expression[], operation: Operation): FrameNode {
  try {
    return step([node], operation);
  } catch (error) {
    const failing = error instanceof BrambleError ? failingIn(node.columns, expressions) : undefined;
    if (failing === undefined || !(error instanceof BrambleError)) throw error;
    throw new BrambleError(error.code, `${formatExpression(failing)}: ${error.message}`, { cause: error });
  }
}

export function select(node: FrameNode, selection: readonly unknown[]): FrameNode {
  const expressions = readSelection(selection, "columns");
  return checkedStep(node, expressions, { select: expressions });
}

export function withColumns(node: FrameNode, selection: readonly unknown[]): FrameNode {
  const expressions = readSelection(selection, "columns");
  return checkedStep(node, expressions, { withColumns: expressions });
}

export function filter(node: FrameNode, predicates: readonly unknown[]): FrameNode {
  return predicates.reduce<FrameNode>((filtered, predicate, index) => {
    const name = predicates.length === 1 ? "predicate" : `predicates[${index}]`;
    const expression = operand(predicate, name);
    const [result] = checkedStep(filtered, [expression], { select: [expression] }).columns;
    if (result?.type !== "bool" && result?.type !== "null")
      throw new BrambleError(
        "SCHEMA_MISMATCH",
        `A filter is true or false for each row, but \`${name}\` has type ${JSON.stringify(result?.type)}`,
      );
    return step([filtered], { filter: expression });
  }, node);
}

export function sort(node: FrameNode, by: unknown, options: SortExprOptions): FrameNode {
  const order = readOrder(columnOperands(by, "by"), options);
  return checkedStep(node, order.by, { sort: order });
}

export function slice(node: FrameNode, offset: number, length: number | undefined): FrameNode {
  const first = checkInteger(offset, "offset");
  const count = length === undefined ? null : checkInteger(length, "length", 0, 2 ** 32 - 1);
  return step([node], { slice: { offset: first, length: count } });
}

export function unique(
  node: FrameNode,
  subset: unknown,
  options: { readonly keep?: Keep | undefined },
): FrameNode {
  checkOptions(options, "options", ["keep"]);
  const names = subset === undefined ? [] : readNames(subset, "subset");
  checkNames(node, names);
  const keys = names.length > 0 ? names : node.columns.map(({ name }) => name);
  checkKeys(
    node.columns,
    keys.map((column) => ({ column })),
  );
  const keep = checkOneOf(options.keep ?? "first", "options.keep", ["first", "last", "none"] as const);
  return step([node], { unique: { subset: names, keep } });
}

export function rename(node: FrameNode, mapping: unknown): FrameNode {
  if (typeof mapping !== "object" || mapping === null)
    throw invalid("new names by the old ones", "mapping", mapping);
  const from = Object.keys(mapping);
  checkNames(node, from);
  const to = readNames(Object.values(mapping), "mapping");
  if (from.length === 0) return node;
  return step([node], { rename: { from, to } });
}

export function drop(node: FrameNode, columns: unknown): FrameNode {
  const names = readNames(columns, "columns");
  checkNames(node, names);
  return step([node], { drop: names });
}

export function dropNulls(node: FrameNode, subset: unknown): FrameNode {
  const names = subset === undefined ? [] : readNames(subset, "subset");
  checkNames(node, names);
  return step([node], { dropNulls: names });
}

export function explode(node: FrameNode, columns: unknown): FrameNode {
  const names = readNames(columns, "columns");
  checkNames(node, names);
  for (const { name, type } of node.columns) {
    if (names.includes(name) && !["list", "other"].includes(kindOf(type)))
      throw new BrambleError(
        "SCHEMA_MISMATCH",
        `\`explode\` takes lists, but the column ${JSON.stringify(name)} is ${formatType(type)}`,
      );
  }
  return step([node], { explode: names });
}

export function unnest(node: FrameNode, columns: unknown): FrameNode {
  const names = readNames(columns, "columns");
  checkNames(node, names);
  return step([node], { unnest: names });
}

export function unpivot(node: FrameNode, options: UnpivotOptions): FrameNode {
  checkOptions(options, "options", ["index", "on", "variableName", "valueName"]);
  const index = readNames(options.index ?? [], "options.index");
  const on = readNames(options.on ?? [], "options.on");
  checkNames(node, [...index, ...on]);
  const { variableName: variable = "variable", valueName: value = "value" } = options;
  return step([node], { unpivot: { on, index, variable, value } });
}

export function withRowIndex(node: FrameNode, name: string, offset: number): FrameNode {
  const first = checkInteger(offset, "offset", 0, 2 ** 32 - 1);
  return step([node], { rowIndex: { name, offset: first } });
}

const JOIN_OPTIONS = [
  "on",
  "leftOn",
  "rightOn",
  "how",
  "suffix",
  "nullsEqual",
  "coalesce",
  "maxRows",
] as const;
const CROSS_ROWS = 100_000_000;

export function join(left: FrameNode, right: FrameNode, options: JoinOptions): FrameNode {
  checkOptions(options, "options", JOIN_OPTIONS);
  const hows = ["inner", "left", "right", "full", "outer", "semi", "anti", "cross"] as const;
  const wanted = checkOneOf(options.how ?? "inner", "options.how", hows);
  const how: How = wanted === "outer" ? "full" : wanted;
  const keys = how === "cross" ? noKeys(options) : joinKeys(left, right, options);
  const { maxRows } = options;
  if (maxRows !== undefined && how !== "cross")
    throw invalid("nothing, as only cross joins take it,", "options.maxRows", maxRows);
  const joined = step([left, right], {
    join: {
      how,
      ...keys,
      suffix: options.suffix ?? "_right",
      nulls_equal: checkBoolean(options.nullsEqual ?? false, "options.nullsEqual"),
      coalesce: how === "full" && checkBoolean(options.coalesce ?? true, "options.coalesce"),
    },
  });
  if (how !== "cross") return joined;
  return { ...joined, mostRows: checkInteger(maxRows ?? CROSS_ROWS, "options.maxRows", 0) };
}

function noKeys({ on, leftOn, rightOn }: JoinOptions): Pick<Join, "left" | "right"> {
  if ([on, leftOn, rightOn].some((keys) => keys !== undefined))
    throw new BrambleError("INVALID_ARGUMENT", "A cross join has no keys: every row meets every other");
  return { left: [], right: [] };
}

function joinKeys(left: FrameNode, right: FrameNode, options: JoinOptions): Pick<Join, "left" | "right"> {
  const { on, leftOn = on, rightOn = on } = options;
  if (leftOn === undefined || rightOn === undefined)
    throw new BrambleError("INVALID_ARGUMENT", "A join needs `on`, or both `leftOn` and `rightOn`");
  const keys = {
    left: columnOperands(leftOn, "options.leftOn"),
    right: columnOperands(rightOn, "options.rightOn"),
  };
  if (keys.left.length !== keys.right.length || keys.left.length === 0)
    throw invalid(`${keys.left.length} columns, as many as \`leftOn\` has,`, "options.rightOn", rightOn);
  checkExpressions(left, keys.left);
  checkExpressions(right, keys.right);
  checkKeys(left.columns, keys.left);
  checkKeys(right.columns, keys.right);
  checkKeyTypes(step([left], { select: keys.left }).columns, step([right], { select: keys.right }).columns);
  return keys;
}

/** Integers meet integers and floats floats; everything else meets its own type. */
function checkKeyTypes(left: readonly Column[], right: readonly Column[]): void {
  left.forEach(({ name, type }, index) => {
    const other = right[index];
    if (other === undefined || meetingKind(type) === meetingKind(other.type)) return;
    throw new BrambleError(
      "SCHEMA_MISMATCH",
      `A join on different types: ${name} is ${formatType(type)}, ` +
        `${other.name} is ${formatType(other.type)}: cast one of them`,
    );
  });
}

function meetingKind(type: ColumnType): Kind {
  const kind = kindOf(type);
  return kind === "category" ? "text" : kind;
}

export function grouping(node: FrameNode, by: readonly unknown[], ordered: boolean): Grouping {
  const keys = readSelection(by, "by");
  checkExpressions(node, keys);
  checkKeys(node.columns, keys);
  return { keys, ordered, windows: null };
}

export function dynamicGrouping(node: FrameNode, index: string, options: GroupByDynamicOptions): Grouping {
  const allowed = ["every", "period", "offset", "closed", "label", "by", "includeBoundaries"];
  checkOptions(options, "options", allowed);
  const { every, period = every, offset = "0ns", by = [] } = options;
  if (typeof every !== "string") throw invalid("a length of time such as `1h`", "options.every", every);
  const keys = columnOperands(by, "options.by");
  checkNames(node, [index]);
  checkExpressions(node, keys);
  checkKeys(node.columns, keys);
  const windows = {
    index,
    every,
    period,
    offset,
    closed: checkOneOf(options.closed ?? "left", "options.closed", [
      "left",
      "right",
      "both",
      "none",
    ] as const),
    label: checkOneOf(options.label ?? "left", "options.label", ["left", "right", "first"] as const),
    boundaries: checkBoolean(options.includeBoundaries ?? false, "options.includeBoundaries"),
  };
  return { keys, ordered: true, windows };
}

export function aggregate(node: FrameNode, groups: Grouping, selection: readonly unknown[]): FrameNode {
  const aggregations = readSelection(selection, "aggregations");
  checkExpressions(node, aggregations, true);
  return stepNaming(node, aggregations, { groupBy: { ...groups, aggregations } });
}

export function concat(nodes: readonly FrameNode[], how: "vertical" | "relaxed" | "horizontal"): FrameNode {
  const npartitions = nodes.reduce((sum, { npartitions: count }) => sum + count, 0);
  if (how === "horizontal") return step(nodes, "beside");
  return step(nodes, { concat: { relaxed: how === "relaxed" } }, npartitions);
}
