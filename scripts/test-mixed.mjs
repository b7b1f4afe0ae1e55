// npm run test:mixed: one cluster of three architectures and several Nodes. Answers must be those of this machine alone in
// every bit, with all of them there and when one of each is killed at work. The last line counts.
//
// `--quick` leaves out what needs more than the addons: the programs without Node, and a newer Node.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installEmulator } from "./cross/emulator.mjs";
import { installNewerNode, installPiNodes } from "./cross/pi-nodes.mjs";
import { withBuildLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { piPlatforms } from "./lib/platforms.mjs";
import { importBramble, startCluster } from "./release/mixed.mjs";
import { Programs } from "./release/programs.mjs";
import { buildCli, buildCrossCli } from "./steps/cli-programs.mjs";
import { buildPiAddons } from "./steps/pi-addons.mjs";
import { prepare } from "./steps/prepare.mjs";
import { reportCounts } from "./steps/test-counts.mjs";

const isQuick = process.argv.includes("--quick");
const WAIT = { timeout: 120 };

await main(async () => {
  await prepare();
  const withoutNode = await withBuildLock(async () => {
    await buildPiAddons("emulated");
    await installEmulator();
    await installPiNodes();
    return isQuick ? undefined : programsWithoutNode();
  });
  const folder = mkdtempSync(join(tmpdir(), "bramble-mixed-"));
  const programs = new Programs();
  try {
    reportCounts([await test(withoutNode, folder, programs)]);
  } finally {
    await programs.killAll();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function programsWithoutNode() {
  await installNewerNode();
  const made = { x64: [await buildCli()] };
  for (const platform of piPlatforms)
    made[platform.arch] = [...platform.emulator, await buildCrossCli(platform, "emulated")];
  return made;
}

async function test(withoutNode, folder, programs) {
  const { array, Client, config, delayed } = await importBramble();
  const counts = { passed: 0, failed: 0 };
  const check = (title, holds, otherwise = "") => {
    counts[holds ? "passed" : "failed"]++;
    process.stdout.write(`${holds ? "ok     " : "FAILED "} ${title}${holds ? "" : ` ${otherwise}`}\n`);
  };
  const bitsOf = async (answer, options) => {
    const { data } = await answer.compute(options);
    return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex");
  };
  const cluster = await startCluster(programs, folder, withoutNode);
  const names = Object.keys(cluster.workers);
  const client = await Client.connect(cluster.address, { key: cluster.key() });
  const doneBy = async () => {
    const { workers } = await client.status();
    return Object.fromEntries(workers.map(({ name, done }) => [name, done]));
  };
  const kill = async (name) => {
    programs.kill(name);
    await programs.ended(name);
  };
  try {
    config.set({ scheduler: "distributed" });
    const short = shortSum(array);
    const shortExpected = await bitsOf(short, { scheduler: "threads" });
    for (const name of names) {
      cluster.workers[name]();
      await client.waitForWorkers(1, WAIT);
      check(`${name} alone gives the bits of this machine`, (await bitsOf(short)) === shortExpected);
      await kill(name);
      while ((await client.status()).workers.length > 0) await new Promise((wake) => setTimeout(wake, 20));
    }

    for (const name of names) cluster.workers[name]();
    await client.waitForWorkers(names.length, WAIT);
    const answer = longSum(array);
    const expected = await bitsOf(answer, { scheduler: "threads" });
    check("so do all together", (await bitsOf(answer)) === expected);
    const done = await doneBy();
    process.stdout.write(`        blocks made: ${names.map((name) => `${name} ${done[name]}`).join(", ")}\n`);
    const emulated = names.filter((name) => !name.startsWith("x64"));
    check(
      "the slower ones made fewer",
      emulated.every((name) => done[name] < done.x64),
    );

    const withNode = names.filter((name) => !name.includes("without"));
    const nodes = await client.runWith({ workers: withNode }, () => `${process.arch} ${process.version}`);
    process.stdout.write(`        Nodes: ${Object.values(nodes).join(", ")}\n`);
    const archs = new Set(Object.values(nodes).map((node) => node.split(" ")[0]));
    check(
      "functions run on every architecture",
      archs.size === 3 && Object.keys(nodes).length === withNode.length,
    );
    const majors = new Set(Object.values(nodes).map((node) => node.match(/v(\d+)/)[1]));
    if (!isQuick) check("and in every Node", majors.size > 1, [...majors].join());
    const squares = await Promise.all(
      client.map((n) => n * n, [1, 2, 3, 4, 5, 6]).map((future) => future.result()),
    );
    check("and give what they give here", squares.join() === "1,4,9,16,25,36", squares.join());
    const total = delayed((parts) => parts.reduce((sum, part) => sum + part));
    const half = delayed((n) => n / 2);
    check("delayed functions too", (await total([1, 2, 3].map((n) => half(n))).compute()) === 3);

    const before = await doneBy();
    const ones = await array.ones([6000, 6000], { chunks: 3000 }).compute();
    const after = await doneBy();
    check("no block goes to a worker that can't hold it", after.arm === before.arm, JSON.stringify(after));
    check("others make it", ones.data.length === 36e6 && ones.data.every((one) => one === 1));

    for (const name of names) {
      const kills = [];
      const onProgress = () => {
        if (kills.length === 0) kills.push(kill(name));
      };
      const bits = await bitsOf(short, { onProgress });
      check(`the same bits when ${name} is killed at work`, kills.length === 1 && bits === shortExpected);
      await Promise.all(kills);
      cluster.workers[name]();
      await client.waitForWorkers(names.length, WAIT);
    }
  } finally {
    client.close();
  }
  return counts;
}

/** Blocks that take an emulator a tenth of a second, so that it counts how fast somebody is. */
function longSum(array) {
  const x = array.random.defaultRng(7).normal(0, 1, { size: [1600, 1600], chunks: 100 });
  return x.exp().sin().multiply(x.cos()).add(x.T).sum({ axis: 0 });
}

function shortSum(array) {
  const x = array.random.defaultRng(7).normal(0, 1, { size: [600, 600], chunks: 50 });
  return x.multiply(2).add(1).exp().sin().add(x.T).sum({ axis: 0 });
}
