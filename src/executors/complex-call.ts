import { NDArray } from "../array/ndarray.js";
import { type DType, isComplex, type TypedArray } from "../dtype/index.js";
import type { BlockInfo, TaskFunction } from "../engine/engine.js";
import { arrayOfResult, checkBlock } from "./block-result.js";
import { isPromise } from "./run-call.js";

/** Which blocks of a call are complex: beyond it their real and imaginary parts lie along a last axis. */
export interface ComplexCall {
  /** For each argument whether it is a block, or a list of blocks, of complex numbers. */
  readonly takes: readonly boolean[];
  readonly gives: DType;
  /** For each axis of what it gives whether its lengths are known. */
  readonly isKnown: readonly boolean[];
}

/**
 * Calls a function with complex blocks in the place of those of their parts, and gives those of the parts of a complex block
 * that it gives. Every worker has this function, so that its name travels.
 */
export function callComplex(called: TaskFunction, call: ComplexCall, args: readonly unknown[]): unknown {
  const info = args.at(-1) as BlockInfo;
  const ofElements = isComplex(call.gives) ? withoutLastAxis(info) : info;
  const given = args.slice(0, -1).map((arg, number) => (call.takes[number] === true ? joined(arg) : arg));
  const run = called as (...args: readonly unknown[]) => unknown;
  const result = run(...given, ofElements);
  if (!isComplex(call.gives)) return result;
  const parts = (value: unknown): NDArray => partsOf(value, call, ofElements);
  return isPromise(result) ? Promise.resolve(result).then(parts) : parts(result);
}

/** Of what a function sees of its block, the axes that it has itself. */
function withoutLastAxis({ block, start, shape, numBlocks }: BlockInfo): BlockInfo {
  const [blockOf, startOf, shapeOf, numBlocksOf] = [block, start, shape, numBlocks].map((each) =>
    each.slice(0, -1),
  ) as [number[], number[], number[], number[]];
  return { block: blockOf, start: startOf, shape: shapeOf, numBlocks: numBlocksOf };
}

/** A block of parts, or a list of such, as complex numbers in the same memory. */
function joined(parts: unknown): unknown {
  if (Array.isArray(parts)) return parts.map(joined);
  const { data, shape, dtype } = parts as NDArray;
  return new NDArray(data, shape.slice(0, -1), { dtype: dtype === "float32" ? "complex64" : "complex128" });
}

function partsOf(result: unknown, { gives, isKnown }: ComplexCall, { shape }: BlockInfo): NDArray {
  const array = arrayOfResult(result).contiguous();
  checkBlock(array, {
    dtype: gives,
    shape: shape.map((length, axis) => (isKnown[axis] === true ? length : undefined)),
  });
  return new NDArray(array.data as TypedArray, [...array.shape, 2]);
}
