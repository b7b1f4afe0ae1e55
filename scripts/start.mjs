// npm start: builds what is missing, makes an example HDF5 file, and runs the array walk on it.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { withBuildLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { cache } from "./lib/paths.mjs";
import { run } from "./lib/run.mjs";
import { EXAMPLE_DATASET, makeExampleFile } from "./steps/example-file.mjs";
import { prepare } from "./steps/prepare.mjs";

/** 288 MB of numbers; some 100 MB as stored. */
const SIZE = { rows: 6000, columns: 6000, chunk: 1000 };
const file = join(cache, "example", `walk-${SIZE.rows}x${SIZE.columns}.h5`);

await main(async () => {
  await prepare();
  if (!existsSync(file)) await withBuildLock(() => makeExampleFile(file, SIZE));
  await run(process.execPath, ["examples/array-walk.mjs", file, EXAMPLE_DATASET], { inherit: true });
});
