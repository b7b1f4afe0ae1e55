// Computes a handful of answers and prints their bits, for a comparison between machines.
//
//   node __test__/pi/walk.mjs FILE DATASET

import { array, Complex, NDArray } from "bramble";
import { openHDF5 } from "bramble/hdf5";

const [path, name] = process.argv.slice(2);
const data = array.fromArray(openHDF5(path).get(name), { chunks: [70, 90] });
const numbers = array.arange(-50, 50, 0.01, { chunks: 777 });
const positive = array.arange(0.01, 50, 0.01, { chunks: 777 });
const integers = array.arange(-5000n, 5000n, 3n, { chunks: 512 });
const random = array.random.defaultRng(7);
const complex = array.fromParts(numbers.slice(":2000").sin(), numbers.slice("2000:4000"));
const gaps = array.where(numbers.remainder(3).less(1), Number.NaN, numbers);
const matrices = array.random.defaultRng(11).integers(-9, 9, { size: [6, 5, 5], chunks: [2, 5, 5] });
const running = random.normal(0, 1, { size: [300, 300], chunks: 75 }).cumsum({ axis: 0 });
/** Small whole numbers, so that every way of rounding gives the same product. */
const table = array.arange(60).reshape([6, 10]).rechunk(4);

const answers = {
  sum: data.sum(),
  "sum of the sync executor": data.sum(),
  mean: data.mean(),
  "mean of columns": data.mean({ axis: 0 }),
  "sum of rows": data.sum({ axis: 1 }),
  chain: data.multiply(2).add(1).power(2).mean({ axis: 0 }),
  minimum: data.min({ axis: 1 }),
  "float32 sum": data.astype("float32").sum(),
  "float32 mean": numbers.astype("float32").mean(),
  "int64 sum": integers.sum(),
  "int32 product": integers.astype("int32").prod(),
  "uint8 sum": integers.astype("uint8").sum(),
  "int16 remainder": integers.astype("int16").remainder(7),
  "any and all": integers.greater(4990).any(),
  exp: numbers.exp(),
  log: positive.log(),
  sin: numbers.sin(),
  cos: numbers.cos(),
  power: positive.power(1.7),
  tanh: numbers.tanh(),
  "standard deviation": data.std({ axis: 0 }),
  "running sum": numbers.cumsum(),
  median: array.median(data, { axis: 0 }),
  "greatest five": numbers.topk(5),
  "transposed and reshaped": data.T.reshape([-1]).slice("::37"),
  "rows in another order": data.take([7, 300, 7, 12], { axis: 0 }),
  mask: numbers.slice(numbers.greater(49)),
  "random normal": random.normal(0, 1, { size: [40, 50], chunks: 17 }),
  "random integers": random.integers(-9, 9, { size: 500, chunks: 60 }),
  "random gamma": random.gamma(0.4, 2, { size: 500, chunks: 60 }),
  "random Poisson": random.poisson(30, { size: 500, chunks: 60 }),
  "random binomial": random.binomial(200, 0.3, { size: 500, chunks: 60 }),
  "random permutation": random.permutation(300),
  "random choice": random.choice(array.arange(40), { size: 25, replace: false }),
  "any base to any power": positive.power(numbers.slice("5000:9999").multiply(0.3)),
  quantiles: array.quantile(data, [0.1, 0.5, 0.77], { axis: 0 }),
  "approximate percentiles": array.percentile(numbers, [3, 50, 96], { approximate: true }),
  "several histogram bins": array.histogram(numbers, { bins: 7, range: [-40, 40] })[0],
  "between points": array.interp(positive, array.arange(0, 60, 3), array.arange(0, 60, 3).cos()),
  "gaps filled": array.push(gaps, { axis: 0 }),
  "sums without gaps": array.nancumsum(gaps),
  "places of gaps": array.flatnonzero(gaps.isnan()),
  "rows in groups": array.shuffle(
    data.slice(":10", "::50"),
    [
      [9, 1],
      [0, 4, 2],
    ],
    0,
  ),
  "values written over": data
    .setItem([data.greater(50)], -1)
    .setItem(["::7", [3, 200]], 0.5)
    .sum({ axis: 1 }),
  "what there is once": array.unique(integers.remainder(17)),
  "bin counts": array.bincount(integers.remainder(17)),
  "sum of products": array.einsum("ij,kj->ik", table, table),
  "matrix product": array.matmul(table, table.T),
  "determinants, rounded": array.linalg.det(matrices).rint(),
  "solutions, rounded": array.round(array.linalg.solve(matrices, array.ones([6, 5, 1])), 6),
  "neighbours along an axis": array.mapOverlap(smoothed, data.slice(":60", ":60"), {
    depth: 1,
    boundary: "reflect",
  }),
  "complex product": complex.multiply(complex.conj()).add(new Complex(1, -2)).sqrt(),
  "complex exponential": complex.divide(20).exp(),
  "complex sum": complex.sum({ keepdims: true }),
  "complex running product": complex.slice(":8").cumsum(),
  "blocks that go to disk": running.add(running.T).sum({ axis: 0 }),
  "another dtype, cut off": numbers.multiply(1e3).astype("int16").astype("uint8"),
};
const options = {
  "sum of the sync executor": { scheduler: "sync" },
  "neighbours along an axis": { scheduler: "sync" },
  "blocks that go to disk": { memoryLimit: "400 kB" },
};

for (const [title, expression] of Object.entries(answers)) {
  const answer = await expression.compute(options[title]);
  process.stdout.write(`${title}\t${bits(answer, expression.dtype)}\n`);
}

/** The mean of each element and its neighbours in the same column. */
function smoothed({ data, shape }) {
  const [rows, columns] = shape;
  const at = (row, column) => data[Math.min(rows - 1, Math.max(0, row)) * columns + column];
  const means = data.map((middle, place) => {
    const [row, column] = [Math.floor(place / columns), place % columns];
    return (at(row - 1, column) + middle + at(row + 1, column)) / 3;
  });
  return new NDArray(means, shape);
}

/** The bytes of an answer in hexadecimal; a digest would not show where two answers part. */
function bits(answer, dtype) {
  if (typeof answer === "object") return hex(answer.contiguous().data);
  if (typeof answer === "number") return hex(Float64Array.of(answer));
  return `${dtype} ${answer}`;
}

function hex({ buffer, byteOffset, byteLength }) {
  return Buffer.from(buffer, byteOffset, byteLength).toString("hex");
}
