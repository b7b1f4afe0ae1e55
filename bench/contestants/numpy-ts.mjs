// numpy-ts: NumPy's interface over WebAssembly, everything at once and in one thread.
//
//   PEERS=FOLDER node numpy-ts.mjs WORKLOAD PARAMETERS

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fill, sample, serve } from "./serve.mjs";

const installed = createRequire(join(process.env.PEERS, "package.json")).resolve("numpy-ts");
const np = await import(pathToFileURL(installed));

const WORKLOADS = {
  "memory-expression": ({ shape }) => {
    const data = memory(shape);
    return () => sample(data.multiply(2).add(1).power(2).mean(0).data);
  },
  "reductions-all": reductions,
  "reductions-0": reductions,
  "reductions-1": reductions,
  std: ({ shape }) => {
    const data = memory(shape);
    return () => sample(data.std(0).data);
  },
  exp: sumOfFunction,
  sin: sumOfFunction,
  log: sumOfFunction,
  "transpose-add": ({ shape }) => {
    const data = memory(shape);
    return () => sample(data.add(data.transpose()).data);
  },
  "matmul-float64": product,
  "matmul-float32": product,
};

function memory([rows, columns]) {
  return np.asarray(fill(new Float64Array(rows * columns))).reshape(rows, columns);
}

function reductions({ shape, axis }) {
  const data = memory(shape);
  return () =>
    ["sum", "mean", "var", "max"].flatMap((name) =>
      axis === null ? [data[name]()] : sample(data[name](axis).data),
    );
}

function sumOfFunction({ name, length }) {
  const data = np.asarray(Float64Array.from({ length }, (_, index) => (index % 1000) / 64 + 0.1));
  return () => np[name](data).sum();
}

/** Of the same small numbers as the others'. */
function product({ shape, dtype }) {
  const data = fill(new Float64Array(shape[0] * shape[1])).map((value) => value % 4);
  const elements = dtype === "float64" ? data : Float32Array.from(data);
  const a = np.asarray(elements).reshape(...shape);
  return () => sample(np.matmul(a, a).data);
}

const [workload, parameters] = process.argv.slice(2);
await serve(WORKLOADS[workload](JSON.parse(parameters)));
