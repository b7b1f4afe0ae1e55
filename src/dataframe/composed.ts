import { checkInteger, checkOptions, invalid } from "../check.js";
import type { Column } from "../generated/frames.js";
import { fitsTypes } from "./expr/check-types.js";
import type { Expr } from "./expr/expr.js";
import { col, len, lit } from "./expr/functions.js";
import { EXPRESSION, type LiteralValue } from "./expr/wire.js";
import { checkNames, type FrameNode } from "./node.js";
import {
  aggregate,
  concat,
  drop,
  filter,
  grouping,
  readNames,
  select,
  sort,
  withColumns,
  withRowIndex,
} from "./operations.js";

/** Which part of the rows is drawn. */
export interface SampleOptions {
  /** From 0 to 1: how likely each row is in it. */
  readonly fraction: number;
  /** The same seed draws the same rows. Default: another one for each frame. */
  readonly seed?: number | undefined;
}

/** How rows are drawn. */
export interface RandomSplitOptions {
  /** The same seed draws the same rows. Default: another one for each call. */
  readonly seed?: number | undefined;
}

/** A column for each of some values of a column. */
export interface PivotOptions {
  /** The column whose values become names. */
  readonly on: string;
  /** These values: what a frame has is known before it is computed. */
  readonly columns: readonly (string | number | boolean)[];
  /** The columns that tell rows of the result apart. */
  readonly index: string | readonly string[];
  /** The column whose values fill it. */
  readonly values: string;
  /** What becomes of several values. Default: the first. */
  readonly aggregate?: ((values: Expr) => Expr) | undefined;
}

/** A name that no column has. */
export function freeName(columns: readonly Column[], wanted: string): string {
  const names = new Set(columns.map(({ name }) => name));
  let name = wanted;
  while (names.has(name)) name = `_${name}`;
  return name;
}

export function sample(node: FrameNode, options: SampleOptions): FrameNode {
  checkOptions(options, "options", ["fraction", "seed"]);
  const { fraction, seed } = options;
  if (!(fraction >= 0 && fraction <= 1)) throw invalid("a number from 0 to 1", "options.fraction", fraction);
  return drawn(node, [0, fraction], seed)[0] ?? node;
}

/** Other values for null in all columns, of those of a value in those that take it. */
export function fillNulls(node: FrameNode, value: Parameters<Expr["fillNull"]>[0]): FrameNode {
  const filled = node.columns.map(({ name }) => col(name).fillNull(value));
  return withColumns(node, [filled.filter((of) => fitsTypes(node.columns, of[EXPRESSION]))]);
}

/** Each row in one of several frames, drawn with these shares of all. */
export function randomSplit(
  node: FrameNode,
  shares: readonly number[],
  options: RandomSplitOptions,
): FrameNode[] {
  checkOptions(options, "options", ["seed"]);
  const isShare = (share: unknown): boolean =>
    typeof share === "number" && share >= 0 && Number.isFinite(share);
  if (!Array.isArray(shares) || !shares.every(isShare)) throw invalid("numbers from 0 on", "shares", shares);
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (total === 0) throw invalid("numbers of which one is more than 0", "shares", shares);
  const edges = shares.map(
    (_, place) => shares.slice(0, place).reduce((sum, share) => sum + share, 0) / total,
  );
  return drawn(node, [...edges, 1], options.seed);
}

/** The rows whose drawn number from 0 to 1 lies between neighbouring edges. */
function drawn(
  node: FrameNode,
  edges: readonly number[],
  seed: number = Math.floor(Math.random() * 2 ** 32),
): FrameNode[] {
  checkInteger(seed, "options.seed", 0);
  // The number of a row decides: no other rows, and no number of threads.
  const row = freeName(node.columns, "row");
  const rows = withRowIndex(node, row, 0);
  const number = col(row)
    .hash(seed)
    .modulo(2 ** 32);
  const [first = 0, ...ends] = edges.map((edge) => Math.round(edge * 2 ** 32));
  return ends.map((end, place) => {
    const begin = ends[place - 1] ?? first;
    return drop(filter(rows, [number.ge(begin).and(number.lt(end))]), row);
  });
}

export function valueCounts(node: FrameNode, columns: unknown): FrameNode {
  const names = readNames(columns, "columns");
  checkNames(node, names);
  const counted = aggregate(node, grouping(node, names, true), [len().alias("count")]);
  return sort(counted, "count", { descending: true });
}

export function pivot(node: FrameNode, options: PivotOptions): FrameNode {
  checkOptions(options, "options", ["on", "columns", "index", "values", "aggregate"]);
  const { on, columns, index, values, aggregate: combine = (of: Expr) => of.first() } = options;
  checkNames(node, [on, values]);
  if (!Array.isArray(columns) || columns.length === 0)
    throw invalid("the values that become columns", "options.columns", columns);
  const filled = columns.map((value: LiteralValue) =>
    combine(col(values).filter(col(on).eq(value))).alias(String(value)),
  );
  return aggregate(node, grouping(node, readNames(index, "options.index"), true), [filled]);
}

export function dummies(node: FrameNode, column: string, values: readonly LiteralValue[]): FrameNode {
  checkNames(node, [column]);
  if (!Array.isArray(values)) throw invalid("the values that become columns", "values", values);
  const added = values.map((value: LiteralValue) =>
    col(column)
      .eqMissing(value)
      .cast("u8")
      .alias(`${column}_${String(value)}`),
  );
  return drop(withColumns(node, [added]), column);
}

/** What `describe` says of a column, by what it is called; of numbers, and of everything else. */
const STATISTICS: Readonly<Record<string, { number: (of: Expr) => Expr; other: (of: Expr) => Expr | null }>> =
  {
    count: { number: (of) => of.count(), other: (of) => of.count() },
    nullCount: { number: (of) => of.nullCount(), other: (of) => of.nullCount() },
    mean: { number: (of) => of.mean(), other: () => null },
    std: { number: (of) => of.std(), other: () => null },
    min: { number: (of) => of.min(), other: (of) => of.min() },
    "25%": { number: (of) => of.quantile(0.25), other: () => null },
    "50%": { number: (of) => of.quantile(0.5), other: () => null },
    "75%": { number: (of) => of.quantile(0.75), other: () => null },
    max: { number: (of) => of.max(), other: (of) => of.max() },
  };

export function describeFrame(node: FrameNode): FrameNode {
  const described = node.columns.filter(isDescribed);
  const place = (column: number, statistic: string): string => `${column} ${statistic}`;
  // All in one pass; then a row for each statistic.
  const computed = select(node, [
    Object.entries(STATISTICS).flatMap(([statistic, of]) =>
      described.map((column, index) => statisticOf(column, of).alias(place(index, statistic))),
    ),
  ]);
  const rows = Object.keys(STATISTICS).map((statistic) => {
    const cells = described.map(({ name }, index) => col(place(index, statistic)).alias(name));
    return select(computed, [lit(statistic).alias("statistic"), ...cells]);
  });
  return { ...concat(rows, "vertical"), npartitions: 1 };
}

function isDescribed({ type }: Column): boolean {
  return typeof type === "string" && type !== "null" && type !== "binary" ? true : isTime(type);
}

function isTime(type: Column["type"]): boolean {
  return typeof type === "object" && ("datetime" in type || "duration" in type || "decimal" in type);
}

function statisticOf(column: Column, of: (typeof STATISTICS)[string]): Expr {
  if (typeof column.type === "string" && /^[iuf]\d+$/.test(column.type))
    return of.number(col(column.name)).cast("f64");
  return (of.other(col(column.name)) ?? lit(null)).cast("str");
}
