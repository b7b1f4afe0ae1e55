// numpy-ts: NumPy's interface over WebAssembly, everything at once and in one thread.
//
//   PEERS=FOLDER node numpy-ts.mjs WORKLOAD PARAMETERS

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fill, sample, serve } from "./serve.mjs";

const installed = createRequire(join(process.env.PEERS, "package.json")).resolve("numpy-ts");
const np = await import(pathToFileURL(installed));
// Its pointers have a sign: beyond 2 GiB it fails. The 256 MiB that are usual are too little for some workloads.
np.configureWasm({ maxMemory: 2 ** 31 - 2 ** 16 });

const WORKLOADS = {
  "memory-expression": ({ shape }) => {
    const data = memory(shape);
    const steps = [(x) => x.multiply(2), (x) => x.add(1), (x) => x.power(2), (x) => x.mean(0)];
    return () => {
      const means = steps.reduce((x, step) => {
        const next = step(x);
        if (x !== data) x.dispose();
        return next;
      }, data);
      return taken(means);
    };
  },
  "reductions-all": reductions,
  "reductions-0": reductions,
  "reductions-1": reductions,
  std: ({ shape }) => {
    const data = memory(shape);
    return () => taken(data.std(0));
  },
  exp: sumOfFunction,
  sin: sumOfFunction,
  log: sumOfFunction,
  "transpose-add": ({ shape }) => {
    const data = memory(shape);
    return () => taken(data.add(data.transpose()));
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
      axis === null ? [data[name]()] : taken(data[name](axis)),
    );
}

function sumOfFunction({ name, length }) {
  const data = np.asarray(Float64Array.from({ length }, (_, index) => (index % 1000) / 64 + 0.1));
  return () => {
    const values = np[name](data);
    const total = values.sum();
    values.dispose();
    return total;
  };
}

/** Of the same small numbers as the others'. */
function product({ shape, dtype }) {
  const data = fill(new Float64Array(shape[0] * shape[1])).map((value) => value % 4);
  const elements = dtype === "float64" ? data : Float32Array.from(data);
  const a = np.asarray(elements).reshape(...shape);
  return () => taken(np.matmul(a, a));
}

/** Some elements of an array, whose memory is given back: in a loop it would be full before the collector runs. */
function taken(array) {
  const some = sample(array.data);
  array.dispose();
  return some;
}

const [workload, parameters] = process.argv.slice(2);
await serve(WORKLOADS[workload](JSON.parse(parameters)));
