import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { BlockInfo } from "../../engine/engine.js";
import { BrambleError } from "../../errors.js";
import { pack, unpack, VALUES } from "../../executors/codec.js";
import { fileError } from "../../local-file.js";
import { encode } from "../../values/index.js";
import { keysOf, type Key } from "./groups.js";
import { keyOf } from "./keys.js";
import { readAt } from "./records.js";
import type { Items } from "./run.js";
import type { Batch, Sink } from "./stage.js";
import { append } from "./steps.js";

/** Items that a partition keeps in memory before it writes them. */
const KEPT = 50_000;

/** Where in the file of a partition lies what another partition is made of. */
export interface Segment {
  readonly offset: number;
  readonly length: number;
  /** How many items. */
  readonly count: number;
}

/** Of each partition that is to be made its segments in a file. */
export type Segments = readonly (readonly Segment[])[];

/** Items and their keys. */
interface Bucket {
  readonly keys: Batch;
  readonly items: Batch;
}

/**
 * Writes the items of a partition to a file, sorted by the partition that their keys belong to, so that no more than some
 * are in memory.
 */
export function scatter(
  key: Key,
  partitions: number,
  folder: string,
  name: string,
  { block: [number = 0] }: BlockInfo,
): Sink {
  const writer = new SegmentWriter(join(folder, `${name}-${number}`), partitions);
  return {
    push: async (batch) => writer.add(await keysOf(key, batch), batch),
    result: () => writer.finish(),
  };
}

class SegmentWriter {
  readonly #path: string;
  readonly #segments: Segment[][];
  #buckets: (Bucket | undefined)[] = [];
  #kept = 0;
  #offset = 0;

  constructor(path: string, partitions: number) {
    this.#path = path;
    this.#segments = Array.from({ length: partitions }, () => []);
  }

  async add(keys: Batch, items: Batch): Promise<void> {
    for (const [index, item] of items.entries()) {
      const key = keys[index];
      const bucket = (this.#buckets[hashOf(keyOf(key)) % this.#segments.length] ??= { keys: [], items: [] });
      bucket.keys.push(key);
      bucket.items.push(item);
    }
    this.#kept += items.length;
    if (this.#kept >= KEPT) await this.#flush();
  }

  async finish(): Promise<Segments> {
    await this.#flush();
    return this.#segments;
  }

  async #flush(): Promise<void> {
    const buckets = this.#buckets;
    if (this.#kept === 0) return;
    [this.#buckets, this.#kept] = [[], 0];
    let file: FileHandle | undefined;
    try {
      // Whoever made this partition before, and died, may have left a part of it.
      file = await open(this.#path, this.#offset === 0 ? "w" : "a");
      for (const [partition, bucket] of buckets.entries()) {
        if (bucket === undefined) continue;
        const bytes = pack(encode(bucket, "items of `groupBy`"));
        await file.write(bytes);
        this.#segments[partition]?.push({
          offset: this.#offset,
          length: bytes.length,
          count: bucket.items.length,
        });
        this.#offset += bytes.length;
      }
    } catch (error) {
      throw error instanceof Error && "errno" in error ? fileError(error, this.#path, "written") : error;
    } finally {
      await file?.close();
    }
  }
}

/** The groups of a partition, `[key, items]`, of what all partitions wrote for it, in their order. */
export async function openGroups(
  folder: string,
  name: string,
  written: readonly Segments[],
  { block: [own = 0] }: BlockInfo,
): Promise<Items> {
  const groups = new Map<unknown, [key: unknown, items: Batch]>();
  for (const [number, segments] of written.entries()) {
    const path = join(folder, `${name}-${number}`);
    for (const { keys, items } of await readSegments(path, segments[own] ?? [])) {
      for (const [index, key] of keys.entries()) {
        const group = groups.get(keyOf(key));
        if (group === undefined) groups.set(keyOf(key), [key, [items[index]]]);
        else group[1].push(items[index]);
      }
    }
  }
  return append([], [...groups.values()]);
}

async function readSegments(path: string, segments: readonly Segment[]): Promise<Bucket[]> {
  if (segments.length === 0) return [];
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const buckets: Bucket[] = [];
    for (const { offset, length, count } of segments) {
      const bytes = await readAt(file, offset, length);
      const bucket = bytes.length === length ? ((await VALUES.decode(unpack(bytes))) as Bucket) : undefined;
      if (bucket?.items.length !== count) {
        throw new BrambleError("CORRUPT_DATA", `${path} has lost items that \`groupBy\` wrote to it`);
      }
      buckets.push(bucket);
    }
    return buckets;
  } catch (error) {
    throw error instanceof Error && "errno" in error ? fileError(error, path, "read") : error;
  } finally {
    await file?.close();
  }
}

/** A number that a key decides on every machine: FNV-1a of 32 bits of its text, mixed at the end. */
export function hashOf(key: unknown): number {
  const text = typeof key === "string" ? key : `${typeof key} ${String(key)}`;
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
