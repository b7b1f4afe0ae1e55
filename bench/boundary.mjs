// npm run bench:boundary: what it costs to go from JavaScript to the core, and to other threads and processes.

import { main } from "../scripts/lib/main.mjs";
import { prepare } from "../scripts/steps/prepare.mjs";
import { duration, rate, table } from "./lib/format.mjs";
import { median } from "./lib/statistics.mjs";

const REPEATS = 7;
/** Calls that are made in one computation. */
const CALLS = 10_000;
/** What is done so quickly that a clock cannot tell is done so often. */
const OFTEN = 2000;
/** Elements of 64 MiB. */
const LARGE = 8 * 2 ** 20;
const SCHEDULERS = ["sync", "threads", "processes"];

await main(async () => {
  await prepare();
  const bramble = await import("../dist/index.js");
  const values = await import("../dist/values/index.js");
  const crossings = await measureCrossings(bramble);
  print(["median, one worker", ...SCHEDULERS], crossings);
  print(["in this thread", "median"], await measureHere(bramble, values));
});

/** What computations cost whose functions do nothing. */
async function measureCrossings({ array, delayed }) {
  const inc = delayed((x) => x + 1);
  const count = delayed((...xs) => xs.length);
  const size = delayed((x) => x.length);
  const make = delayed((length) => new Float64Array(length).fill(1));
  const large = new Float64Array(LARGE).fill(1);
  const blocks = array.ones([LARGE], { chunks: LARGE / 8 }).mapBlocks((block) => block);
  const calls = () => count(...Array.from({ length: CALLS }, (_, number) => inc(number)));
  return [
    // The first row: no worker runs before it.
    ["start, and a first call", ...(await each(once, (options) => inc(1).compute(options)))],
    ["a computation of one call", ...(await each(seconds, (options) => inc(1).compute(options)))],
    [
      `a call of ${CALLS}`,
      ...(await each(
        seconds,
        (options) => calls().compute(options),
        (time) => duration(time / CALLS),
      )),
    ],
    ["64 MiB to a function", ...(await each(seconds, (options) => size(large).compute(options), volume))],
    ["64 MiB from a function", ...(await each(seconds, (options) => make(LARGE).compute(options), volume))],
    ["64 MiB between two", ...(await each(seconds, (options) => size(make(LARGE)).compute(options), volume))],
    ["64 MiB in blocks", ...(await each(seconds, (options) => blocks.sum().compute(options), volume))],
  ];
}

/** What is done without leaving the thread, but for the core. */
async function measureHere({ array }, { decode, encode }) {
  const large = new Float64Array(LARGE).fill(1);
  const small = { name: "a", values: [1, 2, 3], when: new Date(0) };
  const encoded = encode(small);
  const fn = (x) => x + LARGE;
  return [
    ["64 MiB copied", volume(await seconds(() => large.slice()))],
    ["a small object encoded", duration(await often(() => encode(small)))],
    ["and decoded", duration(await often(() => decode(encoded)))],
    ["a function encoded", duration(await often(() => encode(fn)))],
    ["a graph of one layer to the core and back", duration(await often(() => array.ones([1]).explain()))],
  ];
}

/** What an action takes with each scheduler. */
async function each(measure, action, format = duration) {
  const cells = [];
  for (const scheduler of SCHEDULERS) {
    const options = { engine: "native", scheduler, numWorkers: 1 };
    cells.push(format(await measure(() => action(options))));
  }
  return cells;
}

/** The median time of an action that was done once before. */
async function seconds(action) {
  await action();
  const times = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) times.push(await once(action));
  return median(times);
}

async function once(action) {
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1000;
}

async function often(action) {
  const time = await seconds(() => {
    for (let repeat = 0; repeat < OFTEN; repeat++) action();
  });
  return time / OFTEN;
}

/** A time for 64 MiB, and how much that is in a second. */
function volume(time) {
  return `${duration(time)} (${rate((8 * LARGE) / time / 1e9, "GB/s")})`;
}

function print(header, rows) {
  process.stdout.write(`${table(header, rows)}\n\n`);
}
