import {
  type ComplexDType,
  type DType,
  DTYPES,
  isComplex,
  isDType,
  partType,
  realType,
  toScalar,
} from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import type { Scalar, Zarr, ZarrCodec } from "../generated/layers.js";

/** What the metadata of an array say. */
export interface ZarrMetadata {
  /** Version of the format. */
  readonly format: 2 | 3;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Names of what was done to the bytes of a chunk, in order. */
  readonly codecs: readonly string[];
  /** All that reading needs, but for where the array is. */
  readonly layout: Omit<Zarr, "path">;
}

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

type JsonRecord = { readonly [key: string]: Json };

/**
 * Parses a file of metadata. Python writes NaN and Infinity, which JSON does not have.
 *
 * @throws {BrambleError} `INVALID_FILE`.
 */
export function parseMetadata(text: string, path: string): Json {
  try {
    return JSON.parse(text.replace(/(:\s*)(NaN|-?Infinity)(\s*[,}])/g, '$1"$2"$3')) as Json;
  } catch (error) {
    throw new BrambleError("INVALID_FILE", `${path} is no JSON`, { cause: error });
  }
}

/** Reads the metadata of an array of version 3; `path` is for errors. */
export function readVersion3(json: Json, path: string): ZarrMetadata {
  const metadata = recordOf(json, path);
  const shape = lengthsOf(metadata["shape"], path);
  const dtype = metadata["data_type"];
  if (!isDType(dtype)) throw unsupportedDType(dtype, path);
  const grid = recordOf(metadata["chunk_grid"], path);
  if (grid["name"] !== "regular") throw unsupported(`the chunk grid ${JSON.stringify(grid["name"])}`, path);
  const outer = lengthsOf(recordOf(grid["configuration"], path)["chunk_shape"], path);
  const encoding = recordOf(metadata["chunk_key_encoding"] ?? { name: "default" }, path);
  const isDefault = encoding["name"] === "default";
  const { separator } = recordOf(encoding["configuration"] ?? {}, path);
  const list = listOf(metadata["codecs"], path);
  const first = recordOf(list[0] ?? {}, path);
  const sharding = first["name"] === "sharding_indexed" ? recordOf(first["configuration"], path) : undefined;
  if (sharding !== undefined && list.length > 1) throw unsupported("codecs around shards", path);
  const inner = sharding === undefined ? list : listOf(sharding["codecs"], path);
  const chunks = sharding === undefined ? outer : lengthsOf(sharding["chunk_shape"], path);
  checkAxes([shape, outer, chunks], path);
  if (chunks.some((length, axis) => (outer[axis] ?? 0) % length !== 0))
    throw broken("its shards are no whole chunks", path);
  return {
    format: 3,
    shape,
    dtype,
    codecs: inner.map((codec) => textOf(recordOf(codec, path)["name"])),
    layout: {
      chunks,
      prefix: isDefault,
      separator: typeof separator === "string" ? separator : isDefault ? "/" : ".",
      ...readCodecs(inner, dtype, chunks.length, path),
      shards: sharding === undefined ? null : readShards(sharding, outer, chunks, path),
      fill: fillOf(metadata["fill_value"] ?? 0, dtype, path),
    },
  };
}

function readShards(
  sharding: JsonRecord,
  outer: readonly number[],
  chunks: readonly number[],
  path: string,
): NonNullable<Zarr["shards"]> {
  const names = listOf(sharding["index_codecs"], path).map((codec) => recordOf(codec, path)["name"]);
  const isKnown =
    names[0] === "bytes" && (names.length === 1 || (names.length === 2 && names[1] === "crc32c"));
  if (!isKnown) throw unsupported(`the index codecs ${JSON.stringify(names)}`, path);
  return {
    counts: outer.map((length, axis) => length / (chunks[axis] ?? 1)),
    index_at_end: sharding["index_location"] !== "start",
    index_checksum: names.length === 2,
  };
}

function readCodecs(
  list: readonly Json[],
  dtype: DType,
  ndim: number,
  path: string,
): Pick<Zarr, "order" | "big_endian" | "codecs"> {
  let order = Array.from({ length: ndim }, (_, axis) => axis);
  let isBigEndian = false;
  const codecs: ZarrCodec[] = [];
  for (const entry of list) {
    const codec = recordOf(entry, path);
    const options = recordOf(codec["configuration"] ?? {}, path);
    switch (codec["name"]) {
      case "transpose": {
        const axes = listOf(options["order"], path).map(Number);
        order = axes.map((axis) => order[axis] ?? 0);
        break;
      }
      case "bytes":
        isBigEndian = options["endian"] === "big" && DTYPES[dtype].itemsize > 1;
        break;
      case "gzip":
        codecs.push({ gzip: 0 });
        break;
      case "zstd":
      case "blosc":
      case "crc32c":
        codecs.push(codec["name"]);
        break;
      default:
        throw unsupported(`the codec ${JSON.stringify(codec["name"])}`, path);
    }
  }
  return { order, big_endian: isBigEndian, codecs };
}

/** Reads the metadata of an array of version 2; `path` is for errors. */
export function readVersion2(json: Json, path: string): ZarrMetadata {
  const metadata = recordOf(json, path);
  const shape = lengthsOf(metadata["shape"], path);
  const chunks = lengthsOf(metadata["chunks"], path).map((length) => Math.max(1, length));
  checkAxes([shape, chunks], path);
  const [, order, letter, size] = /^([<>|])([biufc])(\d+)$/.exec(textOf(metadata["dtype"])) ?? [];
  const kinds = { b: "bool", i: "int", u: "uint", f: "float", c: "complex" } as const;
  const kind = kinds[letter as keyof typeof kinds];
  const dtype = (Object.keys(DTYPES) as DType[]).find(
    (name) => DTYPES[name].kind === kind && DTYPES[name].itemsize === Number(size),
  );
  if (dtype === undefined) throw unsupportedDType(metadata["dtype"], path);
  const { filters, compressor } = metadata;
  const list = [
    ...(filters === null || filters === undefined ? [] : listOf(filters, path)),
    compressor ?? null,
  ];
  const given = list.filter((codec) => codec !== null).map((codec) => recordOf(codec, path));
  const axes = shape.map((_, axis) => axis);
  return {
    format: 2,
    shape,
    dtype,
    codecs: given.map(({ id }) => textOf(id)),
    layout: {
      chunks,
      prefix: false,
      separator: metadata["dimension_separator"] === "/" ? "/" : ".",
      order: metadata["order"] === "F" ? axes.reverse() : axes,
      big_endian: order === ">" && DTYPES[dtype].itemsize > 1,
      codecs: given.map((codec) => version2Codec(codec, path)),
      shards: null,
      fill: fillOf(metadata["fill_value"] ?? 0, dtype, path),
    },
  };
}

function version2Codec(codec: JsonRecord, path: string): ZarrCodec {
  switch (codec["id"]) {
    case "gzip":
      return { gzip: 0 };
    case "zlib":
      return { zlib: 0 };
    case "zstd":
    case "blosc":
    case "lz4":
    case "crc32c":
      return codec["id"];
    case "shuffle":
      return { shuffle: Number(codec["elementsize"] ?? 4) };
    default:
      throw unsupported(`the codec ${JSON.stringify(codec["id"])}`, path);
  }
}

/** The value of what was never written. */
function fillOf(value: Json, dtype: DType, path: string): Scalar {
  if (isComplex(dtype)) return fillOfParts(value, dtype, path);
  const special = {
    NaN: Number.NaN,
    Infinity: Number.POSITIVE_INFINITY,
    "-Infinity": Number.NEGATIVE_INFINITY,
  };
  const { kind } = DTYPES[dtype];
  const isWord = typeof value === "string" && value in special;
  const number = isWord ? special[value as keyof typeof special] : value;
  try {
    if (kind === "bool") return { bool: Boolean(number) };
    return toScalar(number, realType(dtype), "fill_value");
  } catch {
    throw unsupported(`the fill value ${JSON.stringify(value)} of ${dtype}`, path);
  }
}

/** Both parts are one value to whoever fills chunks. */
function fillOfParts(value: Json, dtype: ComplexDType, path: string): Scalar {
  const [re = 0, im = 0] = Array.isArray(value) ? (value as readonly Json[]) : [value, value];
  if (re === im) return fillOf(re, partType(dtype), path);
  throw unsupported(`the fill value ${JSON.stringify(value)} of ${dtype}`, path);
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function recordOf(value: Json | undefined, path: string): JsonRecord {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonRecord;
  throw broken("it lacks what an array must have", path);
}

function listOf(value: Json | undefined, path: string): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  throw broken("it lacks a list", path);
}

function lengthsOf(value: Json | undefined, path: string): number[] {
  const lengths = listOf(value, path);
  if (lengths.every((length) => Number.isSafeInteger(length) && (length as number) >= 0)) {
    return lengths as number[];
  }
  throw broken(`it has lengths ${JSON.stringify(lengths)}`, path);
}

function checkAxes([shape = [], ...chunks]: readonly (readonly number[])[], path: string): void {
  const fit = chunks.every(
    (lengths) => lengths.length === shape.length && lengths.every((length) => length > 0),
  );
  if (!fit) throw broken("its chunks do not fit its shape", path);
}

function broken(problem: string, path: string): BrambleError {
  return new BrambleError("INVALID_FILE", `${path} does not describe a Zarr array: ${problem}`);
}

function unsupported(what: string, path: string): BrambleError {
  return new BrambleError("UNSUPPORTED_FILTER", `${path} needs ${what}, which is not known here`);
}

function unsupportedDType(dtype: unknown, path: string): BrambleError {
  const known = Object.keys(DTYPES).join(", ");
  return new BrambleError(
    "UNSUPPORTED_DTYPE",
    `${path} has elements of type ${JSON.stringify(dtype)}; supported are ${known}`,
  );
}
