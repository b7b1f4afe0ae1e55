import { DTYPES, isComplex } from "../../dtype/index.js";
import type { Node } from "../../graph/index.js";
import { concatenateNodes } from "../arrange/concatenate.js";
import { reshape } from "../arrange/reshape.js";
import { compress } from "../compress.js";
import { constant, full } from "../create.js";
import { flatNonzero } from "../masks.js";
import { select } from "../select.js";
import { Slice } from "../slice.js";
import { diff } from "../statistics/diff.js";
import { binary, unary } from "../statistics/node-math.js";
import { topk } from "../statistics/top.js";
import { whenKnown } from "../when-known.js";
import { find, sorted } from "./search.js";
import { addAxes } from "../arrange/dims.js";

/** What can be known of the different elements of an array. */
export interface UniqueParts {
  /** The elements, ascending. */
  readonly values: Node;
  /** Where each occurs first, in row-major order. */
  readonly index: Node;
  /** Which of them each element of the array is. */
  readonly inverse: Node;
  /** How often each occurs. */
  readonly counts: Node;
}

/** The different elements of an array; all NaNs are one. */
export function unique(x: Node): UniqueParts {
  const later = <K extends keyof UniqueParts>(name: K, dtype: UniqueParts[K]["dtype"], ndim: number): Node =>
    whenKnown(
      [x],
      { label: "unique", parameters: name, dtype, ndim },
      ([known = x]) => uniqueKnown(known)[name],
    );
  return {
    values: later("values", x.dtype, 1),
    index: later("index", "int64", 1),
    inverse: later("inverse", "int64", x.shape.length),
    counts: later("counts", "int64", 1),
  };
}

function uniqueKnown(x: Node): UniqueParts {
  const flat = x.shape.length === 1 ? x : reshape(x, -1, { mergeChunks: true });
  const [length = 0] = flat.shape;
  if (length === 0) {
    const none = full("unique", [0], 0, { dtype: "int64" }, "int64");
    return {
      values: flat,
      index: none,
      inverse: reshape(none, x.shape, { mergeChunks: true }),
      counts: none,
    };
  }
  const all = sorted(flat);
  const isFirst = concatenateNodes([addAxes(constant(true, "bool"), 1, [0]), differs(all, x)], 0);
  const values = compress(all, isFirst, 0);
  const places = topk("unique", true, flat, -length, { axis: 0 });
  const ends = addAxes(constant(BigInt(length), "int64"), 1, [0]);
  return {
    values,
    index: compress(places, isFirst, 0),
    inverse: whenKnown(
      [values, x],
      { label: "unique", parameters: "inverse", dtype: "int64", ndim: x.shape.length },
      ([known = values, elements = x]) => find(elements, known, false),
    ),
    counts: diff(concatenateNodes([flatNonzero(isFirst), ends], 0), {}),
  };
}

/** Whether each sorted element but the first is another than the one before. */
function differs(all: Node, { dtype }: Node): Node {
  const [later, before] = [select(all, [new Slice(1, null, 1)]), select(all, [new Slice(0, -1, 1)])];
  const isOther = binary("notEqual", later, before);
  if (DTYPES[dtype].kind !== "float" && !isComplex(dtype)) return isOther;
  const isNaN = binary("logicalAnd", unary("isnan", later), unary("isnan", before));
  return binary("logicalAnd", isOther, unary("logicalNot", isNaN));
}
