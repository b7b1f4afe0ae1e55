import type { NDArray } from "../../array/ndarray.js";
import type { BlockInfo } from "../../engine/engine.js";
import { unpack, VALUES } from "../../executors/codec.js";
import type { Items } from "./run.js";
import { append, listOf } from "./steps.js";
import type { Awaitable, Batch } from "./stage.js";

/** A partition that was made before. */
export function openItems(items: Batch): Items {
  return items;
}

/** A list that somebody else made, such as a delayed value. */
export function openAny(value: unknown): Awaitable<Items> {
  return listOf(value);
}

/** Numbers that lie in memory. */
export function openNumbers(numbers: NDArray): Items {
  return Array.from(numbers.contiguous().data as Float64Array);
}

/** Items that were encoded where they come from. */
export async function openEncoded(bytes: NDArray): Promise<Items> {
  return (await VALUES.decode(unpack(bytes.contiguous().data as Uint8Array))) as Batch;
}

/** Integers from 0 on, of which each partition has its part: `size` of them, or as many as any other. */
export function openRange(
  count: number,
  size: number | undefined,
  { block: [number = 0], numBlocks: [partitions = 1] }: BlockInfo,
): Items {
  const border = (at: number): number =>
    size === undefined ? borderOf(count, partitions, at) : Math.min(count, at * size);
  return { batches: integers(border(number), border(number + 1)) };
}

/** Where a partition begins if so many items are divided among so many partitions. */
export function borderOf(items: number, partitions: number, number: number): number {
  return Math.ceil((number * items) / partitions);
}

function* integers(first: number, end: number): Generator<Batch> {
  for (let start = first; start < end; start += INTEGERS) {
    yield Array.from({ length: Math.min(INTEGERS, end - start) }, (_, index) => start + index);
  }
}

/** Integers that are made at a time. */
const INTEGERS = 1024;

/** Several partitions as one. */
export function openAll(partitions: readonly Batch[]): Items {
  return joinItems(...partitions);
}

/** The items of partitions, one behind the other. */
export function joinItems(...partitions: readonly Batch[]): Batch {
  return partitions.reduce<Batch>(append, []);
}
