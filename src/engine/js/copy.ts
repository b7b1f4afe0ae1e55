import type { TypedArray } from "../../dtype/index.js";
import { product } from "../../graph/index.js";
import type { Block } from "./block.js";

/** Elements that lie apart: the one at index `i` along an axis stands `i * strides[axis]` behind `offset`. */
export interface Strided {
  readonly data: TypedArray;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** The distances between elements of a dense array in row-major order. */
export function denseStrides(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (const length of shape.toReversed()) {
    strides.push(stride);
    stride *= length;
  }
  return strides.reverse();
}

/** Makes a dense block of strided elements, a view where they lie so already. */
export function toBlock(from: Strided, shape: readonly number[]): Block {
  const size = product(shape);
  const dense = denseStrides(shape);
  const isDense = shape.every((length, axis) => length === 1 || from.strides[axis] === dense[axis]);
  if (isDense || size === 0) {
    const start = size === 0 ? 0 : from.offset;
    return { data: from.data.subarray(start, start + size), shape };
  }
  const Same = from.data.constructor as new (length: number) => TypedArray;
  const data = new Same(size);
  copyStrided({ data, offset: 0, strides: dense }, from, shape);
  return { data, shape };
}

/** Copies elements between arrays of the same dtype. */
export function copyStrided(to: Strided, from: Strided, shape: readonly number[]): void {
  if (product(shape) === 0) return;
  const axes = mergeAxes(to, from, shape);
  const inner = axes.pop() ?? { length: 1, to: 1, from: 1 };
  const copyRun =
    inner.to === 1 && inner.from === 1 ? copyDense(to.data, from.data) : copyApart(to.data, from.data);
  const index = axes.map(() => 0);
  let toStart = to.offset;
  let fromStart = from.offset;
  for (;;) {
    copyRun(toStart, fromStart, inner);
    let number = axes.length - 1;
    for (; number >= 0; number -= 1) {
      const axis = axes[number];
      const at = (index[number] ?? 0) + 1;
      if (axis === undefined) break;
      toStart += axis.to;
      fromStart += axis.from;
      index[number] = at;
      if (at < axis.length) break;
      toStart -= axis.to * at;
      fromStart -= axis.from * at;
      index[number] = 0;
    }
    if (number < 0) return;
  }
}

interface CopiedAxis {
  length: number;
  readonly to: number;
  readonly from: number;
}

type CopyRun = (toStart: number, fromStart: number, axis: CopiedAxis) => void;

/** The axes longer than 1, neighbours that are walked through alike being one: longer runs are copied at once. */
function mergeAxes(to: Strided, from: Strided, shape: readonly number[]): CopiedAxis[] {
  const axes: CopiedAxis[] = [];
  for (const [number, length] of shape.entries()) {
    if (length === 1) continue;
    const axis = { length, to: to.strides[number] ?? 0, from: from.strides[number] ?? 0 };
    const outer = axes.at(-1);
    if (outer?.to === axis.to * length && outer.from === axis.from * length) {
      axes[axes.length - 1] = { ...axis, length: outer.length * length };
    } else {
      axes.push(axis);
    }
  }
  return axes;
}

function copyDense(to: TypedArray, from: TypedArray): CopyRun {
  return (toStart, fromStart, { length }) => {
    // Both are of one class, which the compiler cannot know.
    (to as Float64Array).set((from as Float64Array).subarray(fromStart, fromStart + length), toStart);
  };
}

/** Copies bits rather than numbers: a float that is read and written again may be another NaN. */
function copyApart(to: TypedArray, from: TypedArray): CopyRun {
  const [target, source] = [wordsOf(to), wordsOf(from)];
  if (to.BYTES_PER_ELEMENT === 8) {
    return (toStart, fromStart, axis) => copyPairs(target, source, toStart, fromStart, axis);
  }
  return (toStart, fromStart, axis) => copyWords(target, source, toStart, fromStart, axis);
}

type Words = Uint8Array | Uint16Array | Uint32Array;

/** The elements as unsigned integers; those of 8 bytes as two of them. */
function wordsOf(data: TypedArray): Words {
  const { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: size } = data;
  if (size === 1) return new Uint8Array(buffer, byteOffset, byteLength);
  if (size === 2) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

function copyWords(to: Words, from: Words, toStart: number, fromStart: number, axis: CopiedAxis): void {
  for (let i = 0; i < axis.length; i += 1) to[toStart + i * axis.to] = from[fromStart + i * axis.from] ?? 0;
}

function copyPairs(to: Words, from: Words, toStart: number, fromStart: number, axis: CopiedAxis): void {
  for (let i = 0; i < axis.length; i += 1) {
    const [target, source] = [2 * (toStart + i * axis.to), 2 * (fromStart + i * axis.from)];
    to[target] = from[source] ?? 0;
    to[target + 1] = from[source + 1] ?? 0;
  }
}
