import { join, posix, resolve } from "node:path";
import { checkBoolean, checkFilePath, checkInteger, checkOneOf, checkOptions, invalid } from "../../check.js";
import { type DType, DTYPES, isComplex } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import type { NewZarr, TextFile, Zarr, ZarrCodec } from "../../generated/layers.js";
import { isPaired, longestChunk, type Node, twiceLast } from "../../graph/index.js";
import { npyDType } from "../../npy/header.js";
import { checkUrl, isRemote } from "../../remote.js";
import type { Json } from "../../zarr/metadata.js";
import { type Chunks, normalizeChunks } from "../chunks.js";
import { COMPUTE_OPTIONS, type ComputeOptions } from "../compute.js";
import { gather } from "../rechunk.js";
import { alignGrid } from "./align.js";
import { turnsAlongLast, whenKnown, write, type WriteTime } from "./receipts.js";

/** How an array in Zarr's format is written, and how the computation runs. */
export interface ToZarrOptions extends ComputeOptions, WriteTime {
  /** Path of the array in a group at the path given. Default: the array is what is at that path. */
  readonly component?: string | undefined;
  /** Lengths of the chunks, or anything `rechunk` takes, as for `toHDF5`. Default: the array's own blocks. */
  readonly chunks?: Chunks | undefined;
  /** How many chunks go to one file, along each axis or along all. Default: 1. Of version 3 only. */
  readonly chunksPerShard?: number | readonly number[] | undefined;
  /** How chunks are compressed, on all cores. Default: `"gzip"`. */
  readonly compression?: "gzip" | null | undefined;
  /** Level of compression from 0 to 9. Default: 4. */
  readonly compressionLevel?: number | undefined;
  /** Version of the format. Default: 3. */
  readonly format?: 2 | 3 | undefined;
  /** Attributes: whatever JSON holds. */
  readonly attrs?: Readonly<Record<string, Json>> | undefined;
  /** Whether what is there gives way. Default: false. */
  readonly overwrite?: boolean | undefined;
}

const OPTIONS = [
  "component",
  "chunks",
  "chunksPerShard",
  "compression",
  "compressionLevel",
  "format",
  "attrs",
  "overwrite",
  "compute",
] as const;

/** The node that writes another as an array in Zarr's format. */
export function toZarr(node: Node, path: unknown, options: unknown): Node {
  checkFilePath(path, "path");
  checkOptions(options, "options", [...OPTIONS, ...COMPUTE_OPTIONS]);
  const given = options as ToZarrOptions;
  const format = given.format ?? 3;
  if (format !== 2 && format !== 3) throw invalid("2 or 3", "options.format", format);
  const compression = given.compression === undefined ? "gzip" : given.compression;
  if (compression !== null) checkOneOf(compression, "options.compression", ["gzip"]);
  const level = checkInteger(given.compressionLevel ?? 4, "options.compressionLevel", 0, 9);
  const codecs: ZarrCodec[] = compression === null ? [] : [{ gzip: level }];
  const place = placeOf(path, given.component, format);
  const overwrite = checkBoolean(given.overwrite ?? false, "options.overwrite");
  const counts = readCounts(given.chunksPerShard, node.shape.length, format);
  const { attrs = {} } = given;
  return whenKnown(node, [place.path, format, codecs, given.chunks ?? null, counts, attrs], (known) => {
    const grid = given.chunks === undefined ? known.grid : normalizeChunks(given.chunks, known);
    const chunks = grid.map((axis) => Math.max(1, longestChunk(axis)));
    const array = layoutOf(known, place.path, chunks, counts, codecs, format);
    const metadata = format === 3 ? version3(known, array, attrs) : version2(known, array, attrs);
    const files = chunks.map((length, axis) => length * (counts?.[axis] ?? 1));
    const elements = gather(known, alignGrid(known.grid, files));
    const target: NewZarr = { array, metadata, groups: place.groups, overwrite };
    if (!isPaired(elements)) return write(elements, { zarr: target });
    return write(turnsAlongLast(elements), {
      zarr: { ...target, array: { ...array, chunks: twiceLast(array.chunks) } },
    });
  });
}

/** Where the array goes, and the groups on the way. */
function placeOf(path: string, component: unknown, format: 2 | 3): { path: string; groups: TextFile[] } {
  const isUrl = isRemote(path);
  if (isUrl && !path.startsWith("s3://")) throw invalid("a path or an s3:// URL", "path", path);
  const root = isUrl ? checkUrl(path) : resolve(path);
  if (component === undefined) return { path: root, groups: [] };
  if (typeof component !== "string") throw invalid("a path in the group", "options.component", component);
  const names = posix
    .resolve("/", component)
    .split("/")
    .filter((name) => name !== "");
  if (names.length === 0) throw invalid("a path in the group", "options.component", component);
  const [file, content] =
    format === 3
      ? ["zarr.json", { zarr_format: 3, node_type: "group", attributes: {} }]
      : [".zgroup", { zarr_format: 2 }];
  const within = (...parts: readonly string[]): string =>
    isUrl ? [root, ...parts].join("/") : join(root, ...parts);
  const groups = names.map((_, depth) => within(...names.slice(0, depth), file as string));
  return {
    path: within(...names),
    groups: groups.map((name) => ({ path: name, text: JSON.stringify(content) })),
  };
}

function readCounts(value: unknown, ndim: number, format: 2 | 3): readonly number[] | null {
  if (value === undefined) return null;
  if (format === 2)
    throw new BrambleError("INVALID_ARGUMENT", "`options.chunksPerShard` is of version 3 only");
  const counts: readonly unknown[] = Array.isArray(value) ? value : Array.from({ length: ndim }, () => value);
  if (counts.length !== ndim)
    throw invalid(`${ndim} numbers, one for each axis`, "options.chunksPerShard", value);
  return counts.map((count) => checkInteger(count, "options.chunksPerShard", 1));
}

function layoutOf(
  { shape, dtype }: Node,
  path: string,
  chunks: readonly number[],
  counts: readonly number[] | null,
  codecs: readonly ZarrCodec[],
  format: 2 | 3,
): Zarr {
  const { kind } = DTYPES[dtype];
  if (kind === "complex" && shape.length === 0) {
    throw new BrambleError("INVALID_ARGUMENT", `${dtype} needs an axis at least to go to Zarr's format`);
  }
  return {
    path,
    chunks,
    prefix: format === 3,
    separator: format === 3 ? "/" : ".",
    order: shape.map((_, axis) => axis),
    big_endian: false,
    codecs,
    shards: counts === null ? null : { counts, index_at_end: true, index_checksum: true },
    fill:
      kind === "bool"
        ? { bool: false }
        : kind === "float" || kind === "complex"
          ? { float: "0" }
          : { int: 0 },
  };
}

/** What metadata say of elements that were never written. */
function emptyOf(dtype: DType): Json {
  if (isComplex(dtype)) return [0, 0];
  return dtype === "bool" ? false : 0;
}

function version3({ shape, dtype }: Node, array: Zarr, attributes: Json): TextFile[] {
  const isWide = DTYPES[dtype].itemsize > 1;
  const bytes = isWide ? { name: "bytes", configuration: { endian: "little" } } : { name: "bytes" };
  const gzip = array.codecs.flatMap((codec) =>
    typeof codec === "object" && "gzip" in codec
      ? [{ name: "gzip", configuration: { level: codec.gzip } }]
      : [],
  );
  const inner = [bytes, ...gzip];
  const little = { name: "bytes", configuration: { endian: "little" } };
  const sharding = {
    name: "sharding_indexed",
    configuration: {
      chunk_shape: array.chunks,
      codecs: inner,
      index_codecs: [little, { name: "crc32c" }],
      index_location: "end",
    },
  };
  const files = array.chunks.map((length, axis) => length * (array.shards?.counts[axis] ?? 1));
  const json = {
    zarr_format: 3,
    node_type: "array",
    shape,
    data_type: dtype,
    chunk_grid: { name: "regular", configuration: { chunk_shape: files } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: emptyOf(dtype),
    codecs: array.shards === null ? inner : [sharding],
    attributes,
  };
  return [{ path: "zarr.json", text: JSON.stringify(json) }];
}

function version2({ shape, dtype }: Node, array: Zarr, attributes: Json): TextFile[] {
  const [codec] = array.codecs;
  const json = {
    zarr_format: 2,
    shape,
    chunks: array.chunks,
    dtype: npyDType(dtype),
    compressor: typeof codec === "object" && "gzip" in codec ? { id: "gzip", level: codec.gzip } : null,
    fill_value: emptyOf(dtype),
    order: "C",
    filters: null,
    dimension_separator: ".",
  };
  return [
    { path: ".zarray", text: JSON.stringify(json) },
    { path: ".zattrs", text: JSON.stringify(attributes) },
  ];
}
