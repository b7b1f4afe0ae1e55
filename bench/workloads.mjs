// What is measured: each workload with the sizes it has, who takes part, the machine's limit for the same work,
// and what Bramble should reach.

const MB = 1e6;

/**
 * @typedef {object} Workload
 * @property {string} name for `--only`
 * @property {string} title
 * @property {object} parameters what every contestant is given
 * @property {Record<string, { scale?: number, parameters?: object }>} contestants who takes part. With a scale, on
 *   a problem so many times smaller; time and answer are multiplied by it
 * @property {string[]} [limit] the arguments of `bramble-limits` that do the same work
 * @property {{ count: number, of: string }} [per] time is shown for each of so many things
 * @property {{ dask?: number, nodejs?: number, single?: number, limit?: number, seconds?: number, memory?: number }} target
 *   how many times as fast as Dask, nodejs-polars and Bramble with one thread, which share of the limit, the longest time (for each thing), the most bytes beyond Node's own
 */

/**
 * @param {{ quick: boolean, files: { plain: string, gzip: string, csv: { path: string, bytes: number }, tables: { table: string, keys: string, rows: number }, words: string, shape: number[], chunks: number[] } }} sizes
 * @returns {Workload[]}
 */
export function workloads({ quick, files }) {
  const { plain, gzip, csv, tables, words, shape, chunks } = files;
  const bytes = shape[0] * shape[1] * 8;
  const everyone = { bramble: {}, js: {}, dask: {}, numpy: {}, plain: {} };
  const megabytes = `${bytes / MB} MB`;
  const square = [shape[0], shape[0]];
  const ones = { length: quick ? 2e6 : 1e7, chunks: 1000 };
  const tasks = quick ? 200_000 : 1_000_000;
  const leaves = quick ? 2 ** 10 : 2 ** 13;
  const many = quick ? 2 ** 11 : 2 ** 16;
  const fewer = (scale) => ({ scale, parameters: { length: tasks / scale, chunks: 1 } });
  const functionOf = (name) => ({
    name,
    title: `${name}(x).sum() of float64`,
    parameters: { name, length: quick ? 2e6 : 16e6, chunks: 1e6 },
    contestants: { bramble: {}, js: {}, dask: {}, numpy: {}, numpyts: {}, plain: {} },
    target: { dask: 1 },
  });
  return [
    {
      name: "hdf5-sum",
      title: `HDF5 sum, ${megabytes} uncompressed`,
      parameters: { file: plain, chunks },
      contestants: everyone,
      limit: ["mapped-sum", plain],
      target: { dask: 3, limit: 0.7, memory: 200 * MB },
    },
    {
      name: "gzip-sum",
      title: `HDF5 sum, ${megabytes} gzip + shuffle`,
      parameters: { file: gzip, chunks },
      contestants: everyone,
      limit: ["inflate", gzip],
      target: { dask: 4, limit: 0.85, memory: 200 * MB },
    },
    {
      name: "gzip-write",
      title: `HDF5 write, ${megabytes} as gzip 4 + shuffle`,
      parameters: { file: plain, chunks, out: `${plain}.written` },
      contestants: { bramble: {}, dask: {}, numpy: {} },
      target: { dask: 2, memory: 400 * MB },
    },
    {
      name: "hdf5-expression",
      title: "((a*2+1)**2).mean(axis=0) of HDF5",
      parameters: { file: plain, chunks },
      contestants: everyone,
      limit: ["mapped-sum", plain],
      target: { dask: 5, memory: 200 * MB },
    },
    {
      name: "out-of-core",
      title: "(x - x.mean(0)).std(0) of HDF5, four times memoryLimit",
      parameters: { file: plain, chunks, memoryLimit: bytes / 4 },
      contestants: { bramble: {}, dask: {}, numpy: {} },
      // The small problem is smaller than the package itself.
      target: { dask: 3, memory: quick ? 100 * MB : bytes / 4 },
    },
    {
      name: "out-of-core-rechunk",
      title: "x.cumsum(1), rows to columns, .max(1), four times memoryLimit",
      parameters: {
        file: plain,
        chunks: [200, shape[1]],
        to: [shape[0], 200],
        memoryLimit: bytes / 4,
      },
      contestants: { bramble: {}, dask: {}, numpy: {} },
      target: { memory: quick ? 100 * MB : bytes / 4 + 80 * MB },
    },
    {
      name: "out-of-core-transpose",
      title: "(x + x.T).max(0) of HDF5, four times memoryLimit",
      parameters: {
        file: plain,
        side: Math.min(...shape),
        chunks: [500, 500],
        memoryLimit: (Math.min(...shape) ** 2 * 8) / 4,
      },
      contestants: { bramble: {}, dask: {}, numpy: {} },
      target: { dask: 2, memory: quick ? 100 * MB : bytes / 4 },
    },
    {
      name: "memory-expression",
      title: "((a*2+1)**2).mean(axis=0) of memory",
      parameters: { shape, chunks },
      contestants: { ...everyone, numpyts: {} },
      limit: ["read", "all", `${bytes}`],
      target: { dask: 5 },
    },
    ...[null, 0, 1].map((axis) => ({
      name: `reductions-${axis ?? "all"}`,
      title: `sum, mean, var, max over ${axis === null ? "all axes" : `axis ${axis}`} of memory`,
      parameters: { shape, chunks, axis },
      contestants: { bramble: {}, js: {}, dask: {}, numpy: {}, numpyts: {} },
      limit: ["read", "all", `${4 * bytes}`],
      target: { dask: 3 },
    })),
    {
      name: "std",
      title: "std(axis=0) of memory",
      parameters: { shape, chunks },
      contestants: { bramble: {}, js: {}, dask: {}, numpy: {}, numpyts: {} },
      limit: ["read", "all", `${bytes}`],
      target: { dask: 2 },
    },
    ...["exp", "sin", "log"].map(functionOf),
    {
      name: "transpose-add",
      title: "a + a.T of memory, to memory",
      parameters: { shape: square, chunks: [1000, 1000] },
      contestants: { bramble: {}, js: {}, dask: {}, numpy: {}, numpyts: {}, plain: {} },
      limit: ["read", "all", `${2 * square[0] * square[1] * 8}`],
      target: { dask: 2 },
    },
    ...["float64", "float32"].map((dtype) => ({
      name: `matmul-${dtype}`,
      title: `a @ a of 2000 x 2000 ${dtype}, chunks of 500`,
      parameters: { shape: quick ? [1000, 1000] : [2000, 2000], chunks: [500, 500], dtype },
      contestants: { bramble: {}, dask: {}, numpy: {}, numpyts: {} },
      target: { dask: 1 },
    })),
    {
      name: "rechunk",
      title: "columns to rows of memory, to memory",
      parameters: { shape: square, chunks: [square[0], 200], to: [200, square[1]] },
      contestants: { bramble: {}, js: {}, dask: {}, numpy: {} },
      limit: ["read", "all", `${square[0] * square[1] * 8}`],
      target: { dask: 2 },
    },
    {
      name: "rechunk-computed",
      title: "a - a.mean(axis=1), columns to rows",
      parameters: { shape: square, chunks: [square[0], 200], to: [200, square[1]] },
      contestants: { bramble: {}, js: {}, dask: {}, numpy: {} },
      target: { dask: 2 },
    },
    {
      name: "ones-sum",
      title: `ones(${ones.length / 1e6}e6, chunks 1000).sum()`,
      parameters: ones,
      contestants: { bramble: {}, js: {}, dask: {}, numpy: {} },
      limit: ["tasks", `${ones.length / ones.chunks}`],
      per: { count: ones.length / ones.chunks, of: "chunk" },
      target: { dask: 50 },
    },
    {
      name: "graph-start",
      title: "graph of 1e6 chunks to its first task",
      parameters: { length: 1e6 },
      contestants: { bramble: {}, dask: { scale: 100, parameters: { length: 1e4 } } },
      target: { seconds: 0.05 },
    },
    {
      name: "task-overhead",
      title: `ones(${tasks / 1e6}e6, chunks 1).sum()`,
      parameters: { length: tasks, chunks: 1 },
      contestants: { bramble: {}, js: {}, dask: fewer(50) },
      limit: ["tasks", `${tasks}`],
      per: { count: tasks, of: "task" },
      target: { seconds: 2e-6 },
    },
    {
      name: "open-hdf5",
      title: "open an HDF5 file, read metadata",
      parameters: { file: gzip },
      contestants: { bramble: {}, js: {}, numpy: {}, plain: {} },
      target: {},
    },
    {
      name: "transfer",
      title: "compute() of a 64 MB array",
      parameters: { length: 8e6, chunks: 1e6 },
      contestants: { bramble: {}, js: {}, dask: {}, numpy: {} },
      limit: ["first-touch", `${64 * MB}`],
      target: {},
    },
    {
      name: "delayed-sync",
      title: `delayed functions, a tree of ${leaves} leaves, sync`,
      parameters: { leaves, scheduler: "sync" },
      contestants: { bramble: {}, js: {}, dask: {} },
      per: { count: 2 * leaves - 1, of: "task" },
      target: { dask: 20 },
    },
    {
      name: "delayed-threads",
      title: `delayed functions, a tree of ${leaves} leaves, threads`,
      parameters: { leaves, scheduler: "threads" },
      contestants: { bramble: {}, dask: {} },
      per: { count: 2 * leaves - 1, of: "task" },
      target: { dask: 5 },
    },
    {
      name: "delayed-processes",
      title: `delayed functions, a tree of ${leaves} leaves, processes`,
      parameters: { leaves, scheduler: "processes" },
      contestants: { bramble: {}, dask: {} },
      per: { count: 2 * leaves - 1, of: "task" },
      target: {},
    },
    {
      name: "delayed-large",
      title: `delayed functions, a tree of ${many} leaves, threads`,
      parameters: { leaves: many, scheduler: "threads" },
      contestants: { bramble: {}, dask: {} },
      per: { count: 2 * many - 1, of: "task" },
      target: {},
    },
    {
      name: "graph-by-hand",
      title: `get() of a tree by hand, ${many} leaves, sync`,
      parameters: { leaves: many, scheduler: "sync" },
      contestants: { bramble: {}, dask: {} },
      per: { count: 2 * many - 1, of: "task" },
      target: {},
    },
    ...clusterWorkloads({ quick, plain, tables, chunks, megabytes }),
    {
      name: "block-to-thread",
      title: "64 MB to a function in a thread and back",
      parameters: { length: 8e6, scheduler: "threads" },
      contestants: { bramble: {}, dask: {} },
      limit: ["copy-twice", `${64 * MB}`],
      target: { limit: 0.8 },
    },
    ...frameWorkloads({ quick, csv, tables }),
    {
      name: "block-to-process",
      title: "64 MB to a function in a process and back",
      parameters: { length: 8e6, scheduler: "processes" },
      contestants: { bramble: {}, dask: {} },
      limit: ["copy-twice", `${64 * MB}`],
      target: {},
    },
    {
      name: "bag-words",
      title: "bag, word count of 45 MB of text, processes",
      parameters: { file: words, blocksize: 4 * 2 ** 20, scheduler: "processes" },
      contestants: { bramble: {}, js: {}, dask: {} },
      target: { dask: 3 },
    },
    {
      name: "bag-numbers",
      title: "bag, map + filter + sum of 1,000,000 numbers, sync",
      parameters: { count: 1e6, npartitions: 8, scheduler: "sync" },
      contestants: { bramble: {}, js: {}, dask: {} },
      target: { dask: 3 },
    },
    {
      name: "pool-start",
      title: "bag of one item, with the start of the processes",
      parameters: { scheduler: "processes" },
      contestants: { bramble: {}, dask: {} },
      target: { seconds: 0.15 },
    },
  ];
}

/** Data frames. */
function frameWorkloads({ quick, csv, tables }) {
  const csvTitle = `CSV of ${Math.round(csv.bytes / MB)} MB`;
  // A second thread is worth at least half of what it could be.
  const scaling = 1.5;
  const small = { rows: quick ? 1e5 : 1e6, keys: 1000 };
  return [
    ...[
      ["group-mean", "groupBy(name).mean"],
      ["filter-sum", "filter and sum"],
    ].map(([name, title]) => ({
      name: `csv-${name}`,
      title: `${csvTitle}, ${title}`,
      parameters: { csv: csv.path },
      contestants: { bramble: {}, single: {}, dask: {}, polars: {}, nodejs: {} },
      target: { dask: 3, nodejs: 1, single: scaling },
    })),
    ...tableQueries(tables).map(({ name, title }) => ({
      name: `table-${name}`,
      title,
      parameters: tables,
      contestants: { bramble: {}, single: {}, dask: {}, polars: {}, nodejs: {} },
      target: { dask: 3, nodejs: 1, ...(name === "filter" && { single: scaling }) },
    })),
    ...[
      ["filter", "filter and sum"],
      ["derive", "a new column and its sum"],
      ["groups", "sum and mean of 1000 groups"],
      ["join", "join by 1000 keys, sum of products"],
    ].map(([name, title]) => ({
      name: `small-${name}`,
      title: `${small.rows / 1e6}e6 rows of memory, ${title}`,
      parameters: small,
      contestants: { bramble: {}, dask: {}, polars: {}, nodejs: {}, arquero: {} },
      target: { dask: 3, nodejs: 1 },
    })),
  ];
}

function tableQueries({ rows }) {
  const queries = [
    ["filter", "filter and sum"],
    ["join", "join with a tenth of the rows, sum of products"],
    ["groups", "sums of groups of ten rows, their maximum"],
    ["sort", "sort by a float, sum of differences"],
  ];
  return queries.map(([name, title]) => ({ name, title: `Parquet of ${rows / 1e6}e6 rows, ${title}` }));
}
/** What is measured of a cluster where there is little time. */
const QUICK = new Set(["cluster-merge", "cluster-functions"]);

/** What runs on a cluster of this machine: a scheduler, two workers of one thread, a client; beside Dask's. */
function clusterWorkloads({ quick, plain, tables, chunks, megabytes }) {
  const length = quick ? 20_000 : 100_000;
  const leaves = quick ? 2 ** 9 : 2 ** 13;
  const scale = quick ? 40 : 10;
  const naps = { count: 1000, milliseconds: 10 };
  const ones = 2 ** 15;
  const submits = { count: 10_000 };
  const copied = { blocks: 8, length: 8e6 };
  const rows = [
    {
      name: "cluster-merge",
      title: `cluster, ones(${length / 1e3}e3, chunks 1).sum()`,
      parameters: { length, chunks: 1 },
      contestants: { bramble: {}, dask: { scale, parameters: { length: length / scale } } },
      per: { count: length, of: "task" },
      target: { seconds: 10e-6 },
    },
    {
      name: "cluster-merge-tls",
      title: "the same, encrypted",
      parameters: { length, chunks: 1 },
      contestants: { bramble: {} },
      per: { count: length, of: "task" },
      target: { seconds: 20e-6 },
    },
    {
      name: "cluster-tree",
      title: `cluster, a tree of ${ones} ones`,
      parameters: { leaves: ones },
      contestants: { bramble: {}, dask: { scale, parameters: { leaves: Math.ceil(ones / scale) } } },
      per: { count: 2 * ones - 1, of: "task" },
      target: { seconds: 10e-6 },
    },
    {
      name: "cluster-tree-tls",
      title: "the same, encrypted",
      parameters: { leaves: ones },
      contestants: { bramble: {} },
      per: { count: 2 * ones - 1, of: "task" },
      target: { seconds: 20e-6 },
    },
    {
      name: "cluster-submits",
      title: `cluster, submit() ${submits.count / 1e3}e3 times, and gather()`,
      parameters: submits,
      contestants: { bramble: {}, dask: {} },
      per: { count: submits.count, of: "task" },
      target: { dask: 20 },
    },
    {
      name: "cluster-copy",
      title: `cluster, ${(copied.blocks * copied.length * 8) / MB} MB from worker to worker`,
      parameters: copied,
      contestants: { bramble: {}, dask: {} },
      limit: ["sockets", `${copied.blocks * copied.length * 8}`],
      target: { limit: 0.6 },
    },
    {
      name: "cluster-functions",
      title: `cluster, delayed functions, a tree of ${leaves} leaves`,
      parameters: { leaves, scheduler: "distributed" },
      contestants: { bramble: {}, dask: {} },
      per: { count: 2 * leaves - 1, of: "task" },
      target: { dask: 30 },
    },
    {
      name: "cluster-hdf5-sum",
      title: `cluster, HDF5 sum, ${megabytes} uncompressed`,
      parameters: { file: plain, chunks },
      contestants: { bramble: {}, dask: {} },
      target: { dask: 5 },
    },
    {
      name: "cluster-naps",
      title: `cluster, ${naps.count} functions that sleep ${naps.milliseconds} ms`,
      parameters: naps,
      contestants: { bramble: {}, dask: {} },
      per: { count: naps.count, of: "task" },
      limit: ["naps", `${naps.count}`, `${naps.milliseconds}`],
      // Two at a time, 95 % of the time: as it was asked for, and of what a sleeper can get.
      target: { seconds: naps.milliseconds / 1000 / 2 / 0.95, limit: 0.95 },
    },
    ...tableQueries(tables).map(({ name, title }) => ({
      name: `cluster-table-${name}`,
      title: `cluster, ${title}`,
      parameters: tables,
      contestants: { bramble: {}, dask: {} },
      target: { dask: 3 },
    })),
  ];
  // Each starts two clusters.
  return quick ? rows.filter(({ name }) => QUICK.has(name)) : rows;
}
