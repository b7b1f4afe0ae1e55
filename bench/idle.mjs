// npm run bench:idle: what a cluster takes of a machine while nobody wants anything of it, and what a worker takes before and
// after its first function.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { main } from "../scripts/lib/main.mjs";
import { root, targetDir } from "../scripts/lib/paths.mjs";
import { prepare } from "../scripts/steps/prepare.mjs";
import { megabytes, table } from "./lib/format.mjs";

/** Seconds for a program to come. */
const PATIENCE = 300;
/** How long nothing happens, in seconds. */
const IDLE = 20;
/** Ticks of the clock by which the system counts processor time, in a second. */
const TICKS = 100;
const BRAMBLE = [process.execPath, join(root, "dist/cli/bramble.js")];
const WITHOUT_NODE = [join(targetDir, "release", "bramble")];

await main(async () => {
  await prepare();
  const { array, Client } = await import("../dist/index.js");
  const key = randomBytes(32).toString("hex");
  const programs = [];
  const start = (command, ...args) => {
    const [program, ...words] = [...command, ...args];
    const child = spawn(program, words, {
      env: { ...process.env, BRAMBLE_KEY: key },
      stdio: ["ignore", "pipe", "inherit"],
    });
    programs.push(child);
    return child;
  };
  try {
    const here = ["--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0"];
    const scheduler = start(BRAMBLE, "scheduler", ...here);
    const place = await said(scheduler, /^Start a worker +bramble worker (\S+)/m);
    const supervisor = start(BRAMBLE, "worker", place, "--name", "node", "--nthreads", "2");
    const isBuilt = existsSync(WITHOUT_NODE[0]);
    const bare = isBuilt
      ? start(WITHOUT_NODE, "worker", place, "--name", "bare", "--nthreads", "2")
      : undefined;
    const client = await Client.connect(place, { key, timeout: PATIENCE });
    await client.waitForWorkers(isBuilt ? 2 : 1, { timeout: PATIENCE });
    const { workers } = await client.status();
    const worker = workers.find(({ name }) => name === "node");
    const members = [
      ["scheduler", scheduler.pid],
      ["supervisor of the worker", supervisor.pid],
      ["worker", worker.pid],
      ...(bare ? [["worker without Node", bare.pid]] : []),
    ];
    const memory = () => new Map(members.map(([name, pid]) => [name, residentBytes(pid)]));
    const shares = await idleShares(members);
    const begun = memory();
    await array.ones(1e6, { chunks: 1e5 }).sum().compute();
    const native = memory();
    await client.submitWith({ workers: ["node"] }, (x) => x + 1, 1).result();
    const called = memory();
    const rows = members.map(([name], at) => [
      name,
      `${(100 * shares[at]).toFixed(2)} %`,
      ...[begun, native, called].map((each) => megabytes(each.get(name))),
    ]);
    const heads = ["member", "of a core, idle", "resident", "after a native sum", "after its first function"];
    process.stdout.write(`\n${table(heads, rows)}\n`);
    client.close();
  } finally {
    for (const child of programs) child.kill("SIGKILL");
  }
});

/** What a program prints, as soon as it does. */
function said({ stdout }, pattern) {
  return new Promise((resolve) => {
    let text = "";
    stdout.on("data", (more) => {
      text += more;
      const found = text.match(pattern);
      if (found !== null) resolve(found[1]);
    });
  });
}

/** Which share of a core members take while nothing is asked of them. */
async function idleShares(members) {
  // What comes with the start is over.
  await sleep(2000);
  const before = members.map(([, pid]) => processorSeconds(pid));
  await sleep(1000 * IDLE);
  return members.map(([, pid], at) => (processorSeconds(pid) - before[at]) / IDLE);
}

function processorSeconds(pid) {
  // Behind the name, which may have spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

function residentBytes(pid) {
  return Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/^VmRSS:\s*(\d+) kB$/m)[1]) * 1024;
}
