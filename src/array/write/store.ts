import { checkOptions, invalid } from "../../check.js";
import {
  copyItem,
  type DType,
  dtypeOfData,
  type ItemOf,
  type TypedArray,
  writeItem,
} from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import type { Node } from "../../graph/index.js";
import { COMPUTE_OPTIONS, type ComputeOptions, computeNodes, computeOptionsOf } from "../compute.js";
import { cast } from "../map.js";
import { NDArray } from "../ndarray.js";
import { type Index, readIndex } from "../selection.js";
import { formatShape } from "../shape.js";

/** Memory that arrays are stored to: an `NDArray`, of any strides, or a typed array. */
export type StoreTarget = NDArray | TypedArray;

/** How arrays are stored, and how the computation runs. */
export interface StoreOptions extends ComputeOptions {
  /** Which part of each target is written: a basic index without new axes. Default: all of it. */
  readonly regions?: readonly (readonly Index[])[] | undefined;
}

/** Computes nodes in one run and copies each to its target, whose dtype it takes, once all have been computed. */
export async function storeNodes(
  nodes: readonly Node[],
  targets: readonly unknown[],
  options: StoreOptions,
): Promise<void> {
  checkOptions(options, "options", ["regions", ...COMPUTE_OPTIONS]);
  const { regions } = options;
  if (targets.length !== nodes.length)
    throw invalid(`${nodes.length} targets, one for each array`, "targets", targets);
  if (regions !== undefined && (!Array.isArray(regions) || regions.length !== nodes.length)) {
    throw invalid(`${nodes.length} regions, one for each array`, "options.regions", regions);
  }
  const views = targets.map((target, number) => {
    const view = viewOf(target, `targets[${number}]`);
    const region = regions?.[number];
    return region === undefined ? view : part(view, region, `options.regions[${number}]`);
  });
  const casts = nodes.map((node, number) => fit(node, views[number], `targets[${number}]`));
  const results = await computeNodes(casts, computeOptionsOf(options));
  for (const [number, view] of views.entries()) copy(view, results[number]);
}

function viewOf(target: unknown, name: string): NDArray {
  if (target instanceof NDArray) return target;
  if (dtypeOfData(target) !== undefined) return new NDArray(target as TypedArray);
  throw invalid("an NDArray or a typed array", name, target);
}

/** A part of an array, over the same memory. */
function part(view: NDArray, region: readonly Index[], name: string): NDArray {
  if (!Array.isArray(region)) throw invalid("a list of integers and slices", name, region);
  let { offset } = view;
  const shape: number[] = [];
  const strides: number[] = [];
  for (const taken of readIndex(region, view.shape)) {
    if (taken.kind === "newAxis") throw invalid("an index without new axes", name, region);
    const stride = view.strides[taken.axis] ?? 0;
    if (taken.kind === "index") {
      offset += taken.at * stride;
      continue;
    }
    offset += taken.start * stride;
    shape.push(taken.count);
    strides.push(taken.step * stride);
  }
  return new NDArray<DType>(view.data, shape, { dtype: view.dtype, strides, offset });
}

function fit(node: Node, view: NDArray | undefined, name: string): Node {
  if (view === undefined) return node;
  const fits =
    node.shape.length === view.shape.length && node.shape.every((n, axis) => n === view.shape[axis]);
  if (fits || node.shape.some(Number.isNaN)) return cast(node, view.dtype);
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `An array of shape ${formatShape(node.shape)} does not fit \`${name}\`, whose shape is ${formatShape(view.shape)}`,
  );
}

/** Copies a result, an array in row-major order or a number, to where it belongs. */
function copy(to: NDArray, result: unknown): void {
  const from = result instanceof NDArray ? result : undefined;
  if (from !== undefined && from.size !== to.size) {
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `An array that turned out to have shape ${formatShape(from.shape)} does not fit a target of ${formatShape(to.shape)}`,
    );
  }
  if (from === undefined) {
    writeItem(to.data, to.dtype, to.offset, result as ItemOf<DType>);
    return;
  }
  copyAxis(to, from.contiguous().data, { axis: 0, to: to.offset, from: 0 });
}

/** Copies what lies behind a place along an axis and those behind it; gives the place behind what it has read. */
function copyAxis(to: NDArray, data: TypedArray, place: { axis: number; to: number; from: number }): number {
  const { axis } = place;
  const [length = 0, stride = 0] = [to.shape[axis], to.strides[axis]];
  let { from } = place;
  for (let index = 0; index < length; index += 1) {
    const at = place.to + index * stride;
    if (axis < to.ndim - 1) {
      from = copyAxis(to, data, { axis: axis + 1, to: at, from });
    } else {
      copyItem(to.dtype, to.data, at, data, from);
      from += 1;
    }
  }
  return from;
}
