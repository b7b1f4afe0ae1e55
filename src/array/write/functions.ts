import { invalid } from "../../check.js";
import type { Node } from "../../graph/index.js";
import { LazyArray } from "../lazy-array.js";
import { nodeOf } from "../operand.js";
import { allWritten, computeWrites, isLater } from "./receipts.js";
import { type StoreOptions, type StoreTarget, storeNodes } from "./store.js";
import { toHDF5 as toHDF5Node, type ToHDF5Options } from "./to-hdf5.js";

/**
 * Computes several arrays into memory that is there, in one run; `options.regions` says which part of each target.
 *
 * @throws {BrambleError} `SHAPE_MISMATCH`.
 * @example
 * await array.store([x, x.sum({ axis: 0 })], [whole, sums], { regions: [["0:10", ":"], [":"]] });
 */
export async function store(
  arrays: readonly LazyArray[],
  targets: readonly StoreTarget[],
  options: StoreOptions = {},
): Promise<void> {
  const isList = Array.isArray(arrays) && Array.isArray(targets);
  if (!isList) throw invalid("lists of arrays and of targets", "arrays", arrays);
  await storeNodes(
    arrays.map((x, number) => nodeOf(x, `arrays[${number}]`)),
    targets,
    options,
  );
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
