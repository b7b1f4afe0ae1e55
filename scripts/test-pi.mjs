// What can be tested of the Raspberry Pis here: the Rust tests of a 32-bit machine, those of plans of data frames on both,
// which need no Polars, and the addons of both in their own Nodes, whose answers must equal this machine's in every bit.
// The last line counts.
//
// `--frames [PLATFORM ...]` takes the addons that are published instead, with data frames, whose rows must be the same too.
// Building those takes half an hour and more for each.

import { join } from "node:path";
import { crossCargo, GLIBC } from "./cross/cargo.mjs";
import { installEmulator } from "./cross/emulator.mjs";
import { installPiNodes, piNode } from "./cross/pi-nodes.mjs";
import { complete } from "./lib/flavours.mjs";
import { withBuildLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { cache } from "./lib/paths.mjs";
import { piPlatforms, platformsNamed } from "./lib/platforms.mjs";
import { withProgress } from "./lib/progress.mjs";
import { run } from "./lib/run.mjs";
import { EXAMPLE_DATASET, makeExampleFile } from "./steps/example-file.mjs";
import { buildCrossAddon, buildPiAddons } from "./steps/pi-addons.mjs";
import { prepare } from "./steps/prepare.mjs";
import { countedCargoTest } from "./steps/rust-tests.mjs";
import { reportCounts } from "./steps/test-counts.mjs";

const SIZE = { rows: 331, columns: 457, chunk: 100 };
const file = join(cache, "example", `pi-${SIZE.rows}x${SIZE.columns}.h5`);
const arrays = ["__test__/pi/walk.mjs", file, EXAMPLE_DATASET];
const frames = ["__test__/pi/frames.mjs"];
const given = process.argv.slice(2);
const withFrames = given.includes("--frames");

await main(async () => {
  const tested = platformsNamed(
    given.filter((argument) => argument !== "--frames"),
    piPlatforms,
  );
  await prepare();
  const counts = await withBuildLock(async () => {
    if (withFrames) for (const platform of tested) await buildCrossAddon(platform, complete, "dist");
    else await buildPiAddons("emulated");
    await installEmulator();
    await installPiNodes();
    await makeExampleFile(file, SIZE);
    return withFrames ? [] : await testRust();
  });
  for (const walk of withFrames ? [arrays, frames] : [arrays]) {
    const expected = readAnswers(await run(process.execPath, walk));
    for (const platform of tested) counts.push(await compareAnswers(platform, walk, expected));
  }
  reportCounts(counts);
});

async function testRust() {
  const narrow = piPlatforms.find(({ arch }) => arch === "arm");
  const counts = [
    await testRustOn(narrow, [
      "-p",
      "bramble-graph",
      "-p",
      "bramble-array",
      "-p",
      "bramble-storage",
      "-p",
      "bramble-runtime",
    ]),
  ];
  for (const platform of piPlatforms)
    counts.push(await testRustOn(platform, ["-p", "bramble-frame", "--no-default-features"]));
  return counts;
}

function testRustOn({ name, target, emulator }, selection) {
  const variable = `CARGO_TARGET_${target.toUpperCase().replaceAll("-", "_")}_RUNNER`;
  return countedCargoTest(
    ([, ...args]) =>
      crossCargo(`Testing the Rust crates on ${name}`, ["test", ...args], { [variable]: emulator.join(" ") }),
    [...selection, "--target", `${target}.${GLIBC}`],
    "emulated",
  );
}

/** Counts the answers of a walk that a Pi's Node gives as this machine does. */
async function compareAnswers({ name, arch, emulator }, walk, expected) {
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
