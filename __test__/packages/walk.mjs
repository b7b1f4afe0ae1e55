// What a newcomer does with an installed package, a title and an answer a line. Runs in a folder that has it.
//
//   node walk.mjs PACKAGES FILE DATASET [PART ...]
//
// PACKAGES is `bramble`, or `parts` for the packages that it is made of.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [packages, file, dataset, ...wanted] = process.argv.slice(2);
const from = (part) => import(packages === "bramble" ? "bramble" : `bramble-${part}`);
const folder = mkdtempSync(join(tmpdir(), "bramble-walk-"));

/** Tests of ours run where a Node can't start another: not in processes. */
const options = { scheduler: "threads" };

const parts = {
  async array() {
    const { array } = await from("array");
    const { openHDF5 } = await import(packages === "bramble" ? "bramble/hdf5" : "bramble-array/hdf5");
    const data = array.fromArray(openHDF5(file).get(dataset), { chunks: [1000, 1000] });
    tell("sum of a dataset", await data.sum().compute());
    tell(
      "mean of a chain",
      await array.arange(12, { chunks: 5 }).multiply(2).add(1).power(2).mean().compute(),
    );
  },
  async memory() {
    const { array } = await from("array");
    tell("sum of ones", await array.ones([300, 300], { chunks: 100 }).sum().compute());
  },
  async bag() {
    const { bag } = await from("core");
    const bag1 = bag.fromSequence([1, 2, 3, 4, 5]);
    tell(
      "bag",
      await bag1
        .map((x) => x * 2)
        .filter((x) => x > 4)
        .compute(options),
    );
    const words = bag
      .fromSequence(["to be", "or not", "to be"])
      .map((line) => line.split(" "))
      .flatten();
    tell(
      "word count",
      await words
        .frequencies()
        .topk(2, ([, n]) => n)
        .compute(options),
    );
  },
  async delayed() {
    const { delayed } = await from("core");
    const inc = delayed((x) => x + 1);
    const sum = delayed((xs) => xs.reduce((a, b) => a + b));
    tell("delayed", await sum([1, 2, 3].map((x) => inc(x))).compute(options));
  },
  async dataframe() {
    const { dataframe, col } = await from("dataframe");
    const csv = join(folder, "myfile.csv");
    writeFileSync(csv, "name,x\nAnn,1\nBob,2\nAnn,4\n");
    const means = dataframe.readCSV(csv).groupBy("name").agg(col("x").mean()).sort("name");
    tell("data frame", await means.toRecords());
  },
};

try {
  for (const part of wanted) await parts[part]();
} finally {
  rmSync(folder, { recursive: true });
}

function tell(title, answer) {
  process.stdout.write(`${title}\t${JSON.stringify(answer)}\n`);
}
