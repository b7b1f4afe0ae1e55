import { checkOptions } from "../../check.js";
import { resultOf } from "../../dtype/index.js";
import { createNode, type Node } from "../../graph/index.js";
import { reshape } from "../arrange/reshape.js";
import { checkAxis } from "../shape.js";

/** A running sum or product along an axis; without one, of all elements in row-major order. */
export function scan(label: string, op: "sum" | "prod", x: Node, options: object): Node {
  checkOptions(options, "options", ["axis"]);
  const { axis } = options as { readonly axis?: unknown };
  const isFlat = axis === undefined && x.shape.length !== 1;
  const node = isFlat ? reshape(x, -1, { mergeChunks: true }) : x;
  const along = axis === undefined ? 0 : checkAxis(axis, "options.axis", x.shape.length);
  return createNode({
    label,
    kind: { scan: { op, axis: along } },
    dtype: resultOf("sum", node.dtype),
    grid: node.grid,
    inputs: [node],
  });
}
