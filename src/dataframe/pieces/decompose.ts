import type { ColumnType, Expression, Function } from "../../generated/frames.js";
import { Expr } from "../expr/expr.js";
import { col, lit, when } from "../expr/functions.js";
import { EXPRESSION } from "../expr/wire.js";
import { isElementwise, isRowwise } from "./rowwise.js";

/** Aggregations taken apart: of each piece, of several such results, and of the last one. */
export interface Decomposed {
  /** What is computed of the rows of a piece. */
  readonly partial: readonly Expression[];
  /** The same columns from those of several pieces. */
  readonly combined: readonly Expression[];
  /** The values that were wanted, in order and without names. */
  readonly final: readonly Expression[];
}

/** Functions whose result of all rows comes from the results of the pieces, by the same function or another. */
const COMBINES: Partial<Readonly<Record<Function, "sum" | "min" | "max" | "product" | "first" | "last">>> = {
  sum: "sum",
  min: "min",
  max: "max",
  product: "product",
  count: "sum",
  len: "sum",
  nullCount: "sum",
  first: "first",
  last: "last",
};
const NUMBER = /^([iu](8|16|32|64)|f32|f64|bool)$/;

/**
 * Takes aggregations apart.
 *
 * @param isGrouped - whether they are of groups, which are never empty.
 * @param typeOf - the type of a column that an expression makes.
 * @returns undefined if one of them needs all rows together, such as a median.
 */
export function decompose(
  aggregations: readonly Expression[],
  isGrouped: boolean,
  typeOf: (expression: Expression) => ColumnType | undefined,
): Decomposed | undefined {
  const parts = new Parts(isGrouped, typeOf);
  const final: Expression[] = [];
  for (const aggregation of aggregations) {
    const value = parts.take(aggregation);
    if (value === undefined) return undefined;
    final.push(value);
  }
  return { partial: parts.partial, combined: parts.combined, final };
}

class Parts {
  readonly partial: Expression[] = [];
  readonly combined: Expression[] = [];
  readonly #isGrouped: boolean;
  readonly #typeOf: (expression: Expression) => ColumnType | undefined;

  constructor(isGrouped: boolean, typeOf: (expression: Expression) => ColumnType | undefined) {
    this.#isGrouped = isGrouped;
    this.#typeOf = typeOf;
  }

  /** The value of an aggregation from the columns that its parts become. */
  take(expression: Expression): Expression | undefined {
    if (expression === "len") return this.#add(expression, "sum");
    if ("literal" in expression) return expression;
    if ("alias" in expression) return this.take(expression.alias.of);
    if ("cast" in expression) {
      const of = this.take(expression.cast.of);
      return of && { cast: { ...expression.cast, of } };
    }
    return "call" in expression ? this.#takeCall(expression, expression.call) : undefined;
  }

  #takeCall(
    expression: Expression,
    { function: name, args }: { readonly function: Function; readonly args: readonly Expression[] },
  ): Expression | undefined {
    if (isElementwise(name, args)) {
      const taken = args.map((arg) => this.take(arg));
      return taken.every((arg) => arg !== undefined) ? { call: { function: name, args: taken } } : undefined;
    }
    const [of] = args;
    if (of === undefined || !isRowwise(of)) return undefined;
    if (name === "mean") return this.#mean(of);
    if (name === "std" || name === "var") return this.#spread(name, of, args[1]);
    const combine = args.length === 1 ? COMBINES[name] : undefined;
    // A piece without rows has no first one, and says null.
    if (combine === undefined || (!this.#isGrouped && (combine === "first" || combine === "last")))
      return undefined;
    return this.#add(expression, combine);
  }

  #add(partial: Expression, combine: Function): Expression {
    const column = this.#name();
    this.#push(column, partial, { call: { function: combine, args: [{ column }] } });
    return { column };
  }

  #mean(of: Expression): Expression | undefined {
    const type = this.#numberType(of);
    if (type === undefined) return undefined;
    const sum = this.#add(new Expr(of).cast("f64").sum()[EXPRESSION], "sum");
    const count = this.#add(new Expr(of).count()[EXPRESSION], "sum");
    const mean = when(new Expr(count).gt(0))
      .then(new Expr(sum).div(new Expr(count)))
      .otherwise(lit(null));
    return mean.cast(type === "f32" ? "f32" : "f64")[EXPRESSION];
  }

  /**
   * Number, mean and sum of squared distances from it, which are put together as Chan, Golub and LeVeque do (Updating
   * formulae and a pairwise algorithm for computing sample variances, 1979).
   */
  #spread(name: "std" | "var", of: Expression, degrees: Expression | undefined): Expression | undefined {
    const type = this.#numberType(of);
    if (type === undefined || degrees === undefined) return undefined;
    const [countName, meanName, squaresName] = [this.#name(0), this.#name(1), this.#name(2)];
    const [count, mean, squares] = [col(countName), col(meanName), col(squaresName)];
    const values = new Expr(of).cast("f64");
    const weighted = mean.mul(count).sum().div(count.sum());
    const together = when(count.sum().gt(0)).then(weighted).otherwise(lit(null));
    const between = mean.minus(together).pow(2).mul(count).sum();
    this.#push(countName, values.count()[EXPRESSION], count.sum()[EXPRESSION]);
    this.#push(meanName, values.mean()[EXPRESSION], together[EXPRESSION]);
    this.#push(
      squaresName,
      values.var({ ddof: 0 }).mul(values.count())[EXPRESSION],
      squares.sum().add(between)[EXPRESSION],
    );
    const free = count.cast("f64").minus(new Expr(degrees));
    const variance = when(free.gt(0)).then(squares.div(free)).otherwise(lit(null));
    return (name === "std" ? variance.sqrt() : variance).cast(type === "f32" ? "f32" : "f64")[EXPRESSION];
  }

  #numberType(of: Expression): ColumnType | undefined {
    const type = this.#typeOf(of);
    return typeof type === "string" && NUMBER.test(type) ? type : undefined;
  }

  #name(ahead = 0): string {
    return `\u0000part ${this.partial.length + ahead}`;
  }

  #push(name: string, partial: Expression, combined: Expression): void {
    this.partial.push({ alias: { of: partial, name } });
    this.combined.push({ alias: { of: combined, name } });
  }
}
