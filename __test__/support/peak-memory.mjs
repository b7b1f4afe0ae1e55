// Computes one of a few expressions in a process of its own, and prints how much memory it took beyond that of the
// package alone, in bytes.
//
//   node peak-memory.mjs EXPRESSION FILE FOLDER COMPUTE_OPTIONS [DTYPE]

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { array } from "../../dist/index.js";
import { openHDF5 } from "../../dist/hdf5.js";
import { openNpyStack } from "../../dist/npy.js";

const [expression, file, folder, options, dtype = "float64"] = process.argv.slice(2);
const { memoryLimit, scheduler } = JSON.parse(options);
const compute = { memoryLimit, scheduler, engine: "native" };
const out = join(folder, expression);

const EXPRESSIONS = {
  /** Has no need to keep more than a column of blocks. */
  centred: (x) =>
    x
      .subtract(x.mean({ axis: 0 }))
      .std({ axis: 0 })
      .compute(compute),
  /** Reads every block twice, at different times. */
  transposed: () => square.add(square.T).max().compute(compute),
  /** As before, into files of which each is as wide as the array. */
  written: async () => {
    await square.add(square.T).toNpy(out, compute);
    return array.fromArray(openNpyStack(out)).max().compute(compute);
  },
  /** Needs every row of `x` once more when all have been seen, in other chunks than it is read in. */
  recut: (x) => {
    const roots = x.absolute().sqrt().rechunk([64, -1]);
    return roots
      .subtract(roots.mean({ axis: 0 }))
      .absolute()
      .max()
      .compute(compute);
  },
};

/** A size of this process, in bytes. Not getrusage: there the memory of the process that started it counts too. */
function sizeOf(name) {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(status.match(new RegExp(`^${name}:\\s*(\\d+) kB$`, "m"))[1]) * 1024;
}

const stored = openHDF5(file).get("/file/path");
const x = array.fromArray(stored, { chunks: [128, 256] }).astype(dtype);
const square = array.fromArray(stored, { chunks: [256, 256] }).astype(dtype);
await array.ones(10).sum().compute();
const before = sizeOf("VmRSS");
const answer = await EXPRESSIONS[expression](x);
const peak = sizeOf("VmHWM") - before;
const values = typeof answer === "number" ? [answer] : [...answer.data];
process.stdout.write(JSON.stringify({ peak, values }));
