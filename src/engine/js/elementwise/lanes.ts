import { allocate, type DType, DTYPES, type TypedArray } from "../../../dtype/index.js";

/**
 * The elements of a tile as loops compute with them. All dtypes whose values a double holds are doubles, so
 * that every loop meets one class of arrays and is compiled for it.
 */
export type Lanes = Float64Array | BigLanes;

/** The elements of 64-bit integers; what is stored wraps. */
export type BigLanes = BigInt64Array | BigUint64Array;

/** Elements that are computed at once: few enough that some tiles fit the processor's cache. */
export const TILE = 4096;

/** Whether the elements of a dtype are 64-bit integers. */
export function isBig(dtype: DType): boolean {
  return dtype === "int64" || dtype === "uint64";
}

/** Room for elements of a dtype. */
export function newLanes(dtype: DType, length: number): Lanes {
  if (dtype === "int64") return new BigInt64Array(length);
  return dtype === "uint64" ? new BigUint64Array(length) : new Float64Array(length);
}

/** Whether elements lie in memory as they are computed with. */
function isDirect(dtype: DType): boolean {
  return dtype === "float64" || isBig(dtype);
}

/** Reads a dense array tile by tile. */
export class TileReader {
  readonly #data: TypedArray;
  readonly #room: Float64Array | undefined;

  constructor(dtype: DType, data: TypedArray, tile = TILE) {
    this.#data = data;
    this.#room = isDirect(dtype) ? undefined : new Float64Array(Math.min(tile, data.length));
  }

  /** The elements from `start` on, at least `count` of them; they are good until the next call. */
  read(start: number, count: number): Lanes {
    const stored = this.#data.subarray(start, start + count);
    if (this.#room === undefined) return stored as Lanes;
    this.#room.set(stored as Float64Array);
    return this.#room;
  }
}

/** Gives numbers the values that they have in a dtype: integers wrap, floats are rounded. */
export class Narrower {
  readonly #stored: Float64Array | undefined;

  constructor(dtype: DType, tile: number) {
    // Any class of numbers will do for the compiler.
    this.#stored = isDirect(dtype) || dtype === "bool" ? undefined : (allocate(dtype, tile) as Float64Array);
  }

  /** Narrows the first elements where they are. */
  narrow(lanes: Lanes, count: number): void {
    if (this.#stored === undefined) return;
    this.#stored.set((lanes as Float64Array).subarray(0, count));
    (lanes as Float64Array).set(this.#stored.subarray(0, count));
  }
}

/** Stores the first elements of a tile in a dense array. Integers wrap, floats are rounded. */
export function store(lanes: Lanes, count: number, data: TypedArray, start: number): void {
  (data as Float64Array).set((lanes as Float64Array).subarray(0, count), start);
}

/** Whether a dtype is a float's. */
export function isFloat(dtype: DType): boolean {
  return DTYPES[dtype].kind === "float";
}
