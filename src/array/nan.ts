import type { ScalarValue } from "../dtype/index.js";
import { DTYPES } from "../dtype/index.js";
import type { Node } from "../graph/index.js";
import { apply, MapBuilder } from "./map.js";

/** The elements, with a number in the place of NaN. */
export function withoutNaN(node: Node, value: ScalarValue): Node {
  const { dtype } = node;
  const { kind } = DTYPES[dtype];
  if (kind !== "float" && kind !== "complex") return node;
  const builder = new MapBuilder();
  const x = builder.operand(node, dtype, "x");
  const isNaN = builder.apply("isnan", dtype, [x]);
  return builder.finish(
    "nan-to-num",
    dtype,
    builder.apply("where", dtype, [isNaN, builder.operand(value, dtype, "x"), x]),
  );
}

/** Whether elements are other than NaN. */
export function isNumber(node: Node): Node {
  return apply("isnumber", "equal", node.dtype, [node, node], "bool");
}
