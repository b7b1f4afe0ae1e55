// Bramble. BRAMBLE_ENGINE says which engine: the Rust core, or the JS path.
//
//   node bramble.mjs WORKLOAD PARAMETERS

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { array, bag, Client, col, dataframe, delayed, get, LocalCluster, wait } from "bramble";
import { openHDF5 } from "bramble/hdf5";
import { h2oai } from "./bramble-h2oai.mjs";
import { fill, sample, serve } from "./serve.mjs";
import { smallTables } from "./small-tables.mjs";

/** Seconds for a cluster to come. */
const PATIENCE = 300;

/** Each takes its parameters, gets everything ready that is not measured, and gives the work that is. */
const WORKLOADS = {
  "hdf5-sum": sumOfFile,
  "gzip-sum": sumOfFile,
  "gzip-write": ({ file, chunks, out }) => {
    const data = openHDF5(file).get("/data");
    return async () => {
      rmSync(out, { force: true });
      await array
        .fromArray(data, { chunks })
        .toHDF5(out, "/data", { compression: "gzip", compressionLevel: 4 });
      return openHDF5(out).get("/data").shape;
    };
  },
  "hdf5-expression": ({ file, chunks }) => {
    const data = openHDF5(file).get("/data");
    return () => expression(array.fromArray(data, { chunks }));
  },
  "out-of-core": ({ file, chunks, memoryLimit }) => {
    const data = openHDF5(file).get("/data");
    return async () => {
      const x = array.fromArray(data, { chunks });
      const deviation = x.subtract(x.mean({ axis: 0 })).std({ axis: 0 });
      return sample((await deviation.compute({ memoryLimit })).data);
    };
  },
  "out-of-core-rechunk": ({ file, chunks, to, memoryLimit }) => {
    const data = openHDF5(file).get("/data");
    return async () => {
      const sums = array.fromArray(data, { chunks }).cumsum({ axis: 1 });
      return sample((await sums.rechunk(to).max({ axis: 1 }).compute({ memoryLimit })).data);
    };
  },
  "out-of-core-transpose": ({ file, side, chunks, memoryLimit }) => {
    const data = openHDF5(file).get("/data");
    return async () => {
      const x = array.fromArray(data, { chunks }).slice(`:${side}`, `:${side}`);
      return sample((await x.add(x.T).max({ axis: 0 }).compute({ memoryLimit })).data);
    };
  },
  "memory-expression": ({ shape, chunks }) => {
    const data = fill(new Float64Array(shape[0] * shape[1]));
    return () => expression(array.fromArray(data, { shape, chunks }));
  },
  "reductions-all": reductions,
  "reductions-0": reductions,
  "reductions-1": reductions,
  std: ({ shape, chunks }) => {
    const data = fill(new Float64Array(shape[0] * shape[1]));
    return async () =>
      sample((await array.fromArray(data, { shape, chunks }).std({ axis: 0 }).compute()).data);
  },
  "transpose-add": ({ shape, chunks }) => {
    const data = fill(new Float64Array(shape[0] * shape[1]));
    return async () => {
      const a = array.fromArray(data, { shape, chunks });
      return sample((await a.add(a.T).compute()).data);
    };
  },
  rechunk: rechunk((a) => a),
  "rechunk-computed": rechunk((a) => a.subtract(a.mean({ axis: 1, keepdims: true }))),
  exp: sumOfFunction,
  sin: sumOfFunction,
  log: sumOfFunction,
  "ones-sum": sumOfOnes,
  "task-overhead": sumOfOnes,
  "graph-start":
    ({ length }) =>
    () =>
      start(array.ones(length, { chunks: 1 }).add(1).sum()),
  "open-hdf5": (parameters) => () => {
    const file = openHDF5(parameters.file);
    const { shape, chunks, dtype, filters } = file.get("/data");
    file.close();
    return [...shape, ...chunks, dtype.length, filters.length];
  },
  transfer:
    ({ length, chunks }) =>
    async () =>
      sample((await array.arange(0, length, 1, { chunks }).compute()).data),
  "matmul-float64": product,
  "matmul-float32": product,
  "delayed-sync": treeOfFunctions,
  "delayed-threads": treeOfFunctions,
  "delayed-processes": treeOfFunctions,
  "delayed-large": treeOfFunctions,
  "graph-by-hand": treeByHand,
  "cluster-merge": onCluster(sumOfOnes),
  "cluster-functions": onCluster(treeOfFunctions),
  "cluster-merge-tls": onEncryptedCluster(sumOfOnes),
  "cluster-tree": onCluster(treeOfOnes),
  "cluster-tree-tls": onEncryptedCluster(treeOfOnes),
  "cluster-submits": onCluster(({ count }, client) => async () => {
    const inc = (x) => x + 1;
    const futures = Array.from({ length: count }, (_, number) => client.submit(inc, number));
    return (await client.gather(futures)).reduce((sum, value) => sum + value);
  }),
  "cluster-copy": onCluster(copyBetween),
  "cluster-hdf5-sum": onCluster(sumOfFile),
  "cluster-naps": onCluster(({ count, milliseconds }) => {
    const nap = delayed((time) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, time);
      return 1;
    });
    const total = delayed((...ones) => ones.length);
    return () => total(...Array.from({ length: count }, () => nap(milliseconds))).compute();
  }),
  "block-to-thread": blockToFunction,
  "block-to-process": blockToFunction,
  "csv-group-mean":
    ({ csv }) =>
    async () => {
      const groups = dataframe.readCSV(csv).groupBy("name").agg(col("x").mean()).sort("name");
      return Array.from((await groups.compute()).getChild("x"));
    },
  "csv-filter-sum":
    ({ csv }) =>
    async () => {
      const sum = dataframe.readCSV(csv).filter(col("x").gt(0)).select(col("y").sum());
      return (await sum.compute()).getChild("y").get(0);
    },
  "table-filter": filterTable,
  "table-join": joinTables,
  "table-groups": groupTable,
  "table-sort": sortTable,
  "cluster-table-filter": onCluster(filterTable),
  "cluster-table-join": onCluster(joinTables),
  "cluster-table-groups": onCluster(groupTable),
  "cluster-table-sort": onCluster(sortTable),
  "small-filter": small((rows) => {
    const few = rows.filter(col("x").gt(0.5).and(col("y").lt(0.5)));
    return few.select(col("y").sum());
  }),
  "small-derive": small((rows) => {
    const z = col("x").multiply(2).add(col("y")).multiply(col("x"));
    return rows.withColumns({ z }).select(col("z").sum());
  }),
  "small-groups": small((rows) => {
    const groups = rows.groupBy("key").agg(col("x").sum(), col("y").mean());
    return groups.select(col("x").max(), col("y").max());
  }),
  "small-join": small((rows, keys) =>
    rows.join(keys, { on: "key" }).select(col("x").multiply(col("value")).sum()),
  ),
  h2oai: ({ question, ...given }) => h2oai(question, given),
  "bag-words":
    ({ file, blocksize, scheduler, cores }) =>
    async () => {
      const words = bag
        .readText(file, { blocksize })
        .map((line) => line.split(" "))
        .flatten();
      const top = words.frequencies().topk(10, ([, count]) => count);
      return (await top.compute({ scheduler, numWorkers: cores })).map(([, count]) => count);
    },
  "bag-numbers":
    ({ count, npartitions, scheduler }) =>
    () => {
      const numbers = bag.range(count, { npartitions });
      return numbers
        .map((x) => x + 1)
        .filter((x) => x % 2 === 0)
        .sum()
        .compute({ scheduler });
    },
  "pool-start": ({ scheduler, cores }) => {
    // Each limit has a pool of its own.
    let limit = 1000;
    return () => {
      limit += 1;
      const resourceLimits = { maxOldGenerationSizeMb: limit };
      return bag
        .fromSequence([1])
        .map((x) => x + 1)
        .compute({ scheduler, numWorkers: cores, resourceLimits });
    };
  },
};

function sumOfFile({ file, chunks }) {
  const data = openHDF5(file).get("/data");
  return () => array.fromArray(data, { chunks }).sum().compute();
}

/** One after another, so that each reads the data. */
function reductions({ shape, chunks, axis }) {
  const data = fill(new Float64Array(shape[0] * shape[1]));
  const options = axis === null ? {} : { axis };
  return async () => {
    const x = array.fromArray(data, { shape, chunks });
    const answers = [];
    for (const name of ["sum", "mean", "var", "max"]) {
      const answer = await x[name](options).compute();
      answers.push(...(axis === null ? [answer] : sample(answer.data)));
    }
    return answers;
  };
}

function sumOfFunction({ name, length, chunks }) {
  const data = Float64Array.from({ length }, (_, index) => (index % 1000) / 64 + 0.1);
  return () => array.fromArray(data, { chunks })[name]().sum().compute();
}

function sumOfOnes({ length, chunks }) {
  return () => array.ones(length, { chunks }).sum().compute();
}

function treeOfOnes({ leaves }) {
  return () => array.ones(leaves, { chunks: 1 }).sum({ splitEvery: 2 }).compute();
}

/** Results of one worker go to the other; new ones each time, for those that it has it does not ask for again. */
async function copyBetween({ blocks, length }, client) {
  const [first] = (await client.status()).workers;
  const make = (size, value) => new Float64Array(size).fill(value);
  let held = [];
  const work = () => client.replicate(held, 2);
  work.before = async () => {
    for (const future of held) future.release();
    const options = { workers: [first.name] };
    held = Array.from({ length: blocks }, (_, value) => client.submitWith(options, make, length, value));
    await wait(held);
  };
  return work;
}

/** Of numbers so small that no sum is rounded. */
function product({ shape, chunks, dtype }) {
  const data = fill(new Float64Array(shape[0] * shape[1])).map((value) => value % 4);
  const elements = dtype === "float64" ? data : Float32Array.from(data);
  return async () => {
    const a = array.fromArray(elements, { shape, chunks });
    return sample((await array.matmul(a, a).compute()).data);
  };
}

function treeOfFunctions({ leaves, scheduler }) {
  const inc = delayed((x) => x + 1);
  const add = delayed((a, b) => a + b);
  return () => {
    let level = Array.from({ length: leaves }, (_, leaf) => inc(leaf));
    while (level.length > 1) {
      level = Array.from({ length: level.length / 2 }, (_, pair) =>
        add(level[2 * pair], level[2 * pair + 1]),
      );
    }
    return level[0].compute({ scheduler });
  };
}

function treeByHand({ leaves, scheduler }) {
  const inc = (x) => x + 1;
  const add = (a, b) => a + b;
  return () => {
    const graph = {};
    // As in a heap, the children of task `n` are `2n` and `2n + 1`.
    for (let task = 1; task < 2 * leaves; task += 1) {
      graph[`t${task}`] = task < leaves ? [add, `t${2 * task}`, `t${2 * task + 1}`] : [inc, task - leaves];
    }
    return get(graph, "t1", { scheduler });
  };
}

function blockToFunction({ length, scheduler }) {
  const data = array.fromArray(fill(new Float64Array(length)), { chunks: -1 });
  return async () =>
    sample((await data.mapBlocks((block) => block).compute({ scheduler, numWorkers: 1 })).data);
}

function rechunk(make) {
  return ({ shape, chunks, to }) => {
    const data = fill(new Float64Array(shape[0] * shape[1]));
    return async () => {
      const a = array.fromArray(data, { shape, chunks });
      return sample((await make(a).rechunk(to).compute()).data);
    };
  };
}

async function expression(a) {
  const result = await a.multiply(2).add(1).power(2).mean({ axis: 0 }).compute();
  return sample(result.data);
}

/** Computes until a task was done, and not to the end. */
async function start(expression) {
  let started = false;
  const onProgress = () => {
    started = true;
  };
  // What was done is told when a computation stops, so it is stopped sooner or later.
  for (let milliseconds = 1; !started; milliseconds *= 2) {
    const signal = AbortSignal.timeout(milliseconds);
    await expression.compute({ signal, onProgress }).catch((error) => {
      if (error !== signal.reason) throw error;
    });
  }
}

function filterTable({ table, rows }) {
  return async () => {
    const few = dataframe.readParquet(table).filter(col("key").lt(rows / 1000));
    return first(await few.select(col("x").sum()).compute());
  };
}

function joinTables({ table, keys }) {
  return async () => {
    const joined = dataframe.readParquet(table).join(dataframe.readParquet(keys), { on: "key" });
    return first(await joined.select(col("x").multiply(col("value")).sum()).compute());
  };
}

function groupTable({ table }) {
  return async () => {
    const groups = dataframe.readParquet(table).groupBy("key").agg(col("x").sum());
    return first(await groups.select(col("x").max()).compute());
  };
}

function sortTable({ table }) {
  return async () => {
    const sorted = dataframe.readParquet(table).sort("x");
    return first(await sorted.select(col("y").diff().abs().sum()).compute());
  };
}

/** A query of one row about tables in memory. */
function small(query) {
  return async (sizes) => {
    const { rows, keys } = smallTables(sizes);
    const tables = [await dataframe.fromMap(rows).persist(), await dataframe.fromMap(keys).persist()];
    return async () => {
      const answer = await query(...tables).compute();
      return answer.schema.fields.map((_, column) => answer.getChildAt(column).get(0));
    };
  };
}

/** The one value of a table. */
function first(table) {
  return table.getChildAt(0).get(0);
}

/** Does the same on a cluster of this machine, which ends with this process. */
function onCluster(make) {
  return async (parameters) => {
    const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1 });
    const client = await Client.connect(cluster, { timeout: PATIENCE });
    await client.waitForWorkers(2, { timeout: PATIENCE });
    return make(parameters, client);
  };
}

/** The same, where everything that is said is encrypted, as between machines. */
function onEncryptedCluster(make) {
  return async (parameters) => {
    const key = randomBytes(32).toString("hex");
    const scheduler = startProgram(key, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard");
    const [, place] = await new Promise((resolve) => {
      let said = "";
      scheduler.stdout.on("data", (text) => {
        said += text;
        const found = said.match(/^Start a worker +bramble worker (\S+)/m);
        if (found !== null) resolve(found);
      });
    });
    for (const name of ["one", "other"])
      startProgram(key, "worker", `tls://${place}`, "--host", "127.0.0.1", "--name", name, "--nthreads", "1");
    const client = await Client.connect(`tls://${place}`, { key, timeout: PATIENCE });
    await client.waitForWorkers(2, { timeout: PATIENCE });
    return make(parameters, client);
  };
}

/** A program of a cluster, which ends with this process. */
function startProgram(key, ...args) {
  const path = fileURLToPath(new URL("../../dist/cli/bramble.js", import.meta.url));
  const child = spawn(process.execPath, [path, ...args], {
    env: { ...process.env, BRAMBLE_KEY: key },
    stdio: ["ignore", "pipe", "ignore"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  return child;
}

const [workload, parameters] = process.argv.slice(2);
// Some say what tells whether their answer is right.
await serve(...[await WORKLOADS[workload](JSON.parse(parameters))].flat());
// A cluster would keep it alive.
process.exit();
