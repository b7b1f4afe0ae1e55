// npm run test:soak [-- SECONDS [SEED]]: a cluster at work whose members are killed and cut off from each other, at any moment.
// Each answer must be right, and nothing may be left behind. Runs in a network of its own.

import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { array, Client, col, compute, dataframe, delayed } from "../../dist/index.js";
import { childrenOf, heldBy, Member, OtherSide, schedulerWords, workerWords } from "./members.mjs";

/** Seconds that a machine with much to do may take for what takes a moment. */
const PATIENCE = 200;
const WORKERS = 3;
/** Files and threads that come and go: connections of peers, pools that rest. */
const SLACK = 12;
/** Milliseconds that leftovers have to go away, such as connections that nobody uses. */
const TIDYING = 40_000;

const [seconds = "20", seed = String(Date.now() % 1e6)] = process.argv.slice(2);
/** Starts this program again where nobody else's network is touched. */
async function enterNetwork() {
  const words = [
    "--map-root-user",
    "--net",
    process.execPath,
    "--expose-gc",
    fileURLToPath(import.meta.url),
    seconds,
    seed,
  ];
  const { status } = spawnSync("unshare", words, {
    stdio: "inherit",
    env: { ...process.env, BRAMBLE_SOAK_INSIDE: "1" },
  });
  process.exitCode = status ?? 1;
}

async function soak() {
  const cache = fileURLToPath(new URL("../../node_modules/.cache/bramble/", import.meta.url));
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "soak-"));
  const cluster = new Cluster(folder, await OtherSide.open());
  const chance = random(Number(seed));
  const counts = new Map();
  let failure;
  try {
    const client = await cluster.start();
    await work(client, chance);
    await cluster.rest(client);
    const before = cluster.held();
    const end = Date.now() + 1000 * Number(seconds);
    while (Date.now() < end) {
      const fault = FAULTS[Math.floor(chance() * FAULTS.length)];
      counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
      const working = work(client, chance);
      // Whoever fails while faults go on is heard of below.
      working.catch(() => {});
      await sleep(1500 * chance());
      await fault(cluster, chance);
      await working;
    }
    await cluster.rest(client);
    failure = await cluster.leftOver(before);
    client.close();
  } catch (error) {
    failure = error instanceof Error ? error.stack : String(error);
  } finally {
    await cluster.end();
  }
  const orphans = childrenOf(process.pid).length;
  if (failure === undefined && orphans > 0) failure = `${orphans} children are left`;
  rmSync(folder, { recursive: true, force: true });
  const faults = [...counts].map(([name, count]) => `${count} x ${name}`).join(", ");
  process.stdout.write(`${failure === undefined ? "right" : "WRONG"} after ${faults}; seed ${seed}\n`);
  if (failure === undefined) return;
  process.stderr.write(`${failure}\n${cluster.words()}\n`);
  process.exitCode = 1;
}

/** What happens to a cluster. */
const FAULTS = [
  async function nothing() {},
  async function workerKilled(cluster, chance) {
    cluster.killWorker(chance);
  },
  async function twoWorkersKilled(cluster, chance) {
    cluster.killWorker(chance);
    cluster.killWorker(chance);
  },
  async function supervisorKilled(cluster, chance) {
    await cluster.replaceSupervisor(Math.floor(chance() * WORKERS));
  },
  async function schedulerKilled(cluster) {
    await cluster.restartScheduler();
  },
  async function wireCut(cluster, chance) {
    cluster.side.wire("down");
    await sleep(500 + 4500 * chance());
    cluster.side.wire("up");
  },
];

class Cluster {
  side;
  #folder;
  #env = { BRAMBLE_KEY: randomBytes(32).toString("hex") };
  #scheduler;
  #address = "";
  #supervisors = [];
  #ended = [];
  #started = 0;

  constructor(folder, side) {
    this.#folder = folder;
    this.side = side;
  }

  async start() {
    await this.#startScheduler(0);
    for (let place = 0; place < WORKERS; place++) this.#supervisors[place] = this.#startWorker();
    const options = { key: this.#env.BRAMBLE_KEY, timeout: PATIENCE };
    const client = await Client.connect(this.#address, options);
    await client.waitForWorkers(WORKERS, { timeout: PATIENCE });
    return client;
  }

  async #startScheduler(port) {
    this.#scheduler = new Member(schedulerWords(port, join(this.#folder, "journal")), this.#env);
    this.#address = await this.#scheduler.says(/^Scheduler at +tcp:\/\/(\S+)$/m);
  }

  #startWorker() {
    this.#started += 1;
    const spill = join(this.#folder, "spill");
    return new Member(workerWords(this.side, this.#address, `worker-${this.#started}`, spill), this.#env);
  }

  killWorker(chance) {
    const pids = this.#supervisors.flatMap(({ pid }) => childrenOf(pid));
    const pid = pids[Math.floor(chance() * pids.length)];
    if (pid !== undefined) process.kill(pid, "SIGKILL");
  }

  async replaceSupervisor(place) {
    const old = this.#supervisors[place];
    await old.kill();
    this.#ended.push(old);
    this.#supervisors[place] = this.#startWorker();
  }

  async restartScheduler() {
    await this.#scheduler.kill();
    this.#ended.push(this.#scheduler);
    await this.#startScheduler(Number(this.#address.split(":").at(-1)));
  }

  /** Waits until all workers are there and nothing is done. */
  async rest(client) {
    await client.waitForWorkers(WORKERS, { timeout: PATIENCE });
    await eventually(async () => {
      globalThis.gc?.();
      const { workers, tasks } = await client.status();
      return workers.length === WORKERS && tasks.memory === 0 && tasks.queued === 0 ? true : undefined;
    });
  }

  /** What the scheduler and this process hold of the system. */
  held() {
    return { scheduler: heldBy(this.#scheduler.pid), client: heldBy(process.pid) };
  }

  /** What is there that was not before; undefined if there is nothing. */
  async leftOver(before) {
    const end = Date.now() + TIDYING;
    for (;;) {
      const problem = this.#more(before) ?? this.#files();
      if (problem === undefined || Date.now() > end) return problem;
      await sleep(200);
    }
  }

  #more(before) {
    const now = this.held();
    for (const member of ["scheduler", "client"]) {
      for (const kind of ["files", "threads", "children"]) {
        const [was, is] = [before[member][kind], now[member][kind]];
        if (is > was + (kind === "children" ? 0 : SLACK))
          return `the ${member} has ${is} ${kind}, and had ${was}`;
      }
    }
    return undefined;
  }

  #files() {
    const spill = join(this.#folder, "spill");
    const names = existsSync(spill) ? readdirSync(spill) : [];
    return names.length === 0 ? undefined : `left on disk: ${names.join(", ")}`;
  }

  async end() {
    this.side.wire("up");
    for (const member of [...this.#supervisors, this.#scheduler]) await member?.kill("SIGKILL");
    this.side.close();
    await eventually(async () => (childrenOf(process.pid).length === 0 ? true : undefined)).catch(() => {});
  }

  /** What the members said last. */
  words() {
    const all = [...this.#ended, this.#scheduler, ...this.#supervisors];
    return all.map((member) => member?.stderr.split("\n").slice(-12).join("\n")).join("\n---\n");
  }
}

/** Computes something of each kind, and compares. */
async function work(client, chance) {
  const rows = 200 + Math.floor(200 * chance());
  const x = array
    .arange(rows * 300, { chunks: 3000 })
    .reshape([rows, 300])
    .rechunk([rows, 20]);
  const total = (rows * 300 * (rows * 300 - 1)) / 2;
  const inc = delayed((n) => n + 1);
  const add = delayed((a, b) => a + b);
  let level = Array.from({ length: 64 }, (_, leaf) => inc(leaf));
  while (level.length > 1)
    level = Array.from({ length: level.length / 2 }, (_, pair) => add(level[2 * pair], level[2 * pair + 1]));
  const scattered = client.scatter(Array.from({ length: 20 }, (_, n) => ({ n })));
  const doubled = scattered.map((one) => client.submit(({ n }) => 2 * n, one));
  const kept = await x.multiply(2).persist();
  const values = Float64Array.from({ length: 5000 }, (_, n) => n % 50);
  const frame = dataframe.fromMap({ g: values, x: values.map((value) => value + 1) }).repartition(4);
  const [sums, groups, gathered] = await Promise.all([
    compute(x.sum(), level[0], kept.sum()),
    frame.groupBy("g").agg(col("x").sum()).sort("g").toRecords(),
    client.gather(doubled),
  ]);
  expectSame(sums, [total, (64 * 65) / 2, 2 * total], "sums");
  const expected = Array.from({ length: 50 }, (_, g) => ({ g, x: 100 * (g + 1) }));
  expectSame(groups, expected, "groups");
  expectSame(
    gathered,
    Array.from({ length: 20 }, (_, n) => 2 * n),
    "futures",
  );
  for (const future of [...scattered, ...doubled]) future.release();
}

function expectSame(found, expected, what) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a.slice(0, 500)} and not ${b.slice(0, 500)}`);
}

async function eventually(look) {
  const end = Date.now() + 1000 * PATIENCE;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`it did not happen within ${PATIENCE} s: ${look}`);
    await sleep(100);
  }
}

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function random(start) {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

if (process.env.BRAMBLE_SOAK_INSIDE === undefined) await enterNetwork();
else await soak();
