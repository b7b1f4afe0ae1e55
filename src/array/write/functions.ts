import { invalid } from "../../check.js";
import type { Node } from "../../graph/index.js";
import { LazyArray } from "../lazy-array.js";
import { nodeOf } from "../operand.js";
import { allWritten, computeWrites, isLater } from "./receipts.js";
import { type StoreOptions, type StoreTarget, storeLater, storeNodes } from "./store.js";
import { toNpz as npzNodes, type ToNpzOptions } from "./to-npz.js";
import { toHDF5 as toHDF5Node, type ToHDF5Options } from "./to-hdf5.js";

/**
 * Computes several arrays into memory or files that are there, in one run; `options.regions` says which part of each
 * target. Each takes its target's dtype. Memory is written when all has been computed; a file is copied, its copy gets the
 * elements and takes its place in the end, so that a run that fails or is killed leaves what was. What is stored to several
 * regions of a file is best stored in one call: it is copied once then. Regions of a file must have nothing in common.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH`, `OUT_OF_BOUNDS`; `INVALID_FILE` if somebody else changed the file meanwhile.
 * @example
 * await array.store([x, x.sum({ axis: 0 })], [openNpy("x.npy"), sums], { regions: [["0:10", ":"], [":"]] });
 */
export function store(
  arrays: readonly LazyArray[],
  targets: readonly StoreTarget[],
  options: StoreOptions & { readonly compute: false },
): LazyArray<"bool", "scalar">;
export function store(
  arrays: readonly LazyArray[],
  targets: readonly StoreTarget[],
  options?: StoreOptions,
): Promise<void>;
export function store(arrays: unknown, targets: unknown, options: StoreOptions = {}): unknown {
  const read = (): readonly [Node[], readonly unknown[]] => {
    if (!Array.isArray(arrays) || !Array.isArray(targets))
      throw invalid("lists of arrays and of targets", "arrays", arrays);
    return [arrays.map((x, number) => nodeOf(x, `arrays[${number}]`)), targets];
  };
  return isLater(options) ? new LazyArray(storeLater(...read(), options)) : storeNow(read, options);
}

async function storeNow(
  read: () => readonly [Node[], readonly unknown[]],
  options: StoreOptions,
): Promise<void> {
  await storeNodes(...read(), options);
}

/**
 * Computes several arrays into one `.npz` file, in one run: what they have in common is computed once. `arrays` has them by
 * their names. The file has the arrays as they are, or compressed if `options.compressed` says so, and is put in place when
 * all are written.
 *
 * @throws {BrambleError} `FILE_EXISTS` if a file is there and `overwrite` is not set; `FILE_ACCESS`, `DISK_FULL`.
 * @example
 * await array.toNpz("data.npz", { x, means: x.mean({ axis: 0 }) });
 */
export function toNpz(
  path: string,
  arrays: Readonly<Record<string, LazyArray>>,
  options: ToNpzOptions & { readonly compute: false },
): LazyArray<"bool", "scalar">;
export function toNpz(
  path: string,
  arrays: Readonly<Record<string, LazyArray>>,
  options?: ToNpzOptions,
): Promise<void>;
export function toNpz(path: string, arrays: unknown, options: ToNpzOptions = {}): unknown {
  const build = (): Node[] => npzNodes(path, arrays, options);
  return isLater(options) ? new LazyArray(allWritten(build())) : computeWrites(build, options);
}

/**
 * Computes several arrays into datasets of one HDF5 file, in one run: what they have in common is computed once, and
 * either all appear or none. `arrays` has them by their paths in the file.
 *
 * @throws {BrambleError} as the method of one array does.
 * @example
 * await array.toHDF5("out.h5", { "/x": x, "/means/rows": x.mean({ axis: 0 }) }, { compression: "gzip" });
 */
export function toHDF5(
  path: string,
  arrays: Readonly<Record<string, LazyArray>>,
  options: ToHDF5Options & { readonly compute: false },
): LazyArray<"bool", "scalar">;
export function toHDF5(
  path: string,
  arrays: Readonly<Record<string, LazyArray>>,
  options?: ToHDF5Options,
): Promise<void>;
export function toHDF5(path: string, arrays: unknown, options: ToHDF5Options = {}): unknown {
  const build = (): Node[] => datasetNodes(path, arrays, options);
  return isLater(options) ? new LazyArray(allWritten(build())) : computeWrites(build, options);
}

/** The nodes that write arrays to datasets. */
function datasetNodes(path: string, arrays: unknown, options: ToHDF5Options): Node[] {
  if (typeof arrays !== "object" || arrays === null) throw invalid("a record of arrays", "arrays", arrays);
  return Object.entries(arrays).map(([dataset, x]) =>
    toHDF5Node(nodeOf(x, `arrays[${JSON.stringify(dataset)}]`), path, dataset, options),
  );
}
