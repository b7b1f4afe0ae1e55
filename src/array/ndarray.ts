import { inspect } from "node:util";
import { checkInteger, describe, invalid } from "../check.js";
import {
  allocate,
  copyItem,
  type DataOf,
  type DType,
  DTYPES,
  dtypeOfData,
  type ItemOf,
  isComplex,
  isDType,
  partType,
  readItem,
  type TypedArray,
  writeItem,
} from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import { product } from "../graph/grid.js";
import { formatNDArray } from "./format-ndarray.js";
import { checkShape, formatShape } from "./shape.js";

/** How the elements of an array lie in its data. */
export interface NDArrayOptions<D extends DType = DType> {
  /**
   * Element type; default: that of the typed array. `"bool"` for bytes that are 0 or 1; a complex one for floats of which
   * two are an element, the real part and behind it the imaginary one.
   */
  readonly dtype?: D;
  /** Distance between neighbours along each axis, in elements; default: row-major. */
  readonly strides?: readonly number[];
  /** Position of the first element in the data; default 0. */
  readonly offset?: number;
}

/** What an `NDArray` gives level by level as nested JavaScript arrays. */
export type NestedArray<T> = T | readonly NestedArray<T>[];

/**
 * An array in memory: a typed array, a shape, and strides. What `compute()` gives.
 *
 * It has the fields of scijs' `ndarray` (`data`, `shape`, `stride`, `offset`), so that its algorithms take it.
 *
 * @example
 * const a = new NDArray(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
 * a.get(1, 0); // 4
 */
export class NDArray<D extends DType = DType> {
  /** The elements, in the order that the strides say. */
  readonly data: DataOf<D>;
  /** Number of elements along each axis. */
  readonly shape: readonly number[];
  /** Distance between neighbours along each axis, in elements. */
  readonly strides: readonly number[];
  /** Position of the first element in `data`. */
  readonly offset: number;
  /** Element type. */
  readonly dtype: D;

  /**
   * @param data - the elements; referenced, not copied.
   * @param shape - number of elements along each axis; default: one axis over all data.
   */
  constructor(data: DataOf<D>, shape?: readonly number[], options: NDArrayOptions<D> = {}) {
    this.dtype = dtypeOfArray(data, options.dtype) as D;
    this.data = data;
    this.shape = Object.freeze([...checkShape(shape ?? [sizeOf(data, this.dtype)], "shape")]);
    this.strides = Object.freeze([...(options.strides ?? rowMajor(this.shape))]);
    this.offset = checkInteger(options.offset ?? 0, "options.offset", 0);
    checkLayout(this);
  }

  /** Number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return product(this.shape);
  }

  /** The strides under scijs' name. */
  get stride(): readonly number[] {
    return this.strides;
  }

  /** The number of axes under scijs' name. */
  get dimension(): number {
    return this.ndim;
  }

  /** The element at an index, one number for each axis; negative ones count from the end. */
  get(...index: number[]): ItemOf<D> {
    return readItem(this.data, this.dtype, positionOf(this, index)) as ItemOf<D>;
  }

  /** Writes the element at an index; the last argument is the value. */
  set(...indexAndValue: [...index: number[], value: ItemOf<D>]): void {
    const index = indexAndValue.slice(0, -1) as number[];
    const value = indexAndValue.at(-1) as ItemOf<D>;
    writeItem(this.data, this.dtype, positionOf(this, index), value);
  }

  /** The only element of an array that has one. */
  item(): ItemOf<D> {
    if (this.size !== 1) {
      throw new BrambleError("INVALID_ARGUMENT", `item() needs an array of one element, not of ${this.size}`);
    }
    return readItem(this.data, this.dtype, this.offset) as ItemOf<D>;
  }

  /** Nested JavaScript arrays of the elements; the element itself of a 0-d array. */
  toArray(): NestedArray<ItemOf<D>> {
    return this.ndim === 0 ? this.item() : Array.from(this, toNested<D>);
  }

  /** An array of the same elements in row-major order: itself, or a copy. */
  contiguous(): NDArray<D> {
    if (this.offset === 0 && sizeOf(this.data, this.dtype) === this.size && isRowMajor(this)) return this;
    const data = allocate(this.dtype, this.size);
    let next = 0;
    for (const position of positions(this)) {
      copyItem(this.dtype, data, next, this.data, position);
      next += 1;
    }
    return new NDArray<D>(data, this.shape, { dtype: this.dtype });
  }

  /** The elements of a 1-d array; of others the sub-arrays along the first axis, as views. */
  *[Symbol.iterator](): Generator<ItemOf<D> | NDArray<D>> {
    const [length, ...shape] = this.shape;
    const [step = 0, ...strides] = this.strides;
    if (length === undefined)
      throw new BrambleError("INVALID_ARGUMENT", "A 0-d array has nothing to iterate over");
    for (let index = 0; index < length; index += 1) {
      const offset = this.offset + index * step;
      yield shape.length === 0
        ? (readItem(this.data, this.dtype, offset) as ItemOf<D>)
        : new NDArray<D>(this.data, shape, { dtype: this.dtype, strides, offset });
    }
  }

  /** The elements as NumPy prints them. */
  toString(): string {
    return this.ndim === 0 ? String(this.item()) : formatNDArray(this, { separator: " ", prefix: "" });
  }

  [inspect.custom](): string {
    const prefix = "NDArray(";
    const items = this.ndim === 0 ? this.toString() : formatNDArray(this, { separator: ", ", prefix });
    return `${prefix}${items}, dtype=${this.dtype})`;
  }

  get [Symbol.toStringTag](): string {
    return "NDArray";
  }
}

/** Row-major strides: the last axis runs fastest. */
function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => product(shape.slice(axis + 1)));
}

/** The positions of all elements in the data, in row-major order. */
function* positions(array: Pick<NDArray, "shape" | "strides" | "offset">): Generator<number> {
  const [length, ...shape] = array.shape;
  const [step = 0, ...strides] = array.strides;
  if (length === undefined) {
    yield array.offset;
    return;
  }
  for (let index = 0; index < length; index += 1) {
    yield* positions({ shape, strides, offset: array.offset + index * step });
  }
}

function toNested<D extends DType>(entry: ItemOf<D> | NDArray<D>): NestedArray<ItemOf<D>> {
  return entry instanceof NDArray ? entry.toArray() : entry;
}

/** How many elements there are in some data. */
function sizeOf(data: TypedArray, dtype: DType): number {
  return data.length / DTYPES[dtype].entries;
}

function positionOf(array: NDArray, index: readonly number[]): number {
  if (index.length !== array.ndim) {
    throw new BrambleError(
      "OUT_OF_BOUNDS",
      `An array of shape ${formatShape(array.shape)} takes ${array.ndim} index numbers, not ${index.length}`,
    );
  }
  return index.reduce((position, value, axis) => {
    const length = array.shape[axis] ?? 0;
    const at = value < 0 ? value + length : value;
    if (Number.isSafeInteger(at) && at >= 0 && at < length) return position + at * (array.strides[axis] ?? 0);
    throw new BrambleError(
      "OUT_OF_BOUNDS",
      `Index ${describe(value)} is not on axis ${axis}, which has ${length} elements`,
    );
  }, array.offset);
}

function dtypeOfArray(data: unknown, dtype: unknown): DType {
  const found = dtypeOfData(data);
  if (found === undefined) throw invalid("a typed array", "data", data);
  if (dtype === undefined || dtype === found) return found;
  if (dtype === "bool" && found === "uint8") return "bool";
  if (isDType(dtype) && isComplex(dtype) && partType(dtype) === found) return dtype;
  throw invalid(`the dtype of the data, ${found}`, "options.dtype", dtype);
}

function checkLayout({ data, dtype, shape, strides, offset }: NDArray): void {
  const size = sizeOf(data, dtype);
  if (strides.length !== shape.length) throw invalid(`${shape.length} strides`, "options.strides", strides);
  for (const stride of strides) checkInteger(stride, "options.strides");
  if (shape.includes(0)) return;
  // The corners of the array are its extreme positions in the data.
  let [least, greatest] = [offset, offset];
  for (const [axis, stride] of strides.entries()) {
    const reach = stride * ((shape[axis] ?? 1) - 1);
    if (reach < 0) least += reach;
    else greatest += reach;
  }
  if (least >= 0 && greatest < size) return;
  throw new BrambleError(
    "SHAPE_MISMATCH",
    `Shape ${formatShape(shape)} needs the elements ${least} to ${greatest} of data that has ${size}`,
  );
}

function isRowMajor({ shape, strides }: NDArray): boolean {
  const dense = rowMajor(shape);
  return strides.every((stride, axis) => stride === dense[axis] || (shape[axis] ?? 0) <= 1);
}
