import type { Metadata } from "h5wasm/node";
import { type DType, DTYPES, viewBytes } from "../../../dtype/index.js";
import { BrambleError } from "../../../errors.js";
import type { HDF5DatasetNode, HDF5Filter } from "../../engine.js";
import { describeType, elementType } from "./element-type.js";
import type { Library, OpenFile } from "./library.js";
import { home } from "./locate.js";

/** What is known of a dataset without reading it. */
export interface Description extends HDF5DatasetNode {
  /** Filters by their registered numbers. */
  readonly filterIds: readonly number[];
}

/** Names of the filters that HDF5 or h5py brings, and of the plugins that people use. */
const FILTERS: { readonly [id: number]: string } = {
  1: "gzip",
  2: "shuffle",
  3: "fletcher32",
  4: "szip",
  5: "nbit",
  6: "scaleoffset",
  307: "bzip2",
  32000: "lzf",
  32001: "blosc",
  32004: "lz4",
  32008: "bitshuffle",
  32013: "zfp",
  32015: "zstd",
  32017: "sz",
  32026: "blosc2",
};

/** Describes a dataset. */
export function describeDataset(library: Library, file: OpenFile, name: string): Description {
  const { module } = library;
  const metadata: Metadata = module.get_dataset_metadata(file.id, name);
  const dtype = elementType(metadata);
  const called = `the dataset ${JSON.stringify(name)} of ${file.path}`;
  if (dtype === undefined) {
    const supported = "bool, int8 to int64, uint8 to uint64, float32 and float64";
    const found = `${called} has elements of type ${describeType(metadata)}`;
    throw new BrambleError("UNSUPPORTED_DTYPE", `${found}; supported are ${supported}`);
  }
  const { shape, chunks } = metadata;
  if (shape === null) throw new BrambleError("CORRUPT_DATA", `${called} cannot be read: it has no shape`);
  const stored = module.get_dataset_filters(file.id, name);
  const place = home(library, file, name);
  const { layout, fill } = place.file.header(place.name);
  library.problem();
  return {
    kind: "dataset",
    path: name,
    shape,
    dtype,
    chunks,
    filters: stored.map(
      ({ id, name: own, cd_values: options }): HDF5Filter => ({ name: FILTERS[id] ?? own, options }),
    ),
    filterIds: stored.map(({ id }) => id),
    layout,
    fillValue: fillValue(dtype, fill, metadata.littleEndian),
    decoded: chunks !== null && stored.length > 0,
  };
}

/** The value of elements that were never written; 0 if none was set. */
function fillValue(
  dtype: DType,
  fill: Buffer | undefined,
  isLittleEndian: boolean,
): number | bigint | boolean {
  const { itemsize } = DTYPES[dtype];
  const bytes = new Uint8Array(itemsize);
  if (fill?.length === itemsize) bytes.set(isLittleEndian ? fill : fill.toReversed());
  const [value = 0] = viewBytes(dtype, bytes);
  return dtype === "bool" ? value !== 0 : value;
}
