import { array, delayed, type DType, type LazyArray, NDArray, slice } from "bramble";
import { functionNamed } from "./values.js";

type Call = (...args: unknown[]) => unknown;
type Options = Readonly<Record<string, unknown>>;

/** What stands before the arrays of a call, the arrays, and the options behind them. */
function parted(args: readonly unknown[]): { before: unknown[]; arrays: LazyArray[]; options: Options } {
  const isArray = (value: unknown): boolean =>
    typeof value === "object" && value !== null && "dtype" in value;
  const last = args.at(-1);
  const hasOptions = typeof last === "object" && last !== null && !Array.isArray(last) && !isArray(last);
  const rest = hasOptions && Object.getPrototypeOf(last) === Object.prototype ? args.slice(0, -1) : args;
  return {
    before: rest.filter((value) => !isArray(value)),
    arrays: rest.filter((value) => isArray(value)) as LazyArray[],
    options: rest.length < args.length ? (last as Options) : {},
  };
}

/** Calls a function with the array first, and what a case has before it behind. */
function arrayFirst(call: (x: LazyArray, ...rest: never[]) => unknown): Call {
  return (...args) => {
    const { before, arrays, options } = parted(args);
    const [x, ...others] = arrays;
    return call(x as LazyArray, ...([...before, ...others, options] as never[]));
  };
}

/** An index as it was written. */
function entriesOf(written: unknown): never[] {
  return (written as unknown[]).map((entry) => {
    const isSlice = typeof entry === "object" && entry !== null && Object.hasOwn(entry, "slice");
    return isSlice
      ? slice(...((entry as { slice: unknown }).slice as [number | null, number | null, number | null]))
      : entry;
  }) as never[];
}

const { absolute, linalg } = array;

/** The sum of the squares of a block, as a block. */
function squares(axis: number): Call {
  return (block) => {
    const { data, shape } = block as NDArray;
    const [rows = 0, columns = 0] = shape;
    const sums = new Float64Array(axis === 0 ? columns : rows);
    for (const [place, value] of (data as Float64Array).entries()) {
      const kept = axis === 0 ? place % columns : Math.floor(place / columns);
      sums[kept] = (sums[kept] ?? 0) + value * value;
    }
    return new NDArray(sums, axis === 0 ? [1, columns] : [rows, 1]);
  };
}

function summed(parts: unknown): NDArray {
  const [first, ...others] = parts as NDArray[];
  const sums = Float64Array.from(first?.data as Float64Array);
  for (const { data } of others) {
    for (const [place, value] of (data as Float64Array).entries()) sums[place] = (sums[place] ?? 0) + value;
  }
  return new NDArray(sums, first?.shape ?? []);
}

/** An element less the one before it along the rows, and more the one before it along the columns, around the edges. */
function differences(block: NDArray): NDArray {
  const [rows = 0, columns = 0] = block.shape;
  const at = (row: number, column: number): number =>
    Number(block.data[((row + rows) % rows) * columns + ((column + columns) % columns)]);
  const values = Float64Array.from(block.data as Float64Array, (value, place) => {
    const [row, column] = [Math.floor(place / columns), place % columns];
    return value - at(row - 1, column) + at(row, column - 1);
  });
  return new NDArray(values, block.shape);
}

/** In the chunks that the answer was made of. */
const cut = (x: LazyArray): LazyArray => x.rechunk([2, 3]);

/** Calls of cases whose arguments are not those of the function, by the names that the cases have. */
export const WORD_CALLS: Readonly<Record<string, Call>> = {
  applyAlongAxis: arrayFirst((x, axis: number) =>
    array.applyAlongAxis(
      (line) => [Math.max(...(line as Float64Array)) - Math.min(...(line as Float64Array))][0] ?? 0,
      axis,
      x,
    ),
  ),
  applyGufunc: (x) =>
    array.applyGufunc(
      (block: NDArray) => {
        const [rows = 0, columns = 0] = block.shape;
        const line = (row: number): number[] =>
          Array.from(block.data as Float64Array).slice(row * columns, (row + 1) * columns);
        return Float64Array.from(
          { length: rows },
          (_, row) => Math.max(...line(row)) - Math.min(...line(row)),
        );
      },
      "(j)->()",
      [(x as LazyArray).rechunk({ 1: -1 })],
    ),
  applyOverAxes: arrayFirst((x, axes: number[]) =>
    array.applyOverAxes((part, axis) => part.sum({ axis, keepdims: true }), x, axes),
  ),
  argwhere: arrayFirst((x, divisor: number) => array.argwhere(x.remainder(divisor).equal(0))),
  asArray: (list) => array.asArray(list as number[][]).astype("float64"),
  astype: arrayFirst((x, dtype: DType) => x.astype(dtype)),
  blocks: arrayFirst((x, row: number, columns: unknown) =>
    cut(x).blocks(row, entriesOf([columns])[0] as never),
  ),
  blockwise: (a, b) =>
    array.blockwise(
      (first: NDArray, second: NDArray) =>
        new NDArray(
          Float64Array.from({ length: first.size * second.size }, (_, place) => {
            const [row, column] = [Math.floor(place / second.size), place % second.size];
            return Number(first.data[row]) * Number(second.data[column]);
          }),
          [first.size, second.size],
        ),
      "ij",
      [
        [a as LazyArray, "i"],
        [b as LazyArray, "j"],
      ] as never,
    ),
  broadcastArrays: (...args) => array.broadcastArrays(...(args as LazyArray[])),
  cholesky: (x, options) => linalg.cholesky(x as LazyArray, options as object),
  compress: (x, mask, options) => array.compress(mask as LazyArray, x as LazyArray, options as object),
  cov: (x) => array.cov(x as LazyArray),
  det: (x) => linalg.det(x as LazyArray),
  extract: (x, condition) => array.extract(condition as LazyArray, x as LazyArray),
  fabs: (x) => array.absolute(x as LazyArray),
  fix: (x) => array.trunc(x as LazyArray),
  fromArray: (list, options) => array.fromArray(list as number[][], options as object),
  fromDelayed: (x) => {
    const { shape, dtype } = x as LazyArray;
    return array.fromDelayed(delayed((y: NDArray) => y)(x as never) as never, { shape, dtype } as never);
  },
  fromFunction: (shape) =>
    array.fromFunction((i, j) => (i as LazyArray).multiply(10).add(j as LazyArray), shape as number[]),
  histogramdd: (x, options) => {
    const [counts, edges] = array.histogramdd(columnsOf(x), options as object);
    return [counts, ...edges];
  },
  histogramddWeights: (x, weights, options) =>
    array.histogramdd(columnsOf(x), { ...(options as object), weights: weights as LazyArray })[0],
  inv: (x) => linalg.inv(x as LazyArray),
  line: (x) => array.flip(x as LazyArray),
  lstsq: (a, b) => {
    const { x, residuals, rank, s } = linalg.lstsq(a as LazyArray, b as LazyArray);
    return [x, residuals, rank, s];
  },
  luProduct: (x) => {
    const { p, l, u } = linalg.lu(x as LazyArray);
    return array.matmul(p, array.matmul(l, u));
  },
  luWhole: (x) => {
    const { p, l, u } = linalg.lu((x as LazyArray).rechunk(-1));
    return [p, l, u];
  },
  mapBlocks: (x) =>
    (x as LazyArray).mapBlocks(
      (block) =>
        new NDArray(
          Float64Array.from(block.data as Float64Array, (value) => value * 2 + 1),
          block.shape,
        ),
    ),
  mapOverlap: (x, options) => array.mapOverlap(differences, cut(x as LazyArray), options as object),
  nonzeroWhere: (condition) => array.where(condition as LazyArray),
  overlap: (x, options) => array.overlap(cut(x as LazyArray), options as object),
  piecewise: (x, low, high) =>
    array.piecewise(
      x as LazyArray,
      [low as LazyArray, high as LazyArray],
      [(y: LazyArray) => y.negative(), 7, (y: LazyArray) => y.square()],
    ),
  qrProduct: (x) => {
    const { q, r } = linalg.qr(x as LazyArray);
    return array.matmul(q, r);
  },
  qrSizes: (x) => {
    const { q, r } = linalg.qr(x as LazyArray);
    return [absolute(q), absolute(r)];
  },
  rechunk: (x) => cut(x as LazyArray),
  reduction: (x, options) => {
    const { axis } = options as { readonly axis: number };
    const functions = { chunk: squares(axis), aggregate: summed } as never;
    return array.reduction(x as LazyArray, functions, options as object);
  },
  resultType: (a, b) => array.zeros(1, { dtype: array.resultType(a as LazyArray, b as LazyArray) }),
  round: arrayFirst((x, decimals: number) => array.round(x, decimals)),
  select: (otherwise, first, second, a, b) =>
    array.select([first, second] as LazyArray[], [a, b] as LazyArray[], otherwise as number),
  setItem: arrayFirst((x, entries: unknown, value: LazyArray) => x.setItem(entriesOf(entries), value)),
  setMask: (x, mask, value) => (x as LazyArray).setItem(mask as LazyArray, value as LazyArray),
  shuffle: arrayFirst((x, groups: number[][], axis: number) => array.shuffle(x, groups, axis)),
  slice: arrayFirst((x, entries: unknown) => x.slice(...entriesOf(entries))),
  sliceMask: (x, mask) => (x as LazyArray).slice(mask as LazyArray),
  slidingWindowView: arrayFirst((x, window: number, options: Options) =>
    array.slidingWindowView(x, window, options),
  ),
  slogdet: (x) => Object.values(linalg.slogdet(x as LazyArray)),
  solve: (a, b, options) => linalg.solve(a as LazyArray, b as LazyArray, (options ?? {}) as object),
  solveTriangular: (a, b, options) =>
    linalg.solveTriangular(a as LazyArray, b as LazyArray, options as object),
  svdCompressedValues: arrayFirst(
    (x, rank: number) => linalg.svdCompressed(x, rank, { seed: 3, nPowerIter: 1 }).s,
  ),
  svdProduct: (x) => {
    const { u, s, vt } = linalg.svd(x as LazyArray);
    return array.matmul(u.multiply(s), vt);
  },
  svdSizes: (x) => {
    const { u, s, vt } = linalg.svd(x as LazyArray);
    return [absolute(u), s, absolute(vt)];
  },
  take: arrayFirst((x, indices: number[], options: Options) => array.take(x, indices, options)),
  takeLazy: (x, indices, options) => array.take(x as LazyArray, indices as LazyArray, options as object),
  trimInternal: (x, options) =>
    array.trimInternal(array.overlap(cut(x as LazyArray), options as object), options as object),
  tsqrProduct: (x) => {
    const { q, r } = linalg.tsqr(x as LazyArray);
    return array.matmul(q, r);
  },
  unifyChunks: (x, y) =>
    array.unifyChunks([
      [cut(x as LazyArray), "ij"],
      [(y as LazyArray).rechunk(5), "j"],
    ]).arrays,
  vindex: arrayFirst((x, entries: unknown) => x.vindex(...entriesOf(entries))),
};

/** Functions whose arrays stand in front of the other arguments. */
for (const name of ["argtopk", "nanpercentile", "topk"]) {
  (WORD_CALLS as Record<string, Call>)[name] = arrayFirst((x, ...rest) => functionNamed(name)(x, ...rest));
}

/** The columns of a matrix of three. */
function columnsOf(x: unknown): LazyArray[] {
  return [0, 1, 2].map((column) => (x as LazyArray).slice(":", column));
}
