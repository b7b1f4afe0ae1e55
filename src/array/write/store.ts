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
import { defer, isPaired, isStoreHandle, type Node, partsOf, type StoreHandle } from "../../graph/index.js";
import { COMPUTE_OPTIONS, type ComputeOptions, computeNodes, computeOptionsOf } from "../compute.js";
import { constant } from "../create.js";
import { cast } from "../map.js";
import { NDArray } from "../ndarray.js";
import { type Index, readIndex } from "../selection.js";
import { formatShape } from "../shape.js";
import { allWritten, type WriteTime } from "./receipts.js";
import {
  checkApart,
  checkDType,
  checkFits,
  type PartNames,
  type StoredPart,
  storedPart,
  toStored,
} from "./to-stored.js";

/**
 * What arrays are stored to: an `NDArray`, of any strides, a typed array, or an array in a file that `openNpy`, `openRaw`,
 * `openHDF5` or `openZarr` has opened.
 */
export type StoreTarget = NDArray | TypedArray | StoreHandle;

/** How arrays are stored, and how the computation runs. */
export interface StoreOptions extends ComputeOptions, WriteTime {
  /** Which part of each target is written: a basic index without new axes. Default: all of it. */
  readonly regions?: readonly (readonly Index[])[] | undefined;
}

/** One array and where it goes. */
type Stored = { readonly node: Node } & ({ readonly view: NDArray } | { readonly part: StoredPart });

/**
 * Computes nodes in one run and puts each into its target, whose dtype it takes, once all have been computed. Files take
 * the place of what they were as a whole.
 */
export async function storeNodes(
  nodes: readonly Node[],
  targets: readonly unknown[],
  options: StoreOptions,
): Promise<void> {
  const stored = readTargets(nodes, targets, options);
  const wanted = stored.map(wantedOf);
  const results = await computeNodes(wanted, computeOptionsOf(options));
  for (const [number, entry] of stored.entries()) if ("view" in entry) copy(entry.view, results[number]);
}

/** A truth value that has stored nodes when it is computed. */
export function storeLater(nodes: readonly Node[], targets: readonly unknown[], options: StoreOptions): Node {
  const stored = readTargets(nodes, targets, options);
  return allWritten(stored.map((entry) => ("view" in entry ? copyLater(entry) : wantedOf(entry))));
}

/** What is computed: elements that go to memory, or whether they were written. */
function wantedOf(stored: Stored): Node {
  return "view" in stored ? stored.node : toStored(stored.node, stored.part);
}

function readTargets(nodes: readonly Node[], targets: readonly unknown[], options: StoreOptions): Stored[] {
  checkOptions(options, "options", ["regions", "compute", ...COMPUTE_OPTIONS]);
  const { regions } = options;
  if (targets.length !== nodes.length)
    throw invalid(`${nodes.length} targets, one for each array`, "targets", targets);
  if (regions !== undefined && (!Array.isArray(regions) || regions.length !== nodes.length)) {
    throw invalid(`${nodes.length} regions, one for each array`, "options.regions", regions);
  }
  const stored = nodes.map((node, number) =>
    readTarget(node, targets[number], regions?.[number], {
      target: `targets[${number}]`,
      region: `options.regions[${number}]`,
    }),
  );
  checkApart(stored.flatMap((entry) => ("part" in entry ? [entry.part] : [])));
  return stored;
}

function readTarget(
  node: Node,
  target: unknown,
  region: readonly Index[] | undefined,
  names: PartNames,
): Stored {
  if (isStoreHandle(target)) {
    checkDType(node, target, names.target);
    const part = storedPart(target, region ?? ["..."], names);
    if (!node.shape.some(Number.isNaN)) checkFits(node, part.shape, names.target);
    return { node, part };
  }
  const whole = viewOf(target, names.target);
  const view = region === undefined ? whole : partOf(whole, region, names.region);
  if (!node.shape.some(Number.isNaN)) checkFits(node, view.shape, names.target);
  return { node: cast(node, view.dtype), view };
}

/** Counts the copies that wait, so that each is told from others. */
let copies = 0;

/** Copies to memory when it is computed. */
function copyLater({ node, view }: { readonly node: Node; readonly view: NDArray }): Node {
  copies += 1;
  return defer({
    label: "store",
    parameters: copies,
    dtype: "bool",
    axes: [],
    inputs: [node],
    reads: [0],
    build: ([known = node]) => {
      const { buffer } = isPaired(known) ? partsOf(known)[0] : known;
      if (buffer === undefined) throw new BrambleError("INTERNAL", `${known.name} is not in memory`);
      copy(view, new NDArray(buffer, known.shape, { dtype: known.dtype }));
      return constant(true, "bool");
    },
  });
}

function viewOf(target: unknown, name: string): NDArray {
  if (target instanceof NDArray) return target;
  if (dtypeOfData(target) !== undefined) return new NDArray(target as TypedArray);
  throw invalid("an NDArray, a typed array or an open file's array", name, target);
}

/** A part of an array, over the same memory. */
function partOf(view: NDArray, region: readonly Index[], name: string): NDArray {
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
