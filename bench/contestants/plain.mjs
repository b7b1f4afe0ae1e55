// What one writes without Bramble: h5wasm and loops.
//
//   node plain.mjs WORKLOAD PARAMETERS

import { fill, sample, serve } from "./serve.mjs";

const WORKLOADS = {
  "hdf5-sum": sumOfFile,
  "gzip-sum": sumOfFile,
  "hdf5-expression": async ({ file, chunks }) => {
    const data = (await open(file)).get("/data");
    return () => {
      const totals = new Float64Array(data.shape[1]);
      for (const { values, columns } of blocksOf(data, chunks)) addExpression(values, columns, totals);
      return sample(totals.map((total) => total / data.shape[0]));
    };
  },
  "memory-expression": ({ shape }) => {
    const data = fill(new Float64Array(shape[0] * shape[1]));
    return () => {
      const totals = new Float64Array(shape[1]);
      addExpression(data, [0, shape[1]], totals);
      return sample(totals.map((total) => total / shape[0]));
    };
  },
  "transpose-add": ({ shape }) => {
    const data = fill(new Float64Array(shape[0] * shape[1]));
    const [length] = shape;
    return () => {
      const sums = new Float64Array(data.length);
      for (let row = 0; row < length; row++) {
        for (let column = 0; column < length; column++) {
          sums[row * length + column] = data[row * length + column] + data[column * length + row];
        }
      }
      return sample(sums);
    };
  },
  exp: sumOfFunction,
  sin: sumOfFunction,
  log: sumOfFunction,
  "open-hdf5": async (parameters) => {
    await open(parameters.file);
    return async () => {
      const file = await open(parameters.file);
      const { shape, metadata, dtype, filters } = file.get("/data");
      file.close();
      return [...shape, ...metadata.chunks, dtype === "<d" ? "float64".length : 0, filters.length];
    };
  },
};

function sumOfFunction({ name, length }) {
  const data = Float64Array.from({ length }, (_, index) => (index % 1000) / 64 + 0.1);
  const compute = Math[name];
  return () => {
    let total = 0;
    for (let index = 0; index < length; index++) total += compute(data[index]);
    return total;
  };
}

async function open(path) {
  // Loaded here, so that workloads without files do not pay for it.
  const { default: h5wasm } = await import("h5wasm/node");
  await h5wasm.ready;
  return new h5wasm.File(path, "r");
}

async function sumOfFile({ file, chunks }) {
  const data = (await open(file)).get("/data");
  return () => {
    let total = 0;
    for (const { values } of blocksOf(data, chunks)) {
      for (let index = 0; index < values.length; index++) total += values[index];
    }
    return total;
  };
}

/** Reads a dataset chunk by chunk. */
function* blocksOf(data, [height, width]) {
  for (let row = 0; row < data.shape[0]; row += height) {
    for (let column = 0; column < data.shape[1]; column += width) {
      const columns = [column, column + width];
      yield { values: data.slice([[row, row + height], columns]), columns };
    }
  }
}

/** Adds `(a*2+1)**2` to the totals of the columns that the block has. */
function addExpression(values, [first, end], totals) {
  for (let index = 0; index < values.length; ) {
    for (let column = first; column < end; column++, index++) totals[column] += (values[index] * 2 + 1) ** 2;
  }
}

const [workload, parameters] = process.argv.slice(2);
await serve(await WORKLOADS[workload](JSON.parse(parameters)));
