import type { Node } from "../graph/index.js";
import { MapBuilder } from "./map.js";
import { operandOf, promoteOperands } from "./operand.js";

/** The elements of `a` where the condition is other than 0, those of `b` elsewhere. */
export function where(condition: unknown, a: unknown, b: unknown): Node {
  const test = operandOf(condition, "condition");
  const { operands, dtype } = promoteOperands([operandOf(a, "a"), operandOf(b, "b")]);
  const builder = new MapBuilder();
  const choices = operands.map((operand, index) => builder.operand(operand, dtype, index === 0 ? "a" : "b"));
  const args = [builder.operand(test, "bool", "condition"), ...choices];
  return builder.finish("where", dtype, builder.apply("where", dtype, args));
}
