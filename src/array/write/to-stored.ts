import { BrambleError } from "../../errors.js";
import { invalid } from "../../check.js";
import { isComplex } from "../../dtype/index.js";
import type { Grid, Selection, Store } from "../../generated/layers.js";
import {
  isPaired,
  longestChunk,
  type Node,
  regularAxis,
  sliceAxis,
  STORE,
  type StoreHandle,
  twiceLast,
} from "../../graph/index.js";
import { isRemote } from "../../remote.js";
import { cast } from "../map.js";
import { gather } from "../rechunk.js";
import { select } from "../select.js";
import { pickOf, readIndex, selectAll, type Taken } from "../selection.js";
import { formatShape } from "../shape.js";
import { pairsOf, turnsAlongLast, whenKnown, writeSelected } from "./receipts.js";

/** Part of an array in a file. */
export interface StoredPart {
  readonly handle: StoreHandle;
  /** What is taken of each axis, forwards. */
  readonly taken: readonly Span[];
  /** Axes of the part that the index takes backwards. */
  readonly backwards: readonly number[];
  readonly shape: readonly number[];
  /** How errors call the target. */
  readonly name: string;
}

type Span = Exclude<Taken, { readonly kind: "newAxis" }>;

/**
 * The part of an array in a file that a region is.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT` for a store that takes no other elements, and a region that is none;
 *   `OUT_OF_BOUNDS`.
 */
export function storedPart(handle: StoreHandle, region: readonly unknown[], names: PartNames): StoredPart {
  checkChangeable(handle, names.target);
  if (!Array.isArray(region)) throw invalid("a list of integers and slices", names.region, region);
  const taken = readIndex(region, handle.shape).map((entry): Span => {
    if (entry.kind !== "newAxis") return entry;
    throw invalid("an index without new axes", names.region, region);
  });
  const slices = taken.filter((entry) => entry.kind === "slice");
  return {
    handle,
    taken: taken.map(forwards),
    backwards: slices.flatMap(({ step }, axis) => (step < 0 ? [axis] : [])),
    shape: slices.map(({ count }) => count),
    name: names.target,
  };
}

/** How errors call a target and what is taken of it. */
export interface PartNames {
  readonly target: string;
  readonly region: string;
}

function forwards(taken: Span): Span {
  if (taken.kind === "index" || taken.step > 0) return taken;
  const { axis, start, step, count } = taken;
  return { kind: "slice", axis, start: count === 0 ? 0 : start + (count - 1) * step, step: -step, count };
}

function checkChangeable(handle: StoreHandle, name: string): void {
  const { store } = handle[STORE]();
  const path = pathOf(handle);
  // What is in an archive has a checksum elsewhere in it.
  const isMember = "raw" in store && (handle as { name?: unknown }).name !== path;
  const isOne = ("raw" in store && !isMember) || "zarr" in store || "hdf5" in store;
  if (isOne && !isRemote(path)) return;
  throw new BrambleError(
    "INVALID_ARGUMENT",
    `\`${name}\` takes no other elements: those that do are .npy and raw files, HDF5 datasets and Zarr arrays on this machine`,
  );
}

/** The node that writes another to a part of a file, in the file's dtype. */
export function toStored(elements: Node, part: StoredPart): Node {
  const { handle, backwards, name } = part;
  const { store } = handle[STORE]();
  return whenKnown(cast(elements, handle.dtype), [store, part.taken, backwards], (known) => {
    checkFits(known, part.shape, name);
    const isTurned = backwards.length > 0;
    const index = known.shape.map((_, axis) => (backwards.includes(axis) ? "::-1" : ":"));
    const forward = isTurned ? select(known, index) : known;
    const aligned = gather(forward, alignedGrid(forward.grid, part, unitsOf(handle, store)));
    return writeStored(aligned, part, store);
  });
}

function writeStored(elements: Node, { handle, taken, name }: StoredPart, store: Store): Node {
  const { shape } = handle;
  const selection = taken.map(pickOf);
  if (!isPaired(elements)) return writeSelected(elements, { stored: store }, { shape, selection });
  if (!("zarr" in store)) {
    if ("raw" in store && store.raw.fortran) {
      throw new BrambleError(
        "UNSUPPORTED_DTYPE",
        `Complex elements are not written where the first axis runs fastest, as in \`${name}\``,
      );
    }
    const all = { shape: [...shape, 2], selection: [...selection, ...selectAll(1)] };
    return writeSelected(pairsOf(elements), { stored: store }, all);
  }
  const zarr = { ...store.zarr, chunks: twiceLast(store.zarr.chunks) };
  return writeSelected(
    turnsAlongLast(elements),
    { stored: { zarr } },
    { shape: twiceLast(shape), selection: twiceSelected(selection, name) },
  );
}

/** The selection of both parts of complex elements that take turns along the last axis. */
function twiceSelected(selection: Selection, name: string): Selection {
  const last = selection.at(-1);
  if (typeof last === "object" && "slice" in last && last.slice.step === 1) {
    return [...selection.slice(0, -1), { slice: { start: 2 * last.slice.start, step: 1 } }];
  }
  throw new BrambleError(
    "INVALID_ARGUMENT",
    `Complex elements of Zarr's format are written to neighbours along the last axis only; that of \`${name}\` has an index or a step`,
  );
}

/** Elements along each axis of what is encoded as a whole; undefined where each element is by itself. */
function unitsOf(handle: StoreHandle, store: Store): readonly number[] | undefined {
  if (!("zarr" in store)) return handle.chunks ?? undefined;
  const { chunks, shards } = store.zarr;
  return chunks.map((length, axis) => length * (shards?.counts[axis] ?? 1));
}

/** A grid near that of the elements, so that each chunk of the file gets its elements at once. */
function alignedGrid(grid: Grid, { handle, taken }: StoredPart, units: readonly number[] | undefined): Grid {
  if (units === undefined) return grid;
  const slices = taken.filter((entry) => entry.kind === "slice");
  return slices.map(({ axis, start, step, count }, number) => {
    const own = grid[number] ?? [];
    const unit = units[axis] ?? 1;
    const chunks = Math.max(1, Math.floor((longestChunk(own) * step) / unit));
    return sliceAxis(regularAxis(handle.shape[axis] ?? 0, chunks * unit), start, step, count);
  });
}

/** Refuses elements that are more or fewer than their target has. */
export function checkFits(node: Pick<Node, "shape">, shape: readonly number[], name: string): void {
  const fits = node.shape.length === shape.length && node.shape.every((n, axis) => n === shape[axis]);
  if (fits) return;
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `An array of shape ${formatShape(node.shape)} does not fit \`${name}\`, whose shape is ${formatShape(shape)}`,
  );
}

/**
 * Refuses parts that have elements in common: which would be written last is not told.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT`.
 */
export function checkApart(parts: readonly StoredPart[]): void {
  const earlier = new Map<string, StoredPart[]>();
  for (const part of parts) {
    const key = placeOf(part.handle);
    const others = earlier.get(key) ?? [];
    const met = others.find((other) => isMet(other, part));
    if (met !== undefined) {
      throw new BrambleError(
        "INVALID_ARGUMENT",
        `The regions of \`${met.name}\` and \`${part.name}\` have elements in common`,
      );
    }
    earlier.set(key, [...others, part]);
  }
}

/** Equal for handles of the same array. */
function placeOf(handle: StoreHandle): string {
  const { store } = handle[STORE]();
  return "hdf5" in store ? `${store.hdf5.path}:${store.hdf5.dataset}` : pathOf(handle);
}

/** The path or URL of what a handle is of, if it is one of files. */
function pathOf(handle: StoreHandle): string {
  const { store } = handle[STORE]();
  if ("hdf5" in store) return store.hdf5.path;
  return "zarr" in store ? store.zarr.path : "raw" in store ? store.raw.path : "";
}

function isMet(a: StoredPart, b: StoredPart): boolean {
  return a.taken.every((entry, axis) => {
    const other = b.taken[axis];
    return other !== undefined && haveCommon(progression(entry), progression(other));
  });
}

interface Progression {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

function progression(taken: Span): Progression {
  return taken.kind === "index" ? { start: taken.at, step: 1, count: 1 } : taken;
}

/** Whether two rows of evenly spaced positions have one in common. */
function haveCommon(a: Progression, b: Progression): boolean {
  const first = Math.max(a.start, b.start);
  const last = Math.min(a.start + (a.count - 1) * a.step, b.start + (b.count - 1) * b.step);
  // Of those of the wider steps no more have to be tried than the other's step is long: then they repeat.
  const [wide, narrow] = a.step >= b.step ? [a, b] : [b, a];
  const from = wide.start + Math.max(0, Math.ceil((first - wide.start) / wide.step)) * wide.step;
  for (let tried = 0; tried < narrow.step; tried += 1) {
    const at = from + tried * wide.step;
    if (at > last) return false;
    if ((at - narrow.start) % narrow.step === 0) return true;
  }
  return false;
}

/** Whether elements of a dtype are written to a store of another; complex ones only to complex ones. */
export function checkDType(node: Node, handle: StoreHandle, name: string): void {
  if (!isComplex(node.dtype) || isComplex(handle.dtype)) return;
  throw new BrambleError(
    "UNSUPPORTED_DTYPE",
    `\`${name}\` has dtype ${handle.dtype} and takes no ${node.dtype}; write array.real(x) or array.imag(x)`,
  );
}
