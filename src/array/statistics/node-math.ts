import { isScalarValue, type ScalarValue } from "../../dtype/index.js";
import type { Node } from "../../graph/index.js";
import { elementwise } from "../elementwise.js";
import { NODE } from "../operand.js";
import { BINARY, UNARY } from "../operations.js";
import { reduce } from "../reduce.js";
import { REDUCTIONS } from "../reductions.js";

/** An operation of one array. */
export function unary(name: keyof typeof UNARY, x: Node): Node {
  return elementwise(name, UNARY[name], [{ [NODE]: x }]);
}

/** An operation of two arrays, or of an array and a number. */
export function binary(name: keyof typeof BINARY, a: Node | ScalarValue, b: Node | ScalarValue): Node {
  return elementwise(name, BINARY[name], [a, b].map(asOperand));
}

/** A reduction of the table. */
export function reduction(name: keyof typeof REDUCTIONS, x: Node, options: object): Node {
  return reduce(name, REDUCTIONS[name], x, options);
}

function asOperand(value: Node | ScalarValue): unknown {
  return isScalarValue(value) ? value : { [NODE]: value };
}
