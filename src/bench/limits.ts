import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";
import { measure } from "./measure.js";

/** What the machine itself can do, which no program gets past. */
export interface Limit {
  readonly name: string;
  readonly title: string;
  /** Bytes, or additions, a second. */
  readonly rate: number;
  readonly unit: "bytes" | "additions";
}

const MEGABYTE = 1e6;

/** Measures the machine; files go into `folder`. `size` is in bytes. */
export async function measureLimits(folder: string, size: number): Promise<Limit[]> {
  const bytes = new Uint8Array(size).map((_, index) => (index * 2654435761) >>> 24);
  const copy = new Uint8Array(size);
  const numbers = new Float64Array(copy.buffer).fill(1.5);
  const sample = bytes.subarray(0, 4 * MEGABYTE);
  const packed = deflateSync(sample, { level: 1 });
  const file = join(folder, "limit");
  const rate = async (count: number, work: () => unknown): Promise<number> =>
    count / (await measure(async () => work())).seconds;
  const limits: Limit[] = [
    {
      name: "memory",
      title: "copying memory, one thread",
      rate: await rate(size, () => copy.set(bytes)),
      unit: "bytes",
    },
    {
      name: "loop",
      title: "adding numbers in JavaScript, one thread",
      rate: await rate(numbers.length, () => sum(numbers)),
      unit: "additions",
    },
    {
      name: "inflate",
      title: "decompressing with zlib, one thread",
      rate: await rate(sample.length, () => inflateSync(packed)),
      unit: "bytes",
    },
    {
      name: "write",
      title: "writing to the disk of the spill folder",
      rate: await rate(size, () => write(file, bytes)),
      unit: "bytes",
    },
    {
      name: "read",
      title: "reading that file again, from the system's cache",
      rate: await rate(size, () => readFileSync(file)),
      unit: "bytes",
    },
  ];
  rmSync(file);
  return limits;
}

function sum(numbers: Float64Array): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

/** Writes until the disk has it. */
function write(path: string, bytes: Uint8Array): void {
  const file = openSync(path, "w");
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
