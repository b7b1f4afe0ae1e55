import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import { inspect } from "node:util";
import { checkFilePath, invalid } from "../check.js";
import type { DType } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import type { Source } from "../generated/layers.js";
import { product, STORE, type StoreHandle } from "../graph/index.js";
import { fileError } from "../local-file.js";
import { refuseUrl } from "../remote.js";
import { type Json, parseMetadata, readVersion2, readVersion3, type ZarrMetadata } from "./metadata.js";

/** An array in Zarr's format: what it is, without its elements. `array.fromArray` makes an array of it. */
export class ZarrArray implements StoreHandle {
  /** Absolute path of its folder. */
  readonly filename: string;
  /** Version of the format. */
  readonly format: 2 | 3;
  /** Number of elements along each axis. */
  readonly shape: readonly number[];
  /** Element type. */
  readonly dtype: DType;
  /** Chunk lengths: what is decoded as a whole, of shards a part. */
  readonly chunks: readonly number[];
  /** What is in one file along each axis: a chunk, or a shard of chunks. */
  readonly shards: readonly number[];
  /** Names of what was done to the bytes of a chunk, in order. */
  readonly codecs: readonly string[];
  /** The attributes by name. */
  readonly attrs: Readonly<Record<string, Json>>;
  readonly #source: Pick<Source, "store" | "decoded_chunks">;

  /** Made by `openZarr`. */
  constructor(filename: string, metadata: ZarrMetadata, attrs: Readonly<Record<string, Json>>) {
    const { layout } = metadata;
    this.filename = filename;
    this.format = metadata.format;
    this.shape = metadata.shape;
    this.dtype = metadata.dtype;
    this.chunks = layout.chunks;
    this.shards = layout.chunks.map((length, axis) => length * (layout.shards?.counts[axis] ?? 1));
    this.codecs = metadata.codecs;
    this.attrs = attrs;
    this.#source = { store: { zarr: { path: filename, ...layout } }, decoded_chunks: [...layout.chunks] };
  }

  /** Number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return product(this.shape);
  }

  /** How layers name it: by path, and opened when it is read. */
  [STORE](): Pick<Source, "store" | "decoded_chunks"> {
    return this.#source;
  }

  [inspect.custom](): string {
    const { shape, chunks, dtype, codecs } = this;
    return `ZarrArray ${this.filename} ${inspect({ shape, chunks, dtype, codecs })}`;
  }
}

/** A group in Zarr's format: it holds arrays and further groups by name. */
export class ZarrGroup {
  /** Absolute path of its folder. */
  readonly filename: string;
  /** The attributes by name. */
  readonly attrs: Readonly<Record<string, Json>>;

  /** Made by `openZarr`. */
  constructor(filename: string, attrs: Readonly<Record<string, Json>>) {
    this.filename = filename;
    this.attrs = attrs;
  }

  /** Names of the members, sorted. */
  keys(): string[] {
    const entries = attempt(this.filename, () => readdirSync(this.filename, { withFileTypes: true }));
    const isMember = (name: string): boolean =>
      METADATA.some((file) => existsSync(join(this.filename, name, file)));
    return entries
      .filter((entry) => entry.isDirectory() && isMember(entry.name))
      .map(({ name }) => name)
      .sort();
  }

  /**
   * The array at a path in this group.
   *
   * @throws {BrambleError} `PATH_NOT_FOUND`, naming what is there; `INVALID_ARGUMENT` for a group, which `group` gives.
   */
  get(path: string): ZarrArray {
    const found = this.open(path);
    if (found instanceof ZarrArray) return found;
    throw new BrambleError("INVALID_ARGUMENT", `${found.filename} is a group, not an array`);
  }

  /** The group at a path in this group. */
  group(path: string): ZarrGroup {
    const found = this.open(path);
    if (found instanceof ZarrGroup) return found;
    throw new BrambleError("INVALID_ARGUMENT", `${found.filename} is an array, not a group`);
  }

  /** The group or array at a path in this group, whichever it is. */
  open(path: string): ZarrArray | ZarrGroup {
    if (typeof path !== "string" || path === "") throw invalid("a path in the group", "path", path);
    // Nothing leads out of the group.
    const inside = posix.resolve("/", path);
    const found = look(join(this.filename, inside));
    if (found !== undefined) return found;
    throw new BrambleError(
      "PATH_NOT_FOUND",
      `No ${JSON.stringify(path)} in ${this.filename}, which has ${this.keys().join(", ") || "nothing"}`,
    );
  }
}

/**
 * Opens an array or a group in Zarr's format, version 2 or 3. Elements are read when an array over it is computed.
 *
 * @throws {BrambleError} `FILE_NOT_FOUND`, `FILE_ACCESS`, `INVALID_FILE`, `UNSUPPORTED_DTYPE` or `UNSUPPORTED_FILTER`.
 * @example
 * const x = array.fromArray(openZarr("data.zarr").get("group/x"));
 */
export function openZarr(path: string): ZarrGroup {
  const found = openZarrNode(path);
  if (found instanceof ZarrGroup) return found;
  throw new BrambleError("INVALID_ARGUMENT", `${found.filename} is an array: open it with \`openZarrArray\``);
}

/** Opens an array in Zarr's format that is in no group. As `openZarr`. */
export function openZarrArray(path: string): ZarrArray {
  const found = openZarrNode(path);
  if (found instanceof ZarrArray) return found;
  throw new BrambleError("INVALID_ARGUMENT", `${found.filename} is a group: open it with \`openZarr\``);
}

function openZarrNode(path: unknown): ZarrArray | ZarrGroup {
  checkFilePath(path, "path");
  refuseUrl(path, "`await openRemoteZarr(url)` opens the arrays behind one");
  const absolute = resolve(path);
  const found = look(absolute);
  if (found !== undefined) return found;
  if (!existsSync(absolute)) throw new BrambleError("FILE_NOT_FOUND", `no folder at ${absolute}`);
  throw new BrambleError(
    "INVALID_FILE",
    `${absolute} is not in Zarr's format: it has none of ${METADATA.join(", ")}`,
  );
}

const METADATA = ["zarr.json", ".zarray", ".zgroup"] as const;

/** What a folder is, if it is anything. */
function look(folder: string): ZarrArray | ZarrGroup | undefined {
  const version3 = readJson(join(folder, "zarr.json"));
  if (version3 !== undefined) {
    const attrs = attributesIn(version3, "attributes");
    const isArray = (version3 as { node_type?: Json }).node_type === "array";
    return isArray
      ? new ZarrArray(folder, readVersion3(version3, join(folder, "zarr.json")), attrs)
      : new ZarrGroup(folder, attrs);
  }
  const attributes = readJson(join(folder, ".zattrs")) ?? {};
  const attrs = attributesIn({ attributes }, "attributes");
  const version2 = readJson(join(folder, ".zarray"));
  if (version2 !== undefined)
    return new ZarrArray(folder, readVersion2(version2, join(folder, ".zarray")), attrs);
  return readJson(join(folder, ".zgroup")) === undefined ? undefined : new ZarrGroup(folder, attrs);
}

/** A record in metadata; an empty one if it is none. */
export function attributesIn(json: Json, key: string): Readonly<Record<string, Json>> {
  const value = (json as Readonly<Record<string, Json>> | null)?.[key];
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? (value as Readonly<Record<string, Json>>) : {};
}

/** Reads a file, if it is there. */
function readJson(path: string): Json | undefined {
  const text = attempt(path, () => (existsSync(path) ? readFileSync(path, "utf8") : undefined));
  if (text === undefined) return undefined;
  return parseMetadata(text, path);
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw fileError(error, path, "read");
  }
}
