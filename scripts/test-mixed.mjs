// One cluster of three architectures: the scheduler, a worker with Node and the client here, and a worker without Node for
// each Raspberry Pi in an emulator. Answers must be those of this machine alone in every bit, with all of them there and
// when one of each is killed at work. The last line counts.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installEmulator } from "./cross/emulator.mjs";
import { withBuildLock } from "./lib/lock.mjs";
import { main } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";
import { piPlatforms } from "./lib/platforms.mjs";
import { Programs } from "./release/programs.mjs";
import { buildCli, buildCrossCli } from "./steps/cli-programs.mjs";
import { prepare } from "./steps/prepare.mjs";
import { reportCounts } from "./steps/test-counts.mjs";

await main(async () => {
  await prepare();
  const commands = await withBuildLock(async () => {
    await installEmulator();
    const made = { here: [await buildCli()] };
    for (const platform of piPlatforms)
      made[platform.arch] = [...platform.emulator, await buildCrossCli(platform, "release")];
    return made;
  });
  const folder = mkdtempSync(join(tmpdir(), "bramble-mixed-"));
  const programs = new Programs();
  try {
    reportCounts([await test(commands, folder, programs)]);
  } finally {
    await programs.killAll();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function test(commands, folder, programs) {
  const { array, Client, delayed } = await import("bramble");
  const counts = { passed: 0, failed: 0 };
  const check = (title, holds, otherwise = "") => {
    counts[holds ? "passed" : "failed"]++;
    process.stdout.write(`${holds ? "ok     " : "FAILED "} ${title}${holds ? "" : ` ${otherwise}`}\n`);
  };

  const key = ["--key-folder", join(folder, "bramble")];
  const here = ["--host", "127.0.0.1"];
  const file = join(folder, "scheduler.json");
  programs.start("scheduler", commands.here, [
    "scheduler",
    ...here,
    "--port",
    "0",
    "--no-dashboard",
    "--scheduler-file",
    file,
    ...key,
  ]);
  const { address } = JSON.parse(await programs.fileOf("scheduler", file));
  const workers = {
    x64: () =>
      programs.start(
        "x64",
        [process.execPath, join(root, "dist/cli/bramble.js")],
        ["worker", address, ...here, "--name", "x64", "--nworkers", "1", "--nthreads", "1"],
        { XDG_CONFIG_HOME: folder },
      ),
    ...Object.fromEntries(
      piPlatforms.map(({ arch }) => [
        arch,
        () =>
          programs.start(arch, commands[arch], [
            "worker",
            address,
            ...here,
            "--name",
            arch,
            "--nthreads",
            "1",
            ...key,
          ]),
      ]),
    ),
  };
  const names = Object.keys(workers);
  for (const name of names) workers[name]();

  const x = array.random.defaultRng(7).normal(0, 1, { size: [600, 600], chunks: 50 });
  const answer = x.multiply(2).add(1).exp().sin().add(x.T).sum({ axis: 0 });
  const expected = bitsOf(await answer.compute({ scheduler: "threads" }));
  const client = await Client.connect(address, {
    key: readFileSync(join(folder, "bramble/cluster.key"), "utf8").trim(),
  });
  try {
    await client.waitForWorkers(names.length, { timeout: 120 });
    const whole = bitsOf(await answer.compute({ scheduler: "distributed" }));
    check("x64, arm64 and armv7 together give the bits of this machine", whole === expected);
    const { workers: known } = await client.status();
    for (const name of names) {
      const done = known.find((worker) => worker.name === name)?.done ?? 0;
      process.stdout.write(`        ${name} made ${done} blocks\n`);
    }
    const inc = delayed((n) => n + 1);
    check(
      "functions go to the worker that has a Node",
      (await inc(41).compute({ scheduler: "distributed" })) === 42,
    );
    for (const name of names) {
      let isKilled = false;
      const kill = () => {
        if (isKilled) return;
        isKilled = true;
        programs.kill(name);
      };
      const bits = bitsOf(await answer.compute({ scheduler: "distributed", onProgress: kill }));
      check(`the same bits when ${name} is killed at work`, isKilled && bits === expected);
      workers[name]();
      await client.waitForWorkers(names.length, { timeout: 120 });
    }
  } finally {
    client.close();
  }
  return counts;
}

function bitsOf({ data }) {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex");
}
