import { parseBytes } from "../bytes.js";
import { describe, invalid } from "../check.js";
import { config } from "../config/index.js";
import { type DType, DTYPES } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import type { Axis, Grid } from "../generated/layers.js";
import { axisFromLengths, regularAxis } from "../graph/index.js";
import { autoChunks } from "./auto-chunks.js";
import { formatShape } from "./shape.js";

/**
 * How one axis is cut.
 *
 * - a number: the length of the chunks; the last one is shorter where it does not divide
 * - `-1` or `null`: the whole axis in one chunk
 * - `"auto"`: so that a block takes about 32 MiB
 * - a size such as `"64MiB"`: so that a block takes about that much
 * - a list: the length of each chunk; together they are as long as the axis
 */
export type AxisChunks = number | string | null | readonly number[];

/** How an array is cut: one way for every axis, or one for each. A list of a 1-d array may be given as it is. */
export type Chunks = number | string | null | readonly AxisChunks[];

/** What chunks are made for. */
export interface ChunkContext {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** Chunk lengths of the store that is read; `"auto"` makes multiples of them. */
  readonly storeChunks?: readonly number[] | null | undefined;
  /** How the array is cut now; axes of which nothing is said stay so. */
  readonly grid?: Grid | undefined;
  /** Bytes of a block for `"auto"`. Default: what the settings say. */
  readonly blockBytes?: number | undefined;
}

/**
 * Target size of a block for `"auto"`. Dask has 128 MiB; the 32 MiB here suit machines of 1 GB, where every core
 * holds a few blocks at a time, and are large enough that the cost of a task does not show.
 */
export function autoBytes(): number {
  // Checked values are numbers of bytes.
  return config.get("array.chunkSize") as number;
}

/** The grid that `chunks` describes. */
export function normalizeChunks(chunks: unknown, context: ChunkContext): Grid {
  const { shape, dtype, storeChunks, grid, blockBytes = autoBytes() } = context;
  const entries = spread(chunks, shape);
  const limits = entries.map((entry) => byteLimit(entry, blockBytes));
  const fixed = entries.map((entry, axis) => {
    if (limits[axis] !== undefined) return undefined;
    const kept = entry.value === undefined ? grid?.[axis] : undefined;
    return kept ?? fixedAxis(entry, shape[axis] ?? 0);
  });
  return autoChunks(fixed, {
    shape,
    units: storeChunks ?? [],
    // Where axes ask for different sizes, all get what the most modest one asks for.
    elements: Math.min(...limits.map((limit) => limit ?? Number.POSITIVE_INFINITY)) / DTYPES[dtype].itemsize,
  });
}

/** The axes that are given as they are, the others cut so that a block takes about 32 MiB. */
export function autoGrid(axes: readonly (Axis | undefined)[], { shape, dtype }: ChunkContext): Grid {
  return autoChunks(axes, { shape, units: [], elements: autoBytes() / DTYPES[dtype].itemsize });
}

/** What was written for an axis, and where. */
interface Entry {
  readonly value: unknown;
  readonly name: string;
}

/** One entry for each axis. */
function spread(chunks: unknown, shape: readonly number[]): Entry[] {
  if (!Array.isArray(chunks)) {
    const isEntry = typeof chunks === "number" || typeof chunks === "string" || chunks === null;
    if (!isEntry) throw invalid("a number, string, null or array", "chunks", chunks);
    return shape.map(() => ({ value: chunks, name: "chunks" }));
  }
  const isList =
    shape.length === 1 && chunks.length !== 1 && chunks.every((entry) => typeof entry === "number");
  if (isList) return [{ value: chunks, name: "chunks" }];
  if (chunks.length === shape.length) {
    return chunks.map((value: unknown, axis) => ({ value, name: `chunks[${axis}]` }));
  }
  throw new BrambleError(
    "INVALID_CHUNKS",
    `\`chunks\` has ${chunks.length} entries, but an array of shape ${formatShape(shape)} has ${shape.length} axes`,
  );
}

/** The bytes that an entry allows a block, if it speaks of bytes. */
function byteLimit({ value, name }: Entry, blockBytes: number): number | undefined {
  if (typeof value !== "string") return undefined;
  return value === "auto" ? blockBytes : byteSize(value, name);
}

/** A number of bytes, or a size such as `"64MiB"`. */
export function byteSize(value: unknown, name: string): number {
  const bytes = typeof value === "string" ? parseBytes(value) : value;
  if (typeof bytes === "number" && bytes >= 1 && Number.isFinite(bytes)) return bytes;
  throw invalid(
    typeof value === "string" ? '"auto" or a size such as "64MiB"' : "bytes from 1 on",
    name,
    value,
  );
}

function fixedAxis({ value, name }: Entry, length: number): Axis {
  if (value === null || value === -1) return regularAxis(length, length);
  if (Array.isArray(value)) return explicitAxis(value, length, name);
  if (Number.isSafeInteger(value) && (value as number) > 0) return regularAxis(length, value as number);
  if (typeof value === "number") {
    throw new BrambleError(
      "INVALID_CHUNKS",
      `Expected a chunk length from 1 to 2^53 - 1, or -1 for the whole axis, for \`${name}\` but received ${describe(value)}`,
    );
  }
  throw invalid("a number, string, null or list of numbers", name, value);
}

function explicitAxis(lengths: readonly unknown[], total: number, name: string): Axis {
  let sum = 0;
  for (const [index, length] of lengths.entries()) {
    const isEmptyAxis = length === 0 && total === 0;
    if (!Number.isSafeInteger(length) || ((length as number) < 1 && !isEmptyAxis)) {
      throw new BrambleError(
        "INVALID_CHUNKS",
        `Expected a chunk length from 1 to 2^53 - 1 for \`${name}[${index}]\` but received ${describe(length)}`,
      );
    }
    sum += length as number;
  }
  if (sum === total) return axisFromLengths(lengths as readonly number[]);
  throw new BrambleError(
    "INVALID_CHUNKS",
    `\`${name}\` adds up to ${sum}, but the axis has ${total} elements`,
  );
}
