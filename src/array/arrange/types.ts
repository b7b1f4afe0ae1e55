import type { DType, ScalarValue } from "../../dtype/index.js";
import type { AxisChunks, Chunks } from "../chunks.js";
import type { LazyArray } from "../lazy-array.js";
import type { NDArray } from "../ndarray.js";
import type { PadMode } from "./pad.js";

/** Along which axis; negative ones count from the end. */
export interface AxisOptions {
  /** Number of the axis. */
  readonly axis?: number | undefined;
}

/** Along which axes; negative ones count from the end. */
export interface AxesOptions {
  /** Number of the axis, or of each of several. */
  readonly axis?: number | readonly number[] | undefined;
}

/** How blocks are cut for another shape. */
export interface ReshapeOptions {
  /**
   * Whether blocks are put together and cut anew so that they keep about their size. Else axes that become one are
   * cut into chunks of 1, all but the last: nothing is put together, but there may be very many blocks. Default: true.
   */
  readonly mergeChunks?: boolean | undefined;
  /** The most bytes of a block where it has to be cut anew. Default: as many as blocks have now. */
  readonly limit?: number | undefined;
}

/** How axes are cut that one becomes block by block. */
export interface ReshapeBlockwiseOptions {
  /** The chunks of the result, whose blocks are as large as those that become them. */
  readonly chunks?: Chunks | undefined;
}

/** Which diagonal. */
export interface DiagonalOptions {
  /** How far above the main diagonal it lies; negative below. Default: 0. */
  readonly offset?: number | undefined;
  /** The axis of the rows. Default: 0. */
  readonly axis1?: number | undefined;
  /** The axis of the columns. Default: 1. */
  readonly axis2?: number | undefined;
}

/** A value for all axes, a pair for before and behind all axes, or a pair for each axis. */
export type PerSide<T> = T | readonly [T] | readonly [T, T] | readonly (readonly [T] | readonly [T, T])[];

/** What elements an array is padded with. */
export interface PadOptions {
  /**
   * - `constant`: a value
   * - `edge`: the elements at the ends
   * - `linear_ramp`: numbers that go evenly from a value to the elements at the ends
   * - `maximum`, `mean`, `minimum`: that of the elements next to each end
   * - `reflect`: mirrored at the elements at the ends, which are not repeated
   * - `symmetric`: mirrored at the ends
   * - `wrap`: from the other end on
   * - `empty`: whatever; it is zeros
   *
   * Default: `constant`.
   */
  readonly mode?: PadMode | undefined;
  /** The values of `constant`. Default: 0. */
  readonly constantValues?: PerSide<ScalarValue> | undefined;
  /** The values from which `linear_ramp` comes. Default: 0. */
  readonly endValues?: PerSide<number> | undefined;
  /** How many elements next to each end a statistic is of. Default: all. */
  readonly statLength?: PerSide<number> | null | undefined;
}

/** How a repeated array is cut into blocks. */
export interface ChunksOptions {
  /** Default: axes that stay keep their chunks, those that repeat are cut so that a block takes about 32 MiB. */
  readonly chunks?: Chunks | undefined;
}

/** How a matrix is made. */
export interface MatrixOptions<D extends DType = DType> {
  /** Number of columns. Default: as many as rows. */
  readonly columns?: number | undefined;
  /** How far above the main diagonal the diagonal lies; negative below. Default: 0. */
  readonly k?: number | undefined;
  /** Element type. Default: float64. */
  readonly dtype?: D | undefined;
  /** How it is cut into blocks. Default: `"auto"`. */
  readonly chunks?: Chunks | undefined;
}

/** How an array like another one is made. */
export interface LikeOptions<D extends DType = DType> {
  /** Element type. Default: that of the other array. */
  readonly dtype?: D | undefined;
  /** How it is cut into blocks. Default: as the other array, or `"auto"` for another shape. */
  readonly chunks?: Chunks | undefined;
  /** Number of elements along each axis. Default: as the other array. */
  readonly shape?: number | readonly number[] | undefined;
}

/** How evenly spaced numbers are made. */
export interface LinspaceOptions<D extends DType = DType> {
  /** Whether the last one is `stop`; else it is left out. Default: true. */
  readonly endpoint?: boolean | undefined;
  /** Element type; integers are rounded down. Default: float64. */
  readonly dtype?: D | undefined;
  /** How they are cut into blocks. Default: `"auto"`. */
  readonly chunks?: AxisChunks | undefined;
}

/** How coordinate arrays are made. */
export interface MeshgridOptions {
  /** `xy`: the first two axes change places, as in pictures. `ij`: axis `n` is that of array `n`. Default: `xy`. */
  readonly indexing?: "xy" | "ij" | undefined;
  /** Whether they have length 1 along the axes that they do not vary along. Default: false. */
  readonly sparse?: boolean | undefined;
}

/** In which plane an array is turned. */
export interface Rot90Options {
  /** From the first of these axes towards the second. Default: 0 and 1. */
  readonly axes?: readonly [number, number] | undefined;
}

/** An array, or a number as an array without axes. */
export type ArrayLike = LazyArray | NDArray | ScalarValue;

/** Arrays in lists, nested to the same depth everywhere. */
export type Blocks = ArrayLike | readonly Blocks[];

type IsUnion<T, U = T> = T extends unknown ? ([U] extends [T] ? false : true) : never;

/** The dtype of arrays put together: theirs where it is one, else what they promote to. */
export type JoinedDType<A> = [A] extends [{ readonly dtype: infer D extends DType }]
  ? IsUnion<D> extends false
    ? D
    : DType
  : DType;
