import { isScalarValue } from "../../dtype/index.js";
import type { Op } from "../../generated/ops.js";
import { constant } from "../create.js";
import { LazyArray } from "../lazy-array.js";
import { cast, MapBuilder } from "../map.js";
import { operandOf } from "../operand.js";
import type { Operand } from "../types.js";

/** An operation of the engines on float64. */
export function apply(op: Op, values: readonly Operand[]): LazyArray<"float64"> {
  const builder = new MapBuilder();
  const args = values.map((value) => builder.operand(operandOf(value, "parameter"), "float64", "parameter"));
  return new LazyArray(
    builder.finish(op, "float64", builder.apply(op, "float64", args)),
  ) as LazyArray<"float64">;
}

/** The same elements as float64, whatever the parameters made of them. */
export function floats(x: LazyArray): LazyArray<"float64"> {
  return x.astype("float64");
}

/** A variable of mean 1 from one that is uniform in [0, 1); 1 - u is exact. */
export function exponentialOf(u: LazyArray): LazyArray {
  return complement(u).log().negative();
}

/** 1 less a number, exact for a uniform one. */
export function complement(u: LazyArray): LazyArray {
  return u.negative().add(1);
}

/** Uniform in (0, 1): moved from the beginnings of the cells towards their middles. */
export function middle(u: LazyArray): LazyArray {
  return u.multiply(1 - 2 ** -52).add(2 ** -54);
}

/** The difference of two parameters; of numbers a number. */
export function difference(a: Operand, b: Operand): Operand {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return asFloats(a).subtract(b);
}

/** The reciprocal of a parameter. */
export function reciprocal(a: Operand): Operand {
  return typeof a === "number" ? 1 / a : asFloats(a).reciprocal();
}

/** Half of a parameter. */
export function half(a: Operand): Operand {
  return typeof a === "number" ? a / 2 : asFloats(a).divide(2);
}

/** A parameter as an array of float64. */
export function asFloats(value: Operand): LazyArray<"float64"> {
  const operand = operandOf(value, "parameter");
  const node = isScalarValue(operand) ? constant(operand, "float64") : cast(operand, "float64");
  return new LazyArray(node) as LazyArray<"float64">;
}
