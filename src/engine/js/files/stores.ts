import { inflateRawSync } from "node:zlib";
import { allocate, bytesOf, type DType, DTYPES, type TypedArray } from "../../../dtype/index.js";
import { BrambleError } from "../../../errors.js";
import type { Axis, Deflated, Raw } from "../../../generated/layers.js";
import { product } from "../../../graph/index.js";
import { LocalFile } from "../../../local-file.js";
import { crc32 } from "../../../npy/crc32.js";
import { MOST_HEADER_BYTES, readHeader } from "../../../npy/header.js";
import { extentOf, locate } from "../axis.js";
import { copyStrided, denseStrides } from "../copy.js";
import type { Span } from "../hdf5/protocol.js";
import { orderBytes, readElements } from "./read-elements.js";

/** Reads regions, whose steps are positive, in row-major order. */
export type ReadRegion = (spans: readonly Span[]) => TypedArray;

/** An array in one file. */
export function rawStore(raw: Raw, dtype: DType, shape: readonly number[]): ReadRegion {
  // In a file whose first axis runs fastest the strides are those of the axes turned around.
  const strides = raw.fortran ? denseStrides(shape.toReversed()).reverse() : denseStrides(shape);
  const elements = { dtype, bigEndian: raw.big_endian, offset: raw.offset, strides };
  const { deflated } = raw;
  if (deflated === null) {
    return (spans) => withFile(raw, (file) => readElements(file, elements, spans));
  }
  let inflated: TypedArray | undefined;
  return (spans) => {
    inflated ??= inflate(raw, deflated, dtype, product(shape));
    return pick(inflated, strides, spans);
  };
}

function withFile<T>(raw: Raw, read: (file: LocalFile) => T): T {
  return LocalFile.look(raw.path, (file) => {
    if (file.size === raw.size) return read(file);
    throw new BrambleError(
      "INVALID_FILE",
      `the file ${raw.path} has changed since it was opened; open it again`,
    );
  });
}

function inflate(raw: Raw, deflated: Deflated, dtype: DType, length: number): TypedArray {
  const stored = withFile(raw, (file) => file.read(raw.offset, deflated.bytes));
  const damaged = (cause?: unknown): BrambleError =>
    new BrambleError("CORRUPT_DATA", `the compressed data in ${raw.path} are damaged`, { cause });
  const data = allocate(dtype, length);
  const expected = deflated.header + data.byteLength;
  let bytes: Uint8Array;
  try {
    bytes = inflateRawSync(stored, { maxOutputLength: Math.max(1, expected) });
  } catch (error) {
    throw damaged(error);
  }
  if (bytes.length !== expected || crc32(bytes) !== deflated.checksum) throw damaged();
  bytesOf(data).set(bytes.subarray(deflated.header));
  orderBytes(dtype, raw.big_endian, bytesOf(data));
  return data;
}

/** A region of what is in memory. */
function pick(data: TypedArray, strides: readonly number[], spans: readonly Span[]): TypedArray {
  const shape = spans.map(({ count }) => count);
  const Same = data.constructor as new (length: number) => TypedArray;
  const picked = new Same(product(shape));
  copyStrided(
    { data: picked, offset: 0, strides: denseStrides(shape) },
    {
      data,
      offset: spans.reduce((sum, { start }, axis) => sum + start * (strides[axis] ?? 0), 0),
      strides: spans.map(({ step }, axis) => step * (strides[axis] ?? 0)),
    },
    shape,
  );
  return picked;
}

/** Files that follow each other along an axis. */
export interface StackFiles {
  readonly path: string;
  readonly axis: number;
  readonly files: Axis;
  readonly big_endian: boolean;
}

/** An array in a folder of files. */
export function stackStore(stack: StackFiles, dtype: DType, shape: readonly number[]): ReadRegion {
  const { axis, files } = stack;
  return (spans) => {
    const counts = spans.map(({ count }) => count);
    const whole = allocate(dtype, product(counts));
    const strides = denseStrides(counts);
    const span = spans[axis] ?? { start: 0, step: 1, count: 0 };
    for (let done = 0; whole.length > 0 && done < span.count; ) {
      const at = span.start + done * span.step;
      const number = locate(files, at);
      const { start, length } = extentOf(files, number);
      const count = Math.min(span.count - done, Math.floor((start + length - 1 - at) / span.step) + 1);
      const part = spans.map((other, index) =>
        index === axis ? { start: at - start, step: span.step, count } : other,
      );
      const lengths = shape.map((total, index) => (index === axis ? length : total));
      const partShape = part.map((entry) => entry.count);
      copyStrided(
        { data: whole, offset: done * (strides[axis] ?? 0), strides },
        { data: readFile(stack, number, dtype, lengths, part), offset: 0, strides: denseStrides(partShape) },
        partShape,
      );
      done += count;
    }
    return whole;
  };
}

function readFile(
  { path, big_endian: bigEndian }: StackFiles,
  number: number,
  dtype: DType,
  shape: readonly number[],
  spans: readonly Span[],
): TypedArray {
  return LocalFile.look(`${path}/${number}.npy`, (file) => {
    const { length: offset } = readHeader(file.read(0, MOST_HEADER_BYTES), file.path);
    const needed = offset + product(shape) * DTYPES[dtype].itemsize;
    if (file.size < needed) {
      throw new BrambleError(
        "INVALID_FILE",
        `${file.path} is truncated: it has ${file.size} bytes, and should have ${needed}`,
      );
    }
    return readElements(file, { dtype, bigEndian, offset, strides: denseStrides(shape) }, spans);
  });
}
