// The half of measure_functions.py that runs Bramble: computes what each line asks for, so many turns, and answers with the
// nanoseconds of the quickest: in the first one the engine may be collecting the garbage of reading the files.

import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { array } from "bramble";

const TYPES = { float64: Float64Array, float32: Float32Array };

for await (const line of createInterface(process.stdin)) {
  const { name, dtype, arguments: paths, turns, result } = JSON.parse(line);
  const operands = paths.map((path) =>
    array.fromArray(new TYPES[dtype](new Uint8Array(readFileSync(path)).buffer)),
  );
  const expression = array[name](...operands);
  let [found, least] = [undefined, Number.POSITIVE_INFINITY];
  for (let turn = 0; turn < turns; turn += 1) {
    const start = process.cpuUsage();
    found = await expression.compute({ scheduler: "sync" });
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, 1000 * (user + system));
  }
  writeFileSync(result, found.data);
  process.stdout.write(`${least}\n`);
}
