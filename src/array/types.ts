import type {
  ComplexLike,
  DataOf,
  DType,
  DTypeOfData,
  ItemOf,
  Promotions,
  ResultOf,
  ResultRule,
  ScalarValue,
  TypedArray,
} from "../dtype/index.js";
import type { BlockInfo } from "../engine/engine.js";
import type { StoreHandle } from "../graph/index.js";
import type { LazyArray } from "./lazy-array.js";
import type { NDArray, NestedArray } from "./ndarray.js";

/**
 * What is known of an array's number of axes: a `scalar` has none, and computes to a number; an `array` has
 * some. `Rank` is either, which is known only at run time.
 */
export type Rank = "scalar" | "array";

/** What can stand beside an array in an operation. */
export type Operand = LazyArray | NDArray | ScalarValue;

/** What a function of blocks gives: a block, or a promise of one. */
type BlockResult<D extends DType> = NDArray<D> | DataOf<D> | ItemOf<D>;

/** A function of blocks; it gets after them where the block lies that it makes. */
export type BlockFunction<Blocks extends readonly unknown[], D extends DType> = (
  ...args: [...blocks: Blocks, info: BlockInfo]
) => BlockResult<D> | Promise<BlockResult<D>>;

/** A function of as many blocks as it likes. */
export type AnyBlockFunction<D extends DType> = (
  ...args: never[]
) => BlockResult<D> | Promise<BlockResult<D>>;

/** What is known of the number of axes of what a function of blocks gives. */
export type MappedRank<R extends Rank, O> = O extends
  | { readonly dropAxis: number | readonly number[] }
  | { readonly newAxis: number | readonly number[] }
  ? Rank
  : R;

/** What a function of blocks gets for an argument: a block of an array, anything else as it is. */
export type BlocksOf<A extends readonly unknown[]> = {
  -readonly [I in keyof A]: A[I] extends LazyArray<infer D, Rank> ? NDArray<D> : A[I];
};

/** What `compute()` gives. */
export type Computed<D extends DType, R extends Rank> = {
  readonly scalar: ItemOf<D>;
  readonly array: NDArray<D>;
}[R];

/** How an operand weighs in promotion: with its dtype, or as a number outside of any array. */
type WeightOf<T> =
  T extends LazyArray<infer D, Rank>
    ? D
    : T extends NDArray<infer D>
      ? D
      : T extends boolean
        ? "bool"
        : T extends bigint
          ? "int"
          : T extends number
            ? NumberWeight<T>
            : T extends ComplexLike
              ? "complex"
              : never;

/** A literal tells whether it is whole; of `number` nobody knows before it runs. */
type NumberWeight<T extends number> = number extends T
  ? "int" | "float"
  : `${T}` extends `${bigint}`
    ? "int"
    : "float";

/** The dtype of an array of dtype `D` together with an operand. */
type PromotedWith<D extends DType, T> = Promotions[D][WeightOf<T>];

/** The dtype that an operand has as an array. */
export type DTypeOf<T> =
  T extends LazyArray<infer D, Rank>
    ? D
    : T extends NDArray<infer D>
      ? D
      : T extends boolean
        ? "bool"
        : T extends bigint
          ? "int64"
          : T extends ComplexLike
            ? "complex128"
            : "float64";

/** The dtype of an operation on two operands. */
export type Promoted<A, B> = A extends ScalarValue
  ? B extends ScalarValue
    ? PromotedWith<DTypeOf<A>, B>
    : PromotedWith<DTypeOf<B>, A>
  : PromotedWith<DTypeOf<A>, B>;

/** What is known of the number of axes of an operand. */
export type RankOf<T> = T extends LazyArray<DType, infer R> ? R : T extends ScalarValue ? "scalar" : "array";

/** Broadcasting: an array stays one whatever stands beside it. */
export type BroadcastRank = {
  readonly scalar: { readonly scalar: "scalar"; readonly array: "array" };
  readonly array: { readonly scalar: "array"; readonly array: "array" };
};

/** The result of an operation on one operand. */
export type UnaryResult<Rule extends ResultRule, A> = LazyArray<ResultOf<Rule, DTypeOf<A>>, RankOf<A>>;

/** The result of an operation on two operands. */
export type BinaryResult<Rule extends ResultRule, A, B> = LazyArray<
  ResultOf<Rule, Promoted<A, B>>,
  BroadcastRank[RankOf<A>][RankOf<B>]
>;

/** What remains of the number of axes after a reduction with some options. */
export type ReducedRank<R extends Rank, O> = O extends { readonly keepdims: true }
  ? R
  : O extends { readonly axis: number | readonly number[] }
    ? Rank
    : "scalar";

/** What remains of the number of axes after an index: only integers take axes away. */
export type SlicedRank<R extends Rank, I extends readonly unknown[]> = number extends I["length"]
  ? Rank
  : Extract<I[number], number> extends never
    ? R
    : Rank;

/** What is known of the number of axes of a shape that somebody wrote. */
export type RankOfShape<S> = S extends readonly [] ? "scalar" : "array";

/** What `fromArray` takes. */
export type ArraySource = LazyArray | StoreHandle | NDArray | TypedArray | NestedArray<ScalarValue>;

/** The dtype of an array over some data. */
export type DTypeOfSource<T> = T extends { readonly dtype: infer D extends DType }
  ? D
  : T extends TypedArray
    ? DTypeOfData<T>
    : T extends NestedArray<boolean>
      ? "bool"
      : T extends NestedArray<bigint>
        ? "int64"
        : T extends NestedArray<ComplexLike>
          ? "complex128"
          : "float64";

/** What is known of the number of axes of an array over some data. */
export type RankOfSource<T> =
  T extends LazyArray<DType, infer R> ? R : T extends ScalarValue ? "scalar" : "array";

/** What an array computes to. */
export type ComputedOf<T> = T extends LazyArray<infer D, infer R> ? Computed<D, R> : never;
