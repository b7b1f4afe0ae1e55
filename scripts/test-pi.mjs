// What can be tested of the Raspberry Pis here: the Rust tests of a 32-bit machine, and the addons of both
// in their own Nodes, whose answers must equal this machine's in every bit. The last line counts.

import { join } from "node:path";
import { crossCargo, GLIBC } from "./cross/cargo.mjs";
import { installEmulator } from "./cross/emulator.mjs";
import { installPiNodes, piNode } from "./cross/pi-nodes.mjs";
import { withBuildLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { cache } from "./lib/paths.mjs";
import { piPlatforms } from "./lib/platforms.mjs";
import { withProgress } from "./lib/progress.mjs";
import { run } from "./lib/run.mjs";
import { EXAMPLE_DATASET, makeExampleFile } from "./steps/example-file.mjs";
import { buildPiAddons } from "./steps/pi-addons.mjs";
import { prepare } from "./steps/prepare.mjs";
import { countedCargoTest } from "./steps/rust-tests.mjs";
import { reportCounts } from "./steps/test-counts.mjs";

const SIZE = { rows: 331, columns: 457, chunk: 100 };
const file = join(cache, "example", `pi-${SIZE.rows}x${SIZE.columns}.h5`);
const walk = ["__test__/pi/walk.mjs", file, EXAMPLE_DATASET];

await main(async () => {
  await prepare();
  const counts = await withBuildLock(async () => {
    await buildPiAddons("release");
    await installEmulator();
    await installPiNodes();
    await makeExampleFile(file, SIZE);
    return [await testRustOn32Bits()];
  });
  const expected = readAnswers(await run(process.execPath, walk));
  for (const platform of piPlatforms) counts.push(await compareAnswers(platform, expected));
  reportCounts(counts);
});

function testRustOn32Bits() {
  const { target, emulator } = piPlatforms.find(({ arch }) => arch === "arm");
  const variable = `CARGO_TARGET_${target.toUpperCase().replaceAll("-", "_")}_RUNNER`;
  return countedCargoTest(
    ([, ...args]) =>
      crossCargo("Testing the Rust crates on armv7", ["test", ...args], { [variable]: emulator.join(" ") }),
    ["-p", "bramble-graph", "-p", "bramble-array", "--target", `${target}.${GLIBC}`],
  );
}

/** Counts the answers that a Pi's Node gives as this machine does. */
async function compareAnswers({ name, arch, emulator }, expected) {
  const [qemu, ...options] = emulator;
  const output = await withProgress(`Comparing the answers of ${name}`, () =>
    run(qemu, [...options, piNode(arch), ...walk]),
  );
  const answers = readAnswers(output);
  const different = [...expected].filter(([title, bits]) => answers.get(title) !== bits);
  for (const [title, bits] of different) {
    process.stdout.write(
      `${name}: "${title}" differs\n  here  ${bits.slice(0, 160)}\n  there ${answers.get(title)?.slice(0, 160)}\n`,
    );
  }
  const counts = { passed: expected.size - different.length, failed: different.length };
  process.stdout.write(`${name}: ${counts.passed} answers equal in every bit; ${counts.failed} differ\n`);
  return counts;
}

function readAnswers(output) {
  const lines = output.trim().split("\n");
  return new Map(lines.map((line) => line.split("\t")));
}
