import { allocate, bytesOf, type DType, DTYPES, type TypedArray } from "../../../dtype/index.js";
import { BrambleError } from "../../../errors.js";
import { product } from "../../../graph/index.js";
import type { LocalFile } from "../../../local-file.js";
import { copyStrided, denseStrides, type Strided } from "../copy.js";
import type { Span } from "../hdf5/protocol.js";

/** Elements in a file: the one at index `i` along an axis stands `i * strides[axis]` elements behind `offset` bytes. */
export interface FileElements {
  readonly dtype: DType;
  readonly bigEndian: boolean;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** A stretch with some elements that are not wanted is read at once as long as it is not mostly such. */
const MOST_WASTE = 4;
const SMALL_BYTES = 1 << 16;

/** Reads a region, whose steps are positive, in row-major order. */
export function readElements(file: LocalFile, elements: FileElements, spans: readonly Span[]): TypedArray {
  const shape = spans.map(({ count }) => count);
  const data = allocate(elements.dtype, product(shape));
  const start = spans.reduce((sum, span, axis) => sum + span.start * (elements.strides[axis] ?? 0), 0);
  const steps = spans.map(({ step }, axis) => step * (elements.strides[axis] ?? 0));
  if (data.length > 0) {
    readBox(file, elements, { start, steps, shape }, { data, offset: 0, strides: denseStrides(shape) });
  }
  return data;
}

/** Elements evenly spaced along each axis; distances are counted in elements. */
interface Box {
  readonly start: number;
  readonly steps: readonly number[];
  readonly shape: readonly number[];
}

/** Reads a box in one piece, or row by row along the axis whose rows lie furthest apart. */
function readBox(file: LocalFile, elements: FileElements, box: Box, to: Strided): void {
  const { start, steps, shape } = box;
  const length = shape.reduce((sum, count, axis) => sum + (count - 1) * (steps[axis] ?? 0), 1);
  const { itemsize } = DTYPES[elements.dtype];
  if (length * itemsize <= SMALL_BYTES || length <= product(shape) * MOST_WASTE) {
    const data = readRun(file, elements, start, length);
    copyStrided(to, { data, offset: 0, strides: steps }, shape);
    return;
  }
  const axis = widestAxis(box);
  const row = shape.map((count, other) => (other === axis ? 1 : count));
  for (let index = 0; index < (shape[axis] ?? 0); index += 1) {
    const offset = to.offset + index * (to.strides[axis] ?? 0);
    readBox(
      file,
      elements,
      { start: start + index * (steps[axis] ?? 0), steps, shape: row },
      { ...to, offset },
    );
  }
}

function widestAxis({ steps, shape }: Box): number {
  const distances = shape.map((count, axis) => (count > 1 ? (steps[axis] ?? 0) : -1));
  return distances.indexOf(Math.max(...distances));
}

function readRun(file: LocalFile, elements: FileElements, start: number, length: number): TypedArray {
  const { dtype, offset, bigEndian } = elements;
  const { itemsize } = DTYPES[dtype];
  const data = allocate(dtype, length);
  const read = file.read(offset + start * itemsize, length * itemsize);
  if (read.length < length * itemsize) {
    throw new BrambleError(
      "INVALID_FILE",
      `the file ${file.path} has changed since it was opened; open it again`,
    );
  }
  const bytes = bytesOf(data);
  bytes.set(read);
  orderBytes(dtype, bigEndian, bytes);
  return data;
}

/** Puts the bytes of elements in this machine's order; every true becomes 1. */
export function orderBytes(dtype: DType, bigEndian: boolean, bytes: Uint8Array): void {
  if (dtype === "bool") {
    for (const [index, byte] of bytes.entries()) bytes[index] = byte === 0 ? 0 : 1;
  }
  if (!bigEndian) return;
  const { itemsize } = DTYPES[dtype];
  for (let at = 0; at < bytes.length; at += itemsize) bytes.subarray(at, at + itemsize).reverse();
}
