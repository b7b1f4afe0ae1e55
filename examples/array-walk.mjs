// Sums an HDF5 dataset on every core, and shows what happens on the way.
//
//   node examples/array-walk.mjs FILE DATASET

import { array } from "bramble";
import { openHDF5 } from "bramble/hdf5";
import { bytes, endQuietlyWhenNobodyReads, progressBar, times } from "./support/terminal.mjs";

endQuietlyWhenNobodyReads();
const interruption = new AbortController();
process.on("SIGINT", () => interruption.abort());

const [path, name] = process.argv.slice(2);
const file = openHDF5(path);
const data = file.get(name);
console.log(`file      ${path}`);
console.log(
  `dataset   ${name}, ${data.dtype}, ${data.filters.map((filter) => filter.name).join(" + ") || "no filters"}`,
);

// Nothing is read yet: an expression knows its shape, dtype and chunks.
const array1 = array.fromArray(data, { chunks: [1000, 1000] });
const size = array1.shape.reduce((product, length) => product * length, 1) * 8;
console.log(`shape     ${times(array1.shape)} (${bytes(size)})`);
console.log(
  `chunks    ${times(array1.chunks.map((lengths) => lengths.length))} of ${times(array1.chunks.map((lengths) => lengths[0]))}`,
);

// Nothing is computed yet either.
const sumTotal = array1.sum();

const bar = progressBar();
const started = performance.now();
try {
  const sum = await sumTotal.compute({ signal: interruption.signal, onProgress: bar.update });
  const seconds = (performance.now() - started) / 1000;
  bar.end();
  console.log(`sum       ${String(sum)}`);
  console.log(`time      ${seconds.toFixed(3)} s`);
  console.log(`speed     ${(size / seconds / 1e9).toFixed(2)} GB/s of decoded data`);
} catch (error) {
  bar.end();
  if (!interruption.signal.aborted) throw error;
  process.exitCode = 130;
}
