import { checkInteger, checkOptions, invalid } from "../../check.js";
import type { Case, Expression, Function } from "../../generated/frames.js";
import { type ColumnTypeLike, readColumnType } from "../column-type.js";
import { columnOperands, Expr } from "./expr.js";
import {
  callOf,
  type ColumnLike,
  columnOperand,
  constant,
  type ExprLike,
  type LiteralValue,
  operand,
} from "./wire.js";

/** A column by its name. */
export function col(name: string): Expr {
  if (typeof name !== "string") throw invalid("the name of a column", "name", name);
  return new Expr({ column: name });
}

/** A constant. Text is text; numbers take the type of the column that they meet. */
export function lit(value: LiteralValue): Expr {
  return new Expr(operand(value, "value"));
}

/** How many rows there are, or a group has. */
export function len(): Expr {
  return new Expr("len");
}

/** Every column. */
export function all(): Expr {
  return new Expr({ all: [] });
}

/** Every column but these. */
export function exclude(...names: readonly string[]): Expr {
  return new Expr({ all: names });
}

/** Every column of these types. */
export function ofType(...types: readonly ColumnTypeLike[]): Expr {
  return new Expr({ types: types.map((type, index) => readColumnType(type, `types[${index}]`)) });
}

/** A condition, to say what holds under it: `when(col("x").gt(0)).then("plus").otherwise("minus")`. */
export function when(condition: ExprLike): When {
  return new When([], operand(condition, "condition"));
}

/** A condition without what holds under it. */
export class When {
  readonly #cases: readonly Case[];
  readonly #condition: Expression;

  constructor(cases: readonly Case[], condition: Expression) {
    this.#cases = cases;
    this.#condition = condition;
  }

  /** The value where it is true. */
  // oxlint-disable-next-line unicorn/no-thenable -- The word of Polars; half a sentence is nothing to return or await.
  then(value: ExprLike): Then {
    return new Then([...this.#cases, { condition: this.#condition, value: operand(value, "value") }]);
  }
}

/** An expression by cases; where none holds it is null, unless `otherwise` says what it is. */
export class Then extends Expr {
  readonly #cases: readonly Case[];

  constructor(cases: readonly Case[]) {
    super({ when: { cases, otherwise: null } });
    this.#cases = cases;
  }

  /** A further case, which counts where none before does. */
  when(condition: ExprLike): When {
    return new When(this.#cases, operand(condition, "condition"));
  }

  /** The value where no case holds. */
  otherwise(value: ExprLike): Expr {
    return new Expr({ when: { cases: this.#cases, otherwise: operand(value, "value") } });
  }
}

/** The first value of each row that is not null. */
export function coalesce(...exprs: readonly ColumnLike[]): Expr {
  return across("coalesce", exprs);
}

/** The sum of each row. */
export function sumHorizontal(...exprs: readonly ColumnLike[]): Expr {
  return across("sumHorizontal", exprs);
}

/** The mean of each row. */
export function meanHorizontal(...exprs: readonly ColumnLike[]): Expr {
  return across("meanHorizontal", exprs);
}

/** The smallest of each row. */
export function minHorizontal(...exprs: readonly ColumnLike[]): Expr {
  return across("minHorizontal", exprs);
}

/** The largest of each row. */
export function maxHorizontal(...exprs: readonly ColumnLike[]): Expr {
  return across("maxHorizontal", exprs);
}

/** Whether all of each row are true. */
export function allHorizontal(...exprs: readonly ColumnLike[]): Expr {
  return across("allHorizontal", exprs);
}

/** Whether any of each row is true. */
export function anyHorizontal(...exprs: readonly ColumnLike[]): Expr {
  return across("anyHorizontal", exprs);
}

/** The columns of each row as a struct. */
export function struct(...exprs: readonly ColumnLike[]): Expr {
  return across("struct", exprs);
}

/** The columns of each row as one text; null if any is. */
export function concatStr(exprs: readonly ColumnLike[], separator = ""): Expr {
  return new Expr(callOf("concatStr", constant(separator), ...columnOperands(exprs, "exprs")));
}

/** Pearson's correlation of two columns. */
export function corr(a: ColumnLike, b: ColumnLike): Expr {
  return new Expr(callOf("correlation", columnOperand(a, "a"), columnOperand(b, "b")));
}

/** The covariance of two columns. */
export function cov(
  a: ColumnLike,
  b: ColumnLike,
  options: { readonly ddof?: number | undefined } = {},
): Expr {
  checkOptions(options, "options", ["ddof"]);
  const ddof = constant(checkInteger(options.ddof ?? 1, "options.ddof", 0, 255));
  return new Expr(callOf("covariance", columnOperand(a, "a"), columnOperand(b, "b"), ddof));
}

function across(name: Function, exprs: readonly ColumnLike[]): Expr {
  if (exprs.length === 0) throw invalid("one column or more", "exprs", exprs);
  return new Expr(callOf(name, ...columnOperands(exprs, "exprs")));
}
