import { invalid } from "../check.js";
import {
  type DType,
  defaultDType,
  isScalarValue,
  promote,
  promoteWeak,
  type ScalarValue,
  weightOf,
} from "../dtype/index.js";
import type { Node } from "../graph/index.js";
import { constant } from "./create.js";
import { memorySource } from "./memory-source.js";
import { NDArray } from "./ndarray.js";

/** Key under which a lazy array keeps its node; the same in every copy of the package. */
export const NODE: unique symbol = Symbol.for("bramble.node");

/** A collection over a node. */
export interface HasNode {
  readonly [NODE]: Node;
}

/** Whether a value is a lazy array. */
export function hasNode(value: unknown): value is HasNode {
  return typeof value === "object" && value !== null && NODE in value;
}

/** Checks for a lazy array and gives its node. */
export function nodeOf(value: unknown, name: string): Node {
  if (hasNode(value)) return value[NODE];
  throw invalid("a lazy array", name, value);
}

/** An operand as a node, or as the number it is. */
export function operandOf(value: unknown, name: string): Node | ScalarValue {
  if (hasNode(value)) return value[NODE];
  if (value instanceof NDArray) return memorySource(value, "auto");
  if (isScalarValue(value)) return value;
  const hint = Array.isArray(value) || ArrayBuffer.isView(value) ? " (wrap data in array.fromArray)" : "";
  throw invalid(`an array, number, bigint or boolean${hint}`, name, value);
}

/** Operands of which at least one is an array, and the dtype they have in common. */
export interface Promoted {
  readonly operands: readonly (Node | ScalarValue)[];
  readonly dtype: DType;
}

/** Finds the dtype of operands as NumPy does: arrays decide, numbers outside of arrays adapt. */
export function promoteOperands(values: readonly (Node | ScalarValue)[]): Promoted {
  const [first, ...rest] = values;
  const isAllNumbers = values.every(isScalarValue);
  const operands =
    isAllNumbers && isScalarValue(first) ? [constant(first, defaultDType(first)), ...rest] : values;
  const arrays = operands.flatMap((operand) => (isScalarValue(operand) ? [] : [operand.dtype]));
  const dtype = operands.filter(isScalarValue).map(weightOf).reduce(promoteByWeight, arrays.reduce(promote));
  return { operands, dtype };
}

function promoteByWeight(dtype: DType, weight: ReturnType<typeof weightOf>): DType {
  return weight === "bool" ? promote(dtype, "bool") : promoteWeak(dtype, weight);
}
