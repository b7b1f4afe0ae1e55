// Computes a handful of answers and prints their bits, for a comparison between machines.
//
//   node __test__/pi/walk.mjs FILE DATASET

import { array } from "bramble";
import { openHDF5 } from "bramble/hdf5";

const [path, name] = process.argv.slice(2);
const data = array.fromArray(openHDF5(path).get(name), { chunks: [70, 90] });
const numbers = array.arange(-50, 50, 0.01, { chunks: 777 });
const positive = array.arange(0.01, 50, 0.01, { chunks: 777 });
const integers = array.arange(-5000n, 5000n, 3n, { chunks: 512 });

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
  "random normal": array.random.defaultRng(7).normal(0, 1, { size: [40, 50], chunks: 17 }),
  "random integers": array.random.defaultRng(7).integers(-9, 9, { size: 500, chunks: 60 }),
};

for (const [title, expression] of Object.entries(answers)) {
  const options = title.includes("sync") ? { scheduler: "sync" } : {};
  process.stdout.write(`${title}\t${bits(await expression.compute(options), expression.dtype)}\n`);
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
