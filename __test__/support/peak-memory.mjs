// Computes one of a few expressions in a process of its own, and prints how much memory it took beyond that of the
// package alone, in bytes.
//
//   node peak-memory.mjs EXPRESSION MEMORY_LIMIT FILE

import { array } from "../../dist/index.js";
import { openHDF5 } from "../../dist/hdf5.js";

const EXPRESSIONS = {
  /** Has no need to keep more than a column of blocks. */
  centred: (x) => x.subtract(x.mean({ axis: 0 })).std({ axis: 0 }),
  /** Needs every row of `x` once more when all have been seen, in other chunks than it is read in. */
  recut: (x) => {
    const roots = x.absolute().sqrt().rechunk([64, -1]);
    return roots
      .subtract(roots.mean({ axis: 0 }))
      .absolute()
      .max();
  },
};

const [expression, limit, file] = process.argv.slice(2);
const x = array.fromArray(openHDF5(file).get("/file/path"), { chunks: [128, 256] });
await array.ones(10).sum().compute();
const before = process.resourceUsage().maxRSS;
const answer = await EXPRESSIONS[expression](x).compute({ memoryLimit: Number(limit), engine: "native" });
const peak = (process.resourceUsage().maxRSS - before) * 1024;
const values = typeof answer === "number" ? [answer] : [...answer.data];
process.stdout.write(JSON.stringify({ peak, values }));
