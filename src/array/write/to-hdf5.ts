import { posix, resolve } from "node:path";
import { checkBoolean, checkFilePath, checkInteger, checkOneOf, checkOptions, invalid } from "../../check.js";
import { DTYPES, isComplex } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import type { NewHdf5 } from "../../generated/layers.js";
import { longestChunk, type Node, product } from "../../graph/index.js";
import { checkLocal } from "../../remote.js";
import { type Chunks, normalizeChunks } from "../chunks.js";
import { COMPUTE_OPTIONS, type ComputeOptions } from "../compute.js";
import { gather } from "../rechunk.js";
import { alignGrid } from "./align.js";
import { type AttributeInput, readAttributes } from "./attributes.js";
import { whenKnown, write, type WriteTime } from "./receipts.js";

/** How a dataset is written, and how the computation runs. */
export interface ToHDF5Options extends ComputeOptions, WriteTime {
  /**
   * Lengths of the chunks in which it is stored, `null` for one piece, or anything `rechunk` takes, of which the
   * longest chunk of each axis counts. Default: the array's own blocks.
   */
  readonly chunks?: Chunks | undefined;
  /** `"gzip"` compresses each chunk, on all cores. Default: none. */
  readonly compression?: "gzip" | null | undefined;
  /** Level of compression from 0 to 9. Default: 4. */
  readonly compressionLevel?: number | undefined;
  /** Whether bytes are sorted by their place in an element first, which compresses better. Default: if compressed. */
  readonly shuffle?: boolean | undefined;
  /** Whether each chunk gets a checksum. Default: false. */
  readonly fletcher32?: boolean | undefined;
  /** Attributes of the dataset, by name. */
  readonly attrs?: Readonly<Record<string, AttributeInput>> | undefined;
  /** Whether a dataset of that name gives way. Default: false. */
  readonly overwrite?: boolean | undefined;
}

const OPTIONS = [
  "chunks",
  "compression",
  "compressionLevel",
  "shuffle",
  "fletcher32",
  "attrs",
  "overwrite",
  "compute",
] as const;

/** HDF5 counts the bytes of a chunk in 32 bits; one near that is no use to any reader. */
const MOST_CHUNK_BYTES = 2 ** 30;

/** The node that writes another to a dataset, and the options that are the computation's. */
export function toHDF5(node: Node, path: unknown, dataset: unknown, options: unknown): Node {
  checkFilePath(path, "path");
  checkLocal(path);
  if (typeof dataset !== "string") throw invalid("a path in the file", "dataset", dataset);
  const name = posix.resolve("/", dataset);
  if (name === "/") throw invalid("a path in the file other than its root", "dataset", dataset);
  checkOptions(options, "options", [...OPTIONS, ...COMPUTE_OPTIONS]);
  const given = options as ToHDF5Options;
  const target: Omit<NewHdf5, "chunks"> = {
    path: resolve(path),
    dataset: name,
    complex: isComplex(node.dtype),
    ...readEncoding(given),
    attributes: readAttributes(given.attrs),
    overwrite: checkBoolean(given.overwrite ?? false, "options.overwrite"),
  };
  return whenKnown(node, [target, given.chunks ?? null], (known) => {
    const chunks = chunkLengths(known, given.chunks);
    // An array without elements has no chunks to encode.
    if (chunks === null) {
      return write(known, { hdf5: { ...target, chunks, shuffle: false, gzip: null, fletcher32: false } });
    }
    const ofParts = target.complex ? [...chunks, 2] : chunks;
    return write(gather(known, alignGrid(known.grid, chunks)), { hdf5: { ...target, chunks: ofParts } });
  });
}

/** Lengths of the stored chunks; null where there are none. */
function chunkLengths(node: Node, chunks: unknown): number[] | null {
  // Without elements or axes there is nothing to cut.
  if (chunks === null || node.shape.length === 0 || product(node.shape) === 0) return null;
  const longest = (grid: Node["grid"]): number[] => grid.map(longestChunk);
  if (chunks !== undefined) return longest(normalizeChunks(chunks, node));
  const own = longest(node.grid);
  const isUsable = product(own) * DTYPES[node.dtype].itemsize <= MOST_CHUNK_BYTES;
  return isUsable ? own : longest(normalizeChunks("auto", node));
}

function readEncoding(options: ToHDF5Options): Pick<NewHdf5, "shuffle" | "gzip" | "fletcher32"> {
  const { compression, compressionLevel, shuffle, fletcher32 = false } = options;
  if (compression !== undefined && compression !== null) {
    checkOneOf(compression, "options.compression", ["gzip"]);
  } else if (compressionLevel !== undefined) {
    throw new BrambleError("INVALID_ARGUMENT", "`options.compressionLevel` goes with `compression` only");
  }
  const isCompressed = compression === "gzip";
  const level = checkInteger(compressionLevel ?? 4, "options.compressionLevel", 0, 9);
  const encoding = {
    shuffle: checkBoolean(shuffle ?? isCompressed, "options.shuffle"),
    gzip: isCompressed ? level : null,
    fletcher32: checkBoolean(fletcher32, "options.fletcher32"),
  };
  const isPlain = !encoding.shuffle && encoding.gzip === null && !encoding.fletcher32;
  if (options.chunks !== null || isPlain) return encoding;
  throw new BrambleError(
    "INVALID_CHUNKS",
    "A dataset in one piece (`chunks: null`) has no compression, shuffle or checksum: these work by the chunk",
  );
}
