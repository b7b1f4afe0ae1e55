// npm run test:packages: packs everything, publishes it to a registry on this machine, and installs it from there as
// users do: here, and with the Nodes of both Raspberry Pis in an emulator. The last line counts what held.
//
// `--quick` leaves out the packages that `bramble` is made of on this machine, whose smallest addon nothing else needs, and
// the benchmark in the emulators.
//
// `--packed` takes the tarballs of `npm run pack` as they will be published, with data frames on every platform.

import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installEmulator } from "./cross/emulator.mjs";
import { installPiNodes } from "./cross/pi-nodes.mjs";
import { SetupError } from "./lib/errors.mjs";
import { smallest } from "./lib/flavours.mjs";
import { withBuildLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { cache } from "./lib/paths.mjs";
import { piPlatforms } from "./lib/platforms.mjs";
import { checkPackages } from "./release/check.mjs";
import { packAll, packedBefore } from "./release/pack.mjs";
import { forgetPublished, startRegistry } from "./release/registry.mjs";
import { printSizes } from "./release/sizes.mjs";
import { testHere, testPi } from "./release/user.mjs";
import { buildAddon } from "./steps/addon.mjs";
import { EXAMPLE_DATASET, makeExampleFile } from "./steps/example-file.mjs";
import { buildPiAddons } from "./steps/pi-addons.mjs";
import { prepare, prepareJavaScript } from "./steps/prepare.mjs";
import { reportCounts } from "./steps/test-counts.mjs";

const isQuick = process.argv.includes("--quick");
const isPacked = process.argv.includes("--packed");
const SIZE = { rows: 331, columns: 457, chunk: 100 };
const data = {
  file: join(cache, "example", `pi-${SIZE.rows}x${SIZE.columns}.h5`),
  dataset: EXAMPLE_DATASET,
};

await main(async () => {
  await (isPacked ? prepareJavaScript() : prepare());
  const folder = mkdtempSync(join(tmpdir(), "bramble-packages-"));
  try {
    reportCounts(await withBuildLock(() => test(folder)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function test(folder) {
  const packed = isPacked ? allPackedBefore() : await pack(join(folder, "packed"));
  await checkPackages(packed);
  await installEmulator();
  await installPiNodes();
  await makeExampleFile(data.file, SIZE);
  forgetPublished(packed.map(({ name }) => name));
  const registry = await startRegistry();
  try {
    for (const { file } of packed) await registry.publish(file);
    const place = (name) => {
      const made = join(folder, name);
      mkdirSync(made);
      return { folder: made, registry: registry.address, data };
    };
    const { counts, expected } = await testHere(place, isQuick);
    // At the same time: in an emulator npm takes half a minute, most of it in one thread.
    const options = { isQuick, isComplete: isPacked };
    const pis = await Promise.allSettled(
      piPlatforms.map((platform) => testPi(platform, place(platform.arch), expected, options)),
    );
    // Not before all have ended: their folders are taken away then.
    const failure = pis.find(({ status }) => status === "rejected");
    if (failure) throw failure.reason;
    return [counts, ...pis.map(({ value }) => value)];
  } finally {
    await registry.close();
  }
}

/** Packs what is quick to build. Here `bramble-array` uses the addon that `bramble-dataframe` brings; each Pi has its own. */
async function pack(folder) {
  if (!isQuick) await buildAddon(smallest);
  await buildPiAddons("emulated");
  const packed = await packAll(folder);
  printSizes(packed);
  return packed;
}

function allPackedBefore() {
  const packed = packedBefore();
  const missing = packed.filter(({ file }) => !existsSync(file)).map(({ name }) => name);
  if (missing.length > 0) throw new SetupError(`Not packed: ${missing.join(", ")}. npm run pack makes them`);
  return packed;
}
