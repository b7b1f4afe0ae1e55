import { checkOptions } from "../../check.js";
import { resultOf } from "../../dtype/index.js";
import { createNode, isPaired, type Node } from "../../graph/index.js";
import { reshape } from "../arrange/reshape.js";
import { runningProduct } from "../complex/products.js";
import { checkAxis } from "../shape.js";
import { whenKnown } from "../when-known.js";

/** A running sum or product along an axis; without one, of all elements in row-major order. */
export function scan(label: string, op: "sum" | "prod", x: Node, options: object): Node {
  checkOptions(options, "options", ["axis"]);
  const { axis } = options as { readonly axis?: unknown };
  const isFlat = axis === undefined && x.shape.length !== 1;
  const node = isFlat ? reshape(x, -1, { mergeChunks: true }) : x;
  const along = axis === undefined ? 0 : checkAxis(axis, "options.axis", x.shape.length);
  if (op === "prod" && isPaired(node)) {
    const unmeasured = { label, parameters: along, dtype: node.dtype, ndim: node.shape.length };
    return whenKnown([node], unmeasured, ([known = node]) => runningProduct(known, along));
  }
  return createNode({
    label,
    kind: { scan: { op, axis: along } },
    dtype: resultOf("sum", node.dtype),
    grid: node.grid,
    inputs: [node],
  });
}
