import { checkInteger } from "../check.js";
import { allocate, type DataOf, DTYPES, type DType } from "../dtype/index.js";
import type { Project } from "../generated/layers.js";
import type { Node } from "../graph/index.js";
import { moveaxis } from "./arrange/permute.js";
import { callBlocks } from "./call-blocks.js";
import { NDArray } from "./ndarray.js";
import { checkAxis } from "./shape.js";
import { wholeAlong } from "./statistics/along.js";
import { whenKnown } from "./when-known.js";

/** NaNs along an axis become the last element before them that is none; so many in a row at most. */
export function push(x: Node, n: unknown, axis: unknown): Node {
  const along = checkAxis(axis, "options.axis", x.shape.length);
  const limit = n === undefined ? Number.POSITIVE_INFINITY : checkInteger(n, "options.n", 0);
  if (DTYPES[x.dtype].kind !== "float") return x;
  const unmeasured = { label: "push", parameters: { limit, along }, dtype: x.dtype, ndim: x.shape.length };
  return whenKnown([x], unmeasured, ([known = x]) => pushKnown(known, limit, along));
}

function pushKnown(x: Node, limit: number, along: number): Node {
  const whole = moveaxis(wholeAlong(x, [along]), along, -1);
  const pushed = callBlocks({
    label: "push",
    called: (block: NDArray) => ofBlock(block, limit),
    reads: [{ node: whole, read: whole.grid.map((_, axis): Project => ({ axis })) }],
    dtype: x.dtype,
    grid: whole.grid,
  });
  return moveaxis(pushed, -1, along);
}

/** Fills along the last axis of a block of floats. */
function ofBlock(block: NDArray, limit: number): NDArray {
  const source = block.contiguous().data as DataOf<"float64">;
  const dtype: DType = block.dtype;
  const filled = allocate(dtype, source.length) as DataOf<"float64">;
  const length = block.shape.at(-1) ?? 1;
  for (let start = 0; start < source.length; start += length) {
    let last = -1;
    for (let place = start; place < start + length; place += 1) {
      const value = source[place] ?? Number.NaN;
      if (!Number.isNaN(value)) last = place;
      const isNear = last >= 0 && place - last <= limit;
      filled[place] = isNear ? (source[last] ?? Number.NaN) : value;
    }
  }
  return new NDArray(filled, [...block.shape], { dtype });
}
