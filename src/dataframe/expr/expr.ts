import { inspect } from "node:util";
import { checkBoolean, checkInteger, checkOneOf, checkOptions, invalid } from "../../check.js";
import { BrambleError } from "../../errors.js";
import type { Closed, Expression, Function } from "../../generated/frames.js";
import { type ColumnTypeLike, readColumnType } from "../column-type.js";
import { CatExpr } from "./cat-expr.js";
import { DtExpr } from "./dt-expr.js";
import { formatExpression } from "./format.js";
import { ListExpr } from "./list-expr.js";
import { StrExpr } from "./str-expr.js";
import { addMethods, readWindow, type RollingOptions, type RunningOptions } from "./methods.js";
import type { ALIASES, BINARY, ROLLING, RUNNING, UNARY } from "./tables.js";
import {
  callOf,
  type ColumnLike,
  columnOperand,
  constant,
  EXPRESSION,
  type ExprLike,
  floatConstant,
  type LiteralValue,
  operand,
} from "./wire.js";

/** How what lies between two elements is found. */
export const QUANTILE_METHODS = ["nearest", "lower", "higher", "midpoint", "linear", "equiprobable"] as const;
/** One of them. */
export type FrameQuantileMethod = (typeof QUANTILE_METHODS)[number];
const CLOSED = ["left", "right", "both", "none"] as const satisfies readonly Closed[];

/** Order and null of a sorted column. */
export interface SortExprOptions {
  /** Whether the largest comes first; one for all, or one for each. Default: false. */
  readonly descending?: boolean | readonly boolean[] | undefined;
  /** Whether null comes last. Default: false. */
  readonly nullsLast?: boolean | undefined;
}

/** The order in which a group is read. */
export interface OverOptions {
  readonly orderBy?: ColumnLike | readonly ColumnLike[] | undefined;
  /** Whether that order is turned round. Default: false. */
  readonly descending?: boolean | undefined;
}

/** The ranks of equal elements. */
export interface RankOptions {
  /** Default: `"average"`. */
  readonly method?: "average" | "min" | "max" | "dense" | "ordinal" | undefined;
  /** Whether the largest has rank 1. Default: false. */
  readonly descending?: boolean | undefined;
}

/** A window of time. */
export interface RollingTimeOptions {
  /** The column of times, sorted. */
  readonly indexColumn: string;
  /** How long the window is, such as `"1d12h"`. */
  readonly period: string;
  /** Which of its ends belong to it. Default: `"right"`. */
  readonly closed?: Closed | undefined;
}

/** What fills null: a neighbour, or a number that the column has. */
export type FillStrategy = "forward" | "backward" | "min" | "max" | "mean" | "zero" | "one";
const FILL_STRATEGIES = ["forward", "backward", "min", "max", "mean", "zero", "one"] as const;

type UnaryMethods = { readonly [N in keyof typeof UNARY]: () => Expr };
type BinaryMethods = {
  readonly [N in keyof typeof BINARY | keyof typeof ALIASES]: (other: ExprLike) => Expr;
};
type RunningMethods = { readonly [N in keyof typeof RUNNING]: (options?: RunningOptions) => Expr };
type RollingMethods = {
  readonly [N in keyof typeof ROLLING]: (windowSize: number, options?: RollingOptions) => Expr;
};

/** The methods that are a line in a table. */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- The class gets them below, from the same tables.
export interface Expr extends UnaryMethods, BinaryMethods, RunningMethods, RollingMethods {}

/**
 * How a column is made of others. It never changes: every method gives a new one. What it gives where `groupBy` or
 * `over` apply it is of the rows of a group.
 *
 * @example
 * col("price").multiply(1.19).round(2).alias("gross");
 */
export class Expr {
  /** What it is, on the wire. */
  readonly [EXPRESSION]: Expression;

  /** Made by `col`, `lit` and others, not by hand. */
  constructor(expression: Expression) {
    this[EXPRESSION] = expression;
  }

  /** The same under another name. */
  alias(name: string): Expr {
    if (typeof name !== "string") throw invalid("a name", "name", name);
    return new Expr({ alias: { of: this[EXPRESSION], name } });
  }

  /** The same with something in front of its name, or of each of its names. */
  prefix(prefix: string): Expr {
    return new Expr({ affix: { of: this[EXPRESSION], prefix, suffix: "" } });
  }

  /** The same with something behind its name, or behind each of its names. */
  suffix(suffix: string): Expr {
    return new Expr({ affix: { of: this[EXPRESSION], prefix: "", suffix } });
  }

  /** As another type. What does not fit it is an error, or with `strict: false` null. */
  cast(type: ColumnTypeLike, options: { readonly strict?: boolean | undefined } = {}): Expr {
    checkOptions(options, "options", ["strict"]);
    const strict = checkBoolean(options.strict ?? true, "options.strict");
    return new Expr({ cast: { of: this[EXPRESSION], to: readColumnType(type, "type"), strict } });
  }

  /** Minus the number. */
  negate(): Expr {
    return new Expr(callOf("subtract", constant(0), this[EXPRESSION]));
  }

  /** Whether it is one of these. */
  isIn(values: readonly LiteralValue[]): Expr {
    if (!Array.isArray(values)) throw invalid("a list", "values", values);
    return this.#call("isIn", operand(values, "values"));
  }

  /** Whether it lies between two others. */
  isBetween(lower: ExprLike, upper: ExprLike, options: { readonly closed?: Closed | undefined } = {}): Expr {
    checkOptions(options, "options", ["closed"]);
    const closed = checkOneOf(options.closed ?? "both", "options.closed", CLOSED);
    return this.#call("isBetween", operand(lower, "lower"), operand(upper, "upper"), constant(closed));
  }

  /** The logarithm. */
  log(base: ExprLike = Math.E): Expr {
    return this.#call("log", operand(base, "base"));
  }

  /** To so many decimals; halves go to the even neighbour. */
  round(decimals = 0): Expr {
    return this.#call("round", constant(checkInteger(decimals, "decimals", 0, 100)));
  }

  /** Not smaller than `lower` and not larger than `upper`; null does not bound. */
  clip(lower: ExprLike, upper: ExprLike): Expr {
    return this.#call("clip", operand(lower, "lower"), operand(upper, "upper"));
  }

  /** Null becomes this: a value, or `{ strategy }` for a neighbour or a number that the column has. */
  fillNull(value: ExprLike | { readonly strategy: FillStrategy }): Expr {
    if (typeof value === "object" && value !== null && "strategy" in value) {
      const strategy = checkOneOf(value.strategy, "value.strategy", FILL_STRATEGIES);
      return this.#call("fillNullWith", constant(strategy));
    }
    return this.#call("fillNull", operand(value, "value"));
  }

  /** Some values become others; what is not among them stays, or becomes the default if there is one. */
  replace(
    mapping: ReadonlyMap<LiteralValue, LiteralValue> | Readonly<Record<string, LiteralValue>>,
    options: { readonly default?: ExprLike | undefined } = {},
  ): Expr {
    checkOptions(options, "options", ["default"]);
    const entries = mapping instanceof Map ? [...mapping] : Object.entries(mapping);
    const old = operand(
      entries.map(([from]) => from),
      "mapping",
    );
    const replaced = operand(
      entries.map(([, to]) => to),
      "mapping",
    );
    const otherwise = options.default === undefined ? [] : [operand(options.default, "options.default")];
    return this.#call("replace", old, replaced, ...otherwise);
  }

  /** A number of 64 bits that equal values share. */
  hash(seed = 0): Expr {
    return this.#call("hash", constant(checkInteger(seed, "seed", 0)));
  }

  /** Standard deviation. */
  std(options: { readonly ddof?: number | undefined } = {}): Expr {
    return this.#call("std", degreesOfFreedom(options));
  }

  /** Variance. */
  var(options: { readonly ddof?: number | undefined } = {}): Expr {
    return this.#call("var", degreesOfFreedom(options));
  }

  /** What this part of the elements is not larger than. */
  quantile(quantile: number, method: FrameQuantileMethod = "nearest"): Expr {
    return this.#call("quantile", ...readQuantile(quantile, method));
  }

  /** Skewness of a sample, or with `bias: false` as estimated from it. */
  skew(options: { readonly bias?: boolean | undefined } = {}): Expr {
    checkOptions(options, "options", ["bias"]);
    return this.#call("skew", constant(checkBoolean(options.bias ?? true, "options.bias")));
  }

  /** Kurtosis, by which the normal distribution has 0, or with `fisher: false` 3. */
  kurtosis(
    options: { readonly fisher?: boolean | undefined; readonly bias?: boolean | undefined } = {},
  ): Expr {
    checkOptions(options, "options", ["fisher", "bias"]);
    const fisher = constant(checkBoolean(options.fisher ?? true, "options.fisher"));
    return this.#call("kurtosis", fisher, constant(checkBoolean(options.bias ?? true, "options.bias")));
  }

  /** The first elements. */
  head(length = 10): Expr {
    return this.#call("head", constant(checkInteger(length, "length", 0)));
  }

  /** The last elements. */
  tail(length = 10): Expr {
    return this.#call("tail", constant(checkInteger(length, "length", 0)));
  }

  /** Some neighbouring elements; a negative offset counts from the end. */
  slice(offset: number, length?: number): Expr {
    const count = length === undefined ? 2 ** 32 - 1 : checkInteger(length, "length", 0);
    return this.#call("slice", constant(checkInteger(offset, "offset")), constant(count));
  }

  /** The largest ones. */
  topK(k: number): Expr {
    return this.#call("topK", constant(checkInteger(k, "k", 0)));
  }

  /** The smallest ones. */
  bottomK(k: number): Expr {
    return this.#call("bottomK", constant(checkInteger(k, "k", 0)));
  }

  /** Each element goes so many places on, and null, or `fillValue`, fills the gap. */
  shift(periods = 1, fillValue?: ExprLike): Expr {
    const filled = fillValue === undefined ? [] : [operand(fillValue, "fillValue")];
    return this.#call("shift", constant(checkInteger(periods, "periods")), ...filled);
  }

  /** How much larger an element is than the one so many places before. */
  diff(periods = 1): Expr {
    return this.#call("diff", constant(checkInteger(periods, "periods")));
  }

  /** The same as a part of that one. */
  pctChange(periods = 1): Expr {
    return this.#call("pctChange", constant(checkInteger(periods, "periods")));
  }

  /** The place of each in a sorted column, from 1. */
  rank(options: RankOptions = {}): Expr {
    checkOptions(options, "options", ["method", "descending"]);
    const methods = ["average", "min", "max", "dense", "ordinal"] as const;
    const method = checkOneOf(options.method ?? "average", "options.method", methods);
    const descending = checkBoolean(options.descending ?? false, "options.descending");
    return this.#call("rank", constant(method), constant(descending));
  }

  /** Standard deviation of the elements in a window that ends at each element. */
  rollingStd(
    windowSize: number,
    options: RollingOptions & { readonly ddof?: number | undefined } = {},
  ): Expr {
    const { ddof, ...window } = options;
    return this.#call("rollingStd", ...readWindow(windowSize, window), degreesOfFreedom({ ddof }));
  }

  /** Variance of the elements in a window that ends at each element. */
  rollingVar(
    windowSize: number,
    options: RollingOptions & { readonly ddof?: number | undefined } = {},
  ): Expr {
    const { ddof, ...window } = options;
    return this.#call("rollingVar", ...readWindow(windowSize, window), degreesOfFreedom({ ddof }));
  }

  /** A quantile of the elements in a window that ends at each element. */
  rollingQuantile(
    quantile: number,
    windowSize: number,
    options: RollingOptions & { readonly method?: FrameQuantileMethod | undefined } = {},
  ): Expr {
    const { method, ...window } = options;
    const wanted = readQuantile(quantile, method ?? "nearest");
    return this.#call("rollingQuantile", ...readWindow(windowSize, window), ...wanted);
  }

  /** For each row of the rows in a window of time that ends there. */
  rolling(options: RollingTimeOptions): Expr {
    checkOptions(options, "options", ["indexColumn", "period", "closed"]);
    const { indexColumn: index, period } = options;
    const closed = checkOneOf(options.closed ?? "right", "options.closed", CLOSED);
    return new Expr({ rolling: { of: this[EXPRESSION], index, period, closed } });
  }

  /** For each group by itself, with as many rows as before. */
  over(by: ColumnLike | readonly ColumnLike[], options: OverOptions = {}): Expr {
    checkOptions(options, "options", ["orderBy", "descending"]);
    const order = options.orderBy === undefined ? [] : columnOperands(options.orderBy, "options.orderBy");
    const descending = checkBoolean(options.descending ?? false, "options.descending");
    return new Expr({ over: { of: this[EXPRESSION], by: columnOperands(by, "by"), order, descending } });
  }

  /** Sorted. */
  sort(options: SortExprOptions = {}): Expr {
    return this.sortBy(this, options);
  }

  /** Sorted by others. */
  sortBy(by: ColumnLike | readonly ColumnLike[], options: SortExprOptions = {}): Expr {
    const order = readOrder(columnOperands(by, "by"), options);
    return new Expr({
      sort: {
        of: this[EXPRESSION],
        by: order.by,
        descending: order.descending,
        nulls_last: order.nulls_last,
      },
    });
  }

  /** A field of a struct. */
  field(name: string): Expr {
    return this.#call("field", constant(name));
  }

  /** What there is to do with text. */
  get str(): StrExpr<Expr> {
    return new StrExpr(this[EXPRESSION], makeExpr);
  }

  /** What there is to do with dates, times and lengths of time. */
  get dt(): DtExpr<Expr> {
    return new DtExpr(this[EXPRESSION], makeExpr);
  }

  /** What there is to do with lists. */
  get list(): ListExpr<Expr> {
    return new ListExpr(this[EXPRESSION], makeExpr);
  }

  /** What there is to do with categories. */
  get cat(): CatExpr<Expr> {
    return new CatExpr(this[EXPRESSION], makeExpr);
  }

  /** It has no value to calculate or to decide with. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw new BrambleError(
      "INVALID_ARGUMENT",
      `${this.toString()} has no value: use \`add\`, \`gt\` and the other methods instead of operators`,
    );
  }

  toString(): string {
    return formatExpression(this[EXPRESSION]);
  }

  [inspect.custom](): string {
    return `Expr ${this.toString()}`;
  }

  #call(name: Function, ...args: readonly Expression[]): Expr {
    return new Expr(callOf(name, this[EXPRESSION], ...args));
  }
}

addMethods(Expr.prototype, makeExpr);

/** An expression of what is on the wire. */
export function makeExpr(expression: Expression): Expr {
  return new Expr(expression);
}

/** Names and expressions, one or several, on the wire. */
export function columnOperands(value: unknown, name: string): Expression[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((entry, index) => columnOperand(entry, list.length === 1 ? name : `${name}[${index}]`));
}

/** An order, with a direction for each column. */
export function readOrder(
  by: readonly Expression[],
  options: SortExprOptions,
): { by: readonly Expression[]; descending: readonly boolean[]; nulls_last: boolean } {
  checkOptions(options, "options", ["descending", "nullsLast"]);
  const { descending = false } = options;
  const each = Array.isArray(descending) ? descending : by.map(() => descending as boolean);
  if (each.length !== by.length) throw invalid(`${by.length} directions`, "options.descending", descending);
  for (const direction of each) checkBoolean(direction, "options.descending");
  const nullsLast = checkBoolean(options.nullsLast ?? false, "options.nullsLast");
  return { by, descending: each, nulls_last: nullsLast };
}

function degreesOfFreedom(options: { readonly ddof?: number | undefined }): Expression {
  checkOptions(options, "options", ["ddof"]);
  return constant(checkInteger(options.ddof ?? 1, "options.ddof", 0, 255));
}

function readQuantile(quantile: number, method: FrameQuantileMethod): Expression[] {
  if (!(quantile >= 0 && quantile <= 1)) throw invalid("a number from 0 to 1", "quantile", quantile);
  return [floatConstant(quantile), constant(checkOneOf(method, "method", QUANTILE_METHODS))];
}
