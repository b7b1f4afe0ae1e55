// The half of measure_functions.py that runs Bramble: computes what each line asks for and answers with the nanoseconds.

import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { array } from "bramble";

const TYPES = { float64: Float64Array, float32: Float32Array };

for await (const line of createInterface(process.stdin)) {
  const { name, dtype, arguments: paths, result } = JSON.parse(line);
  const operands = paths.map((path) =>
    array.fromArray(new TYPES[dtype](new Uint8Array(readFileSync(path)).buffer)),
  );
  const expression = array[name](...operands);
  const start = process.cpuUsage();
  const found = await expression.compute({ scheduler: "sync" });
  const { user, system } = process.cpuUsage(start);
  writeFileSync(result, found.data);
  process.stdout.write(`${1000 * (user + system)}\n`);
}
