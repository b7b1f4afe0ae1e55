import { appendFileSync, createReadStream, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { array, type ComputeOptions } from "../array/index.js";
import { bag } from "../bag/index.js";
import { col, dataframe } from "../dataframe/index.js";
import { delayed } from "../delayed/index.js";
import { openHDF5 } from "../hdf5.js";

/** Something that is measured on both paths. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  /** Makes what it works on. */
  readonly prepare?: () => Promise<unknown>;
  /** By the native engine, on all cores. */
  readonly native: () => Promise<number>;
  /** The same in JavaScript, in one thread. */
  readonly js: () => Promise<number>;
  /** Where one is about many things of which each has its time: how many, on each path, and what they are. */
  readonly per?: { readonly of: string; readonly native: number; readonly js: number };
  /** How far the answers may be apart; sums in another order round otherwise. */
  readonly tolerance?: number;
}

/** How large everything is. */
export interface Sizes {
  /** Rows and columns of arrays. */
  readonly side: number;
  /** Rows of tables. */
  readonly rows: number;
  /** Items of bags. */
  readonly items: number;
  /** Tasks of graphs. */
  readonly tasks: number;
}

/** The sizes of a usual run and of a quick one. */
export const SIZES = {
  usual: { side: 2000, rows: 500_000, items: 200_000, tasks: 100_000 },
  quick: { side: 600, rows: 50_000, items: 20_000, tasks: 10_000 },
} as const satisfies Record<string, Sizes>;

const JS: ComputeOptions = { engine: "js" };
const NATIVE: ComputeOptions = { engine: "native" };
/** The JavaScript engine plans task by task, so that fewer show what one takes. */
const FEWER = 10;
/** Rows of a table that are written at once. */
const PART = 10_000;

/** What is measured; files go into `folder`. */
export function workloads(folder: string, sizes: Sizes): Workload[] {
  return [...arrays(folder, sizes), ...tables(folder, sizes), ...functions(sizes)];
}

function arrays(folder: string, { side, tasks }: Sizes): Workload[] {
  const chunks = Math.ceil(side / 4);
  const data = new Float64Array(side * side).map((_, index) => (index % 1000) / 8);
  const x = array.fromArray(data, { shape: [side, side], chunks });
  const chain = x.multiply(2).add(1).power(2).mean();
  const waves = x.sin().sum();
  const file = join(folder, "x.h5");
  const total = (options: ComputeOptions): Promise<number> => {
    const opened = openHDF5(file, { engine: options.engine });
    return array
      .fromArray(opened.get("/x") as never, { chunks })
      .sum()
      .compute(options) as Promise<number>;
  };
  const ones = (length: number, options: ComputeOptions): Promise<number> =>
    array.ones(length, { chunks: 1 }).sum().compute(options) as Promise<number>;
  const bytes = `${((side * side * 8) / 1e6).toFixed(0)} MB`;
  return [
    {
      name: "chain",
      title: `((x * 2 + 1) ** 2).mean() of ${bytes}`,
      native: () => chain.compute(NATIVE) as Promise<number>,
      js: () => chain.compute(JS) as Promise<number>,
    },
    {
      name: "sin",
      title: `sin(x).sum() of ${bytes}`,
      native: () => waves.compute(NATIVE) as Promise<number>,
      js: () => waves.compute(JS) as Promise<number>,
    },
    {
      name: "hdf5",
      title: `HDF5 sum, ${bytes} gzip + shuffle`,
      prepare: () => x.toHDF5(file, "/x", { compression: "gzip", shuffle: true }),
      native: () => total(NATIVE),
      js: () => total(JS),
    },
    {
      name: "tasks",
      title: "ones(n, chunks 1).sum(), a task",
      native: async () => (await ones(tasks, NATIVE)) / tasks,
      js: async () => (await ones(tasks / FEWER, JS)) / (tasks / FEWER),
      per: { of: "task", native: tasks, js: tasks / FEWER },
    },
  ];
}

function tables(folder: string, { rows }: Sizes): Workload[] {
  const file = join(folder, "table.csv");
  const names = ["Ann", "Bob", "Cleo", "Dora", "Emil", "Fritz"];
  const line = (row: number): string => `${names[(row * 7919) % names.length]},${row % 977},${row * 0.25}`;
  const write = async (): Promise<void> => {
    writeFileSync(file, "name,k,x\n");
    // In parts, for a Raspberry Pi has little memory.
    for (let start = 0; start < rows; start += PART) {
      const count = Math.min(PART, rows - start);
      appendFileSync(file, Array.from({ length: count }, (_, index) => `${line(start + index)}\n`).join(""));
    }
  };
  const means = async (): Promise<number> => {
    const found = await dataframe.readCSV(file).groupBy("name").agg(col("x").mean()).toRecords();
    return found.reduce((total, row) => total + Number(row["x"]), 0);
  };
  return [
    {
      name: "csv",
      title: `CSV, mean by group of ${rows / 1000},000 rows`,
      prepare: write,
      native: means,
      js: () => meansInPlainJavaScript(file),
      tolerance: 1e-9,
    },
  ];
}

/** What somebody would write without a library. */
async function meansInPlainJavaScript(file: string): Promise<number> {
  const groups = new Map<string, { total: number; count: number }>();
  let isHead = true;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (isHead) {
      isHead = false;
      continue;
    }
    const [name = "", , x] = line.split(",");
    const group = groups.get(name) ?? { total: 0, count: 0 };
    group.total += Number(x);
    group.count++;
    groups.set(name, group);
  }
  let sum = 0;
  for (const { total, count } of groups.values()) sum += total / count;
  return sum;
}

function functions({ items, tasks }: Sizes): Workload[] {
  const numbers = bag.range(items, { npartitions: 8 });
  const sum = numbers
    .map((n) => (n * 7919) % 1000)
    .filter((n) => n % 3 === 0)
    .sum();
  const calls = Math.ceil(tasks / 50);
  const add = delayed((xs: readonly number[]) => xs.reduce((a, b) => a + b, 0));
  const inc = delayed((n: number) => n + 1);
  const total = add(Array.from({ length: calls }, (_, n) => inc(n)));
  return [
    {
      name: "bag",
      title: `bag map, filter, sum of ${items / 1000},000 items, processes`,
      native: () => sum.compute({ scheduler: "processes" }) as Promise<number>,
      js: () => sum.compute({ scheduler: "sync" }) as Promise<number>,
    },
    {
      name: "calls",
      title: "a delayed call of a function, threads",
      native: () => total.compute({ scheduler: "threads" }),
      js: () => total.compute({ scheduler: "sync" }),
      per: { of: "call", native: calls, js: calls },
    },
  ];
}
