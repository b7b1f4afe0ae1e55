import { checkInteger, checkOptions } from "../../check.js";
import type { Node } from "../../graph/index.js";
import { select } from "../select.js";
import { checkAxis } from "../shape.js";
import { Slice } from "../slice.js";
import { binary } from "./node-math.js";

/** The differences between neighbours along an axis, `n` times; of bools whether they differ. */
export function diff(x: Node, options: object): Node {
  checkOptions(options, "options", ["n", "axis"]);
  const { n = 1, axis = -1 } = options as { readonly n?: unknown; readonly axis?: unknown };
  const along = checkAxis(axis, "options.axis", x.shape.length);
  let result = x;
  for (let times = checkInteger(n, "options.n", 0); times > 0; times -= 1) {
    if (result.shape[along] === 0) break;
    const part = (start: number, stop: number | null): Node =>
      select(
        result,
        result.shape.map((_, number) => (number === along ? new Slice(start, stop, 1) : ":")),
      );
    const [later, earlier] = [part(1, null), part(0, -1)];
    result = binary(x.dtype === "bool" ? "notEqual" : "subtract", later, earlier);
  }
  return result;
}
