import { invalid } from "../../check.js";
import type { DType } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import type { LazyArray } from "../lazy-array.js";
import { formatShape } from "../shape.js";
import type { Operand, Rank } from "../types.js";
import { asLazy, choose, convert } from "./build.js";

/** Refuses a condition that has not the shape of an array, and does not broadcast to it. */
function checkCondition({ shape }: LazyArray, condition: Operand, index: number): void {
  const given = asLazy(condition, `conditions[${index}]`).shape;
  const fits = given.every((length, axis) => {
    const own = shape.at(axis - given.length) ?? Number.POSITIVE_INFINITY;
    return length === 1 || length === own || Number.isNaN(length) || Number.isNaN(own);
  });
  if (given.length <= shape.length && fits) return;
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `\`conditions[${index}]\` of shape ${formatShape(given)} does not fit \`x\` of shape ${formatShape(shape)}`,
  );
}

/** What a piece of `piecewise` is: a value, an array that broadcasts, or a function of `x`. */
export type Piece<D extends DType, R extends Rank> = Operand | ((x: LazyArray<D, R>) => Operand);

/**
 * The elements of the choice whose condition is the first to hold, and `fallback` (default 0) where none does.
 *
 * @example
 * array.select([x.less(3), x.greater(5)], [x, x.square()], 42);
 */
export function select(
  conditions: readonly Operand[],
  choices: readonly Operand[],
  fallback: Operand = 0,
): LazyArray {
  if (!Array.isArray(conditions) || conditions.length === 0) {
    throw invalid("a list of conditions", "conditions", conditions);
  }
  if (!Array.isArray(choices) || choices.length !== conditions.length) {
    throw invalid(`${conditions.length} choices, one for each condition`, "choices", choices);
  }
  return conditions.reduceRight<LazyArray>(
    (otherwise, condition, index) => choose(condition, choices[index], otherwise),
    asLazy(fallback, "fallback"),
  );
}

/**
 * A function that is defined piece by piece. Where several conditions hold the last one counts; where none does the
 * piece behind the last condition, or 0. The result has the dtype of `x`.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH` for conditions that do not broadcast to the shape of `x`.
 * @example
 * array.piecewise(x, [x.less(0), x.greaterEqual(0)], [(x) => x.negative(), 7]);
 */
export function piecewise<D extends DType, R extends Rank>(
  x: LazyArray<D, R>,
  conditions: readonly Operand[],
  pieces: readonly Piece<D, R>[],
): LazyArray<D, R> {
  const array = asLazy(x, "x");
  if (!Array.isArray(conditions)) throw invalid("a list of conditions", "conditions", conditions);
  const count = conditions.length;
  if (!Array.isArray(pieces) || (pieces.length !== count && pieces.length !== count + 1)) {
    throw invalid(`${count} or ${count + 1} pieces`, "pieces", pieces);
  }
  for (const [index, condition] of conditions.entries()) checkCondition(array, condition, index);
  const valueOf = (piece: Piece<D, R>): LazyArray =>
    convert(asLazy(typeof piece === "function" ? piece(x) : piece, "pieces"), array.dtype);
  return conditions.reduce<LazyArray>(
    (otherwise, condition, index) => choose(condition, valueOf(pieces[index] as Piece<D, R>), otherwise),
    valueOf((pieces[count] ?? 0) as Piece<D, R>),
  ) as LazyArray<D, R>;
}
