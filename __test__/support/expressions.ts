import {
  array,
  BrambleError,
  type Chunks,
  type DType,
  type Index,
  type LazyArray,
  type SetEntry,
  slice,
  type TypedArray,
} from "bramble";
import fc from "fast-check";
import { LazyArray as Lazy } from "../../dist/array/lazy-array.js";
import { NODE } from "../../dist/array/operand.js";
import { gather } from "../../dist/array/rechunk.js";
import { allocate, DTYPES, integerLimits } from "../../dist/dtype/index.js";
import { functionNamed, lazy } from "./values.js";

/** A random expression: numbers that choose among whatever there is to choose from, so that it can be built twice. */
export interface Recipe {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly source: Draws;
  readonly steps: readonly (Draws & { readonly kind: keyof typeof STEPS })[];
}

/** What is drawn for a step. */
interface Draws {
  /** Chooses what is computed. */
  readonly choices: readonly number[];
  /** Chooses how it is cut into blocks. */
  readonly cuts: readonly number[];
}

/** Operations and reductions to draw from. */
export interface Vocabulary {
  readonly unary: readonly string[];
  readonly binary: readonly string[];
  readonly reductions: readonly string[];
  readonly dtypes: readonly DType[];
}

/** Operations of any dtype that depend on the elements alone. */
const COMMON_UNARY =
  "absolute bitwise_count conj imag real invert logical_not negative positive sign square".split(" ");
const COMMON_BINARY = [
  ..."add subtract multiply floor_divide remainder fmod maximum minimum fmax fmin".split(" "),
  ..."gcd lcm left_shift right_shift".split(" "),
  ..."equal not_equal less less_equal greater greater_equal".split(" "),
  ..."logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor".split(" "),
];
const FLOAT_UNARY = [
  "angle",
  ..."ceil floor isfinite isinf isnan reciprocal rint signbit spacing sqrt trunc".split(" "),
  ..."arccos arccosh arcsin arcsinh arctan arctanh cbrt cos cosh exp exp2 expm1 i0".split(" "),
  ..."log log10 log1p log2 sin sinh tan tanh".split(" "),
];
const FLOAT_BINARY = "arctan2 copysign divide heaviside hypot logaddexp logaddexp2 nextafter".split(" ");

/** Reductions of integers that round nothing. */
const EXACT_REDUCTIONS = [
  ..."sum prod min max any all argmin argmax count_nonzero".split(" "),
  ..."nansum nanprod nanmin nanmax".split(" "),
];

/** Everything of which all ways to compute give the same bits. */
export const SAME_BITS: Vocabulary = {
  unary: [...COMMON_UNARY, ...FLOAT_UNARY],
  binary: [...COMMON_BINARY, ...FLOAT_BINARY],
  reductions: [...EXACT_REDUCTIONS, "mean", "var", "std", "nanvar", "nanstd"],
  dtypes: Object.keys(DTYPES) as DType[],
};

/** What does not depend on how arrays are cut: everything but sums and products of floats. */
export const ANY_CHUNKS: Vocabulary = {
  unary: COMMON_UNARY,
  binary: COMMON_BINARY,
  reductions: EXACT_REDUCTIONS,
  dtypes: ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"],
};

/** Draws recipes. */
export function recipes({ dtypes }: Vocabulary): fc.Arbitrary<Recipe> {
  const numbers = fc.array(fc.nat(), { minLength: 10, maxLength: 10 });
  const draws = { choices: numbers, cuts: numbers };
  const length = fc.oneof({ weight: 8, arbitrary: fc.nat(7) }, fc.nat(40));
  // Long enough for the segments of sums to form a cascade of several levels.
  const long = fc.integer({ min: 250, max: 3000 });
  const shape = fc.oneof(
    { weight: 6, arbitrary: fc.array(length, { maxLength: 3 }) },
    fc.tuple(long),
    fc.tuple(fc.nat(3), long),
    fc.tuple(long, fc.nat(3)),
  );
  const kinds = Object.keys(STEPS) as (keyof typeof STEPS)[];
  const step = fc.record({ kind: fc.constantFrom(...kinds), ...draws });
  return fc.record({
    dtype: fc.constantFrom(...dtypes),
    shape,
    source: fc.record(draws),
    steps: fc.array(step, { minLength: 1, maxLength: 6 }),
  });
}

/** Builds an expression, cut into blocks as the recipe says or in one block throughout. */
export function build(
  { dtype, shape, source, steps }: Recipe,
  vocabulary: Vocabulary,
  isCut = true,
): LazyArray {
  let x = makeSource(dtype, shape, kitOf(source, vocabulary, isCut));
  for (const { kind, ...draws } of steps) {
    try {
      x = STEPS[kind](x, kitOf(draws, vocabulary, isCut));
    } catch (error) {
      // An operation without a meaning for the dtype, or without elements, is left out.
      const isRefusal = ["UNSUPPORTED_DTYPE", "OVERFLOW", "EMPTY_REDUCTION"];
      if (!(error instanceof BrambleError) || !isRefusal.includes(error.code)) throw error;
    }
  }
  return x;
}

/** What a step chooses by. */
interface Kit {
  readonly vocabulary: Vocabulary;
  readonly choose: Chooser;
  readonly cut: Chooser;
  readonly isCut: boolean;
}

function kitOf({ choices, cuts }: Draws, vocabulary: Vocabulary, isCut: boolean): Kit {
  return { vocabulary, choose: new Chooser(choices), cut: new Chooser(cuts), isCut };
}

/** Chooses by numbers, over and over again. */
class Chooser {
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  below(count: number): number {
    const number = this.#numbers[this.#next % this.#numbers.length] ?? 0;
    this.#next += 1;
    return number % count;
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

const STEPS = {
  unary: (x: LazyArray, { choose, vocabulary }: Kit) => functionNamed(choose.of(vocabulary.unary))(x),

  binary: (x: LazyArray, kit: Kit) => {
    const { choose, vocabulary } = kit;
    const other = makeSource(choose.of(vocabulary.dtypes), broadcastable(x.shape, choose), kit);
    const operands = choose.below(2) === 0 ? [x, other] : [other, x];
    return functionNamed(choose.of(vocabulary.binary))(...operands);
  },

  number: (x: LazyArray, { choose, vocabulary }: Kit) => {
    const numbers = vocabulary.dtypes.includes("float64") ? [0, 1, -3, 7, 0.5, -2.25] : [0, 1, -3, 7, 100];
    return functionNamed(choose.of(vocabulary.binary))(x, choose.of(numbers));
  },

  where: (x: LazyArray, kit: Kit) => {
    const condition = makeSource("bool", broadcastable(x.shape, kit.choose), kit);
    const other = makeSource(kit.choose.of(kit.vocabulary.dtypes), broadcastable(x.shape, kit.choose), kit);
    return functionNamed("where")(condition, x, other);
  },

  cast: (x: LazyArray, { choose, vocabulary }: Kit) => x.astype(choose.of(vocabulary.dtypes)),

  slice: (x: LazyArray, { choose }: Kit) => {
    const entries = x.shape.flatMap((length): Index[] => {
      const kind = choose.below(8);
      if (kind === 0 && length > 0) return [choose.below(length)];
      if (kind === 1) return [null, ":"];
      if (kind < 4) return [":"];
      const [start, stop] = [choose.below(length + 2), choose.below(length + 2)];
      return [slice(start, stop, choose.of([1, 1, 2, 3, -1, -2]))];
    });
    return x.slice(...entries);
  },

  reduce: (x: LazyArray, kit: Kit) => {
    const name = chooseReduction(x, kit);
    return functionNamed(name)(x, reduceOptions(name, x, kit));
  },

  /** Reads the same blocks in two ways. */
  centre: (x: LazyArray, kit: Kit) => {
    const name = chooseReduction(x, kit);
    const reduced = functionNamed(name)(x, { ...reduceOptions(name, x, kit), keepdims: true });
    return functionNamed("subtract")(x, reduced);
  },

  transpose: (x: LazyArray, { choose }: Kit) => {
    const left = [...x.shape.keys()];
    return x.transpose(x.shape.map(() => left.splice(choose.below(left.length), 1)[0] ?? 0));
  },

  reshape: (x: LazyArray, { choose, cut }: Kit) => {
    const options = { mergeChunks: cut.below(4) > 0, ...(cut.below(4) === 0 && { limit: 100 }) };
    const divisors = [1, 2, 3, 4, 5, 7].filter((length) => x.size % length === 0);
    const shape = [choose.of(divisors), -1];
    const merged = [-1, ...x.shape.slice(1 + choose.below(2))];
    const split = x.shape.flatMap((length) => (length % 2 === 0 ? [2, length / 2] : [length, 1]));
    return x.size === 0
      ? x.reshape(split, options)
      : x.reshape(choose.of([-1, shape, merged, split]), options);
  },

  concatenate: (x: LazyArray, kit: Kit) => {
    const axis = kit.choose.below(x.ndim + 1);
    const other = makeSource(kit.choose.of(kit.vocabulary.dtypes), x.shape, kit);
    const parts = kit.choose.of([
      [x, other],
      [other, x, other],
      [x, x],
    ]);
    return axis < x.ndim ? array.concatenate(parts, { axis }) : array.stack(parts, { axis });
  },

  pad: (x: LazyArray, { choose }: Kit) => {
    const isFilled = x.size > 0;
    const mode = choose.of(isFilled ? PAD_MODES : (["constant", "empty"] as const));
    return array.pad(x, [choose.below(4), choose.below(9)], { mode, constantValues: 3 });
  },

  roll: (x: LazyArray, { choose }: Kit) => {
    const axis = choose.below(x.ndim + 1);
    return array.roll(x, choose.below(9) - 4, axis < x.ndim ? { axis } : {});
  },

  flip: (x: LazyArray) => array.flip(x),

  repeat: (x: LazyArray, { choose }: Kit) => {
    const times = x.size < 3000 ? 1 + choose.below(3) : 1;
    return choose.below(2) === 0 ? array.tile(x, times) : x.repeat(times, x.ndim > 0 ? { axis: -1 } : {});
  },

  diagonal: (x: LazyArray, { choose }: Kit) =>
    x.ndim < 2
      ? x
      : array.diagonal(x, { offset: choose.below(5) - 2, axis1: -1, axis2: choose.below(x.ndim - 1) }),

  triangle: (x: LazyArray, { choose }: Kit) =>
    x.ndim < 2 ? x : array[choose.of(["tril", "triu"] as const)](x, choose.below(5) - 2),

  scan: (x: LazyArray, { choose, vocabulary }: Kit) => {
    const axis = choose.below(x.ndim + 1);
    const name = choose.of(["cumsum", "cumprod", "nancumsum"]);
    if (isRounded(x, vocabulary)) return x;
    return functionNamed(name)(x, axis < x.ndim ? { axis } : {});
  },

  /** What sees all elements along an axis. */
  order: (x: LazyArray, { choose }: Kit) => {
    if (x.ndim === 0) return x;
    const axis = choose.below(x.ndim);
    const name = choose.of(["median", "nanmedian", "quantile", "topk", "argtopk", "diff"]);
    const share = choose.of([0, 0.2, 0.5, 1]);
    const count = choose.of([1, 2, 5, -1, -3]);
    if (name === "quantile") return functionNamed(name)(x, share, { axis });
    return functionNamed(name)(x, ...(name.endsWith("topk") ? [count] : []), { axis });
  },

  take: (x: LazyArray, { choose }: Kit) => {
    if (x.size === 0 || x.ndim === 0) return x;
    const axis = choose.below(x.ndim);
    const length = x.shape[axis] ?? 1;
    const positions = Array.from({ length: choose.below(7) }, () => choose.below(2 * length) - length);
    return x.take(positions, { axis });
  },

  assign: (x: LazyArray, { choose }: Kit) => {
    if (x.ndim === 0) return x;
    const index = x.shape.map((length): SetEntry => {
      if (choose.below(4) === 0 && length > 0) return choose.below(length);
      return slice(choose.below(length + 1), choose.below(length + 2), choose.of([1, 1, 2, -1]));
    });
    return x.setItem(index, choose.below(2));
  },

  isin: (x: LazyArray, kit: Kit) =>
    array.isin(x, makeSource(kit.choose.of(kit.vocabulary.dtypes), [kit.choose.below(20)], kit)),

  /** What is put around blocks is taken away again. */
  borders: (x: LazyArray, { choose }: Kit) => {
    if (x.size === 0) return x;
    const depth = x.shape.map(() => choose.below(3));
    const options = { depth, boundary: choose.of(["none", "nearest", 3] as const) };
    return array.trimInternal(array.overlap(x, options), options);
  },

  /** Sums of products of integers, which are exact. */
  contract: (x: LazyArray, kit: Kit) => {
    const last = x.shape.at(-1) ?? 0;
    if (x.ndim === 0 || isInexact(x) || x.size > 3000) return x;
    return array.matmul(x, makeSource(x.dtype, [last, 1 + kit.choose.below(4)], kit));
  },

  rechunk: (x: LazyArray, kit: Kit) => x.rechunk(chunksFor(x.shape, kit)),

  /** Cuts blocks without elements, which only engines know. */
  recut: (x: LazyArray, { cut, isCut }: Kit) => {
    if (!isCut) return x;
    const grid = x.shape.map((length) => {
      const first = cut.below(length + 1);
      return [0, first, 0, length - first].map((chunk) => ({ length: chunk, count: 1 }));
    });
    return new Lazy(gather(x[NODE], grid)) as LazyArray;
  },
};

/** Ways to pad that round nothing. */
const PAD_MODES = ["constant", "edge", "maximum", "minimum", "reflect", "symmetric", "wrap"] as const;

/** Signed and unsigned integers of 64 bits together become floats, even where none are drawn. */
function isRounded({ dtype }: LazyArray, { dtypes }: Vocabulary): boolean {
  return isInexact({ dtype }) && !dtypes.includes("float64");
}

function isInexact({ dtype }: Pick<LazyArray, "dtype">): boolean {
  return ["float", "complex"].includes(DTYPES[dtype].kind);
}

function chooseReduction(x: LazyArray, { choose, vocabulary }: Kit): string {
  const { reductions } = vocabulary;
  return choose.of(isRounded(x, vocabulary) ? ["min", "max", "any", "all", "argmin"] : reductions);
}

function reduceOptions(name: string, { ndim }: LazyArray, { choose, cut }: Kit): object {
  const splitEvery = cut.of([2, 3, 4, 16]);
  const keepdims = choose.below(2) === 0;
  const among = choose.below(ndim + 1);
  if (name.startsWith("arg")) return { keepdims, splitEvery, ...(among < ndim && { axis: among }) };
  const axis = Array.from({ length: ndim }, (_, number) => number).filter(() => choose.below(3) > 0);
  return { axis, keepdims, splitEvery };
}

/** A shape that broadcasts to another: some axes repeat, outer ones may lack. */
function broadcastable(shape: readonly number[], choose: Chooser): number[] {
  return shape
    .slice(choose.below(4) === 0 ? choose.below(shape.length + 1) : 0)
    .map((length) => (choose.below(4) === 0 ? 1 : length));
}

function makeSource(dtype: DType, shape: readonly number[], kit: Kit): LazyArray {
  const data = allocate(
    dtype,
    shape.reduce((size, length) => size * length, 1),
  );
  const random = generator(kit.choose.below(2 ** 31));
  for (const index of data.keys()) data.fill(randomItem(dtype, random) as never, index, index + 1);
  return lazy(dtype, data as TypedArray, shape, chunksFor(shape, kit));
}

/** Lengths from 1 on, few or many, that add up. */
function chunksFor(shape: readonly number[], { cut, isCut }: Kit): Chunks {
  if (!isCut) return -1;
  return shape.map((length) => {
    if (length === 0) return [0];
    const most = Math.max(Math.ceil(length / 60), cut.of([1, 2, 5, length]));
    const lengths: number[] = [];
    for (let left = length; left > 0; left -= lengths.at(-1) ?? left) {
      lengths.push(Math.min(left, most - cut.below(Math.ceil(most / 2))));
    }
    return lengths;
  });
}

/** Small numbers, fractions and extremes. */
function randomItem(dtype: DType, random: () => number): number | bigint {
  const { kind, itemsize } = DTYPES[dtype];
  const draw = random();
  if (kind === "bool") return draw < 0.5 ? 0 : 1;
  if (kind === "float" || kind === "complex") {
    const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 1e30, 5e-324];
    return draw < 0.01
      ? (special[Math.floor(draw * 700)] ?? 0)
      : (random() - 0.4) * 10 ** Math.floor(random() * 6 - 2);
  }
  const { min, max } = integerLimits(dtype);
  const values = draw < 0.9 ? [BigInt(Math.floor(random() * 12))] : [min, max, max / 2n, -1n & max];
  const value = values[Math.floor(random() * values.length)] ?? 0n;
  return itemsize === 8 ? value : Number(value);
}

/** Numbers from 0 to 1, the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
