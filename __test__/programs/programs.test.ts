import { existsSync, readlinkSync, writeFileSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { array, Client, delayed, Variable } from "bramble";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eventually, Running, type RunningProgram } from "../support/running.js";
import { makeSandbox, type Sandbox } from "../support/sandbox.js";

const LONG = 120_000;

interface Worker {
  readonly name: string;
  readonly pid: number;
  readonly threads: number;
  readonly memoryLimit: number;
}

/** A scheduler that listens on this machine alone. */
interface Started {
  readonly program: RunningProgram;
  readonly place: string;
  readonly url: string;
}

let sandbox: Sandbox;
let running: Running;

beforeAll(async () => {
  sandbox = await makeSandbox("http://127.0.0.1:9/");
  running = new Running(sandbox.env);
});
afterEach(() => running.killAll());
afterAll(() => sandbox.remove());

async function startScheduler(...flags: string[]): Promise<Started> {
  const here = ["--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0"];
  const program = running.start(["scheduler", ...here, ...flags]);
  const place = await eventually(() => program.stdout.match(/^Start a worker +bramble worker (\S+)/m)?.[1]);
  const url = program.stdout.match(/^Dashboard at +(\S+)\/status$/m)?.[1] ?? "";
  return { program, place, url };
}

async function workersOf(url: string): Promise<Worker[]> {
  return (await (await fetch(`${url}/api/v1/workers`)).json()) as Worker[];
}

/** The only worker, once there is one that is none of the others. */
function workerOf(url: string, ...others: Worker[]): Promise<Worker> {
  return eventually(async () => {
    const workers = await workersOf(url);
    const pids = others.map(({ pid }) => pid);
    return workers.find(({ pid }) => !pids.includes(pid));
  });
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

describe("bramble scheduler", { timeout: LONG }, () => {
  it("prints its addresses and the line to paste, and leaves at Ctrl-C", async () => {
    const file = join(sandbox.folder, "scheduler.json");
    const pidFile = join(sandbox.folder, "scheduler.pid");
    const { program, place, url } = await startScheduler("--scheduler-file", file, "--pid-file", pidFile);
    expect(program.stdout).toBe(
      [
        `Scheduler at    tcp://${place}`,
        `Dashboard at    ${url}/status`,
        `Start a worker  bramble worker ${place}`,
        "",
      ].join("\n"),
    );
    expect(await (await fetch(`${url}/health`)).text()).toBe("ok");
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
      address: `tcp://${place}`,
      pid: program.pid,
    });
    expect(await readFile(pidFile, "utf8")).toBe(`${program.pid}\n`);
    await eventually(() => program.stderr.match(/^Cluster key (?:\w{4}-){3}\w{4}; /m)?.[0]);
    program.kill("SIGINT");
    expect(await program.ended).toBe(0);
    expect(existsSync(file) || existsSync(pidFile)).toBe(false);
  });

  it("goes on where it was when it was killed, with its journal", async () => {
    const journal = join(sandbox.folder, "journal");
    const { program, place } = await startScheduler("--insecure", "--journal", journal);
    const client = await Client.connect(place, { insecure: true });
    try {
      const kept = new Variable("kept", { client });
      await kept.set([1, "two"]);
      program.kill("SIGKILL");
      await program.ended;
      const port = place.split(":")[1] ?? "";
      running.start(["scheduler", "--insecure", "--journal", journal, "--host", "127.0.0.1", "--port", port]);
      expect(await kept.get()).toEqual([1, "two"]);
    } finally {
      client.close();
    }
  });

  it("calls functions, and says of those that it had begun when it was killed", async () => {
    const journal = join(sandbox.folder, "calls");
    const { program, place } = await startScheduler("--insecure", "--journal", journal);
    const client = await Client.connect(place, { insecure: true });
    try {
      expect(await client.runOnScheduler(() => process.pid)).toBe(program.pid);
      const begun = join(sandbox.folder, "begun");
      const never = client.runOnScheduler(async (file: string) => {
        writeFileSync(file, "");
        await new Promise(() => {});
      }, begun);
      const failing = never.catch((error: Error) => error.message);
      await eventually(() => (existsSync(begun) ? true : undefined));
      program.kill("SIGKILL");
      await program.ended;
      const port = place.split(":")[1] ?? "";
      running.start(["scheduler", "--insecure", "--journal", journal, "--host", "127.0.0.1", "--port", port]);
      expect(await failing).toBe("The function gave no answer: the scheduler was started again meanwhile");
      expect(await client.runOnScheduler((n: number) => n + 1, 1)).toBe(2);
    } finally {
      client.close();
    }
  });

  it("ends when it has had nothing to do for a while", async () => {
    const { program } = await startScheduler("--idle-timeout", "100ms");
    expect(await program.ended).toBe(0);
  });

  it("says that its port is taken", async () => {
    const { place } = await startScheduler();
    const port = place.split(":")[1] ?? "";
    const second = running.start(["scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"]);
    expect(await second.ended).toBe(1);
    expect(second.stderr).toContain(`cannot listen at tcp://${place}: Address already in use`);
  });

  it("refuses what is no worker, and says so once", async () => {
    const { program, place } = await startScheduler();
    const [host = "", port] = place.split(":");
    for (const words of ["GET / HTTP/1.1\r\n\r\n", "POST /x HTTP/1.1\r\n\r\n"]) {
      const socket = connect(Number(port), host);
      socket.on("error", () => {});
      socket.end(words);
      expect(await text(socket).catch(() => "")).toBe("");
    }
    await eventually(() => (program.stderr.includes("was not let in") ? true : undefined));
    program.kill("SIGINT");
    await program.ended;
    expect(program.stderr.match(/was not let in: it does not speak Bramble's protocol/g)).toHaveLength(1);
  });

  it.each([
    [["--port", "x"], '--port takes a whole number from 0 to 65535, not "x"'],
    [["--port", "70000"], "--port takes a whole number from 0 to 65535"],
    [["--dashboard-address", "here"], '--dashboard-address takes HOST:PORT or :PORT, not "here"'],
    [["--idle-timeout", "soon"], '--idle-timeout takes a time such as 90s or 10 minutes, not "soon"'],
    [["--allowed-failures", "-1"], "--allowed-failures takes a whole number from 0 to"],
    [["--interface", "none0"], "There is no network interface none0: there are "],
    [["--tls-cert", "x.pem"], "`--tls-ca-file`, `--tls-cert` and `--tls-key` go together"],
    [["--preload", "./missing.mjs"], "--preload ./missing.mjs can't be imported"],
    [["--prot", "1"], "unknown option '--prot'"],
  ])("refuses %j in a line", async (flags, words) => {
    const { status, stderr } = await sandbox.bramble("scheduler", ...flags);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(words) });
  });
});

describe("bramble worker", { timeout: LONG }, () => {
  it("joins a scheduler, and leaves at Ctrl-C", async () => {
    const { url, place } = await startScheduler();
    const flags = ["--name", "pi", "--nthreads", "1", "--memory-limit", "1GB"];
    const supervisor = running.start(["worker", place, ...flags]);
    const worker = await workerOf(url);
    expect(worker).toMatchObject({ name: "pi", threads: 1, memoryLimit: 700_000_000 });
    supervisor.kill("SIGINT");
    expect(await supervisor.ended).toBe(0);
    expect(isAlive(worker.pid)).toBe(false);
    await eventually(async () => ((await workersOf(url)).length === 0 ? true : undefined));
  });

  it("calls functions of JavaScript, in its own process", async () => {
    const { url, place } = await startScheduler();
    const supervisor = running.start(["worker", place, "--nthreads", "2"]);
    const worker = await workerOf(url);
    const key = (await sandbox.bramble("key", "show")).stdout.trim();
    const client = await Client.connect(place, { key, timeout: 100 });
    try {
      const called = delayed((n: number) => ({ n: n + 1, pid: process.pid }))(1);
      expect(await called.compute()).toEqual({ n: 2, pid: worker.pid });
      const x = array.arange(100, { chunks: 10 }).astype("float64");
      const doubled = x.mapBlocks((block) => block.data.map((value) => 2 * value));
      expect(await doubled.sum().compute()).toBe(9900);
    } finally {
      client.close();
    }
    supervisor.kill("SIGINT");
    expect(await supervisor.ended).toBe(0);
    expect(isAlive(worker.pid)).toBe(false);
  });

  it("is started again when it dies, and leaves with its supervisor", async () => {
    const { url, place } = await startScheduler();
    const supervisor = running.start(["worker", place, "--name", "pi", "--nthreads", "1"]);
    const first = await workerOf(url);
    process.kill(first.pid, "SIGKILL");
    const second = await workerOf(url, first);
    expect(supervisor.stderr).toContain("pi ended (SIGKILL); starting it again");
    supervisor.kill("SIGKILL");
    await supervisor.ended;
    await eventually(() => (isAlive(second.pid) ? undefined : true));
  });

  it("is told of by its supervisor when a task kills it", async () => {
    const { place } = await startScheduler();
    const supervisor = running.start(["worker", place, "--name", "pi", "--nthreads", "1"]);
    const key = (await sandbox.bramble("key", "show")).stdout.trim();
    const client = await Client.connect(place, { key, timeout: 100 });
    try {
      const fatal = client.submit(async () => {
        writeSync(1, "its last words\n");
        process.kill(process.pid, "SIGKILL");
        await new Promise(() => {});
      });
      const failing = fatal.result().catch((error: Error) => error.message);
      const death = /\n {2}pi\S*: killed by SIGKILL.*\n {4}\| its last words/g;
      expect((await failing)?.match(death)).toHaveLength(3);
      expect(supervisor.stdout).toContain("its last words\n");
    } finally {
      client.close();
    }
  });

  it("is started again when it takes more memory than it may", async () => {
    const { place } = await startScheduler();
    const supervisor = running.start(["worker", place, "--name", "pi", "--memory-limit", "20MB"]);
    await eventually(
      () =>
        supervisor.stderr.match(
          /pi ended \(it took [\d.]+ MB of memory, of 20\.0 MB\); starting it again/,
        )?.[0],
    );
    supervisor.kill("SIGTERM");
    await supervisor.ended;
  });

  it("runs several processes, found by the scheduler's file", async () => {
    const file = join(sandbox.folder, "two.json");
    const { url } = await startScheduler("--scheduler-file", file);
    running.start(["worker", "--scheduler-file", file, "--name", "pi", "--nworkers", "2", "--nthreads", "1"]);
    const workers = await eventually(async () => {
      const workers = await workersOf(url);
      return workers.length === 2 ? workers : undefined;
    });
    expect(workers.map(({ name }) => name).sort()).toEqual(["pi-0", "pi-1"]);
  });

  it("leaves after its lifetime", async () => {
    const { place } = await startScheduler();
    const supervisor = running.start(["worker", place, "--lifetime", "100ms"]);
    expect(await supervisor.ended).toBe(0);
  });

  it("does not join with another key, and both sides say so", async () => {
    const { program, place } = await startScheduler();
    const worker = running.start(["worker", place], { BRAMBLE_KEY: "ab".repeat(32) });
    expect(await worker.ended).toBe(1);
    expect(worker.stderr).toContain("it has another cluster key");
    await eventually(() => (program.stderr.includes("it has another cluster key") ? true : undefined));
  });

  it("says how to get a key where there is none", async () => {
    const worker = running.start(["worker", "127.0.0.1:1"], {
      XDG_CONFIG_HOME: join(sandbox.folder, "none"),
    });
    expect(await worker.ended).toBe(1);
    expect(worker.stderr).toMatch(/^bramble: there is no cluster key in .*: run `bramble key copy HOST` on /);
  });

  it("gives up after its death timeout, naming the address", async () => {
    const worker = running.start(["worker", "127.0.0.1:1", "--insecure", "--death-timeout", "0.2s"]);
    expect(await worker.ended).toBe(1);
    expect(worker.stderr).toContain("nothing answered at tcp://127.0.0.1:1 within 0.2 s");
  });

  it("runs in a project environment", async () => {
    const made = await sandbox.bramble("env", "create", "--name", "project1");
    expect(made.status).toBe(0);
    const { url, place } = await startScheduler();
    running.start(["worker", place, "--env", "project1"]);
    const { pid } = await workerOf(url);
    expect(readlinkSync(`/proc/${pid}/exe`)).toBe(join(sandbox.environments, "project1/bin/node"));
    const unknown = await sandbox.bramble("worker", place, "--env", "project2");
    expect({ status: unknown.status, stderr: unknown.stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining("project1"),
    });
  });

  it.each([
    [["a b"], "Expected an address such as 192.168.0.1:8786 for `scheduler`"],
    [["h", "--scheduler-file", "x"], "Give the scheduler's address or `--scheduler-file`, not both"],
    [["--scheduler-file", "missing.json"], "missing.json yet"],
    [["h", "--nworkers", "0"], "--nworkers takes auto, a number of processes"],
    [["h", "--nthreads", "many"], '--nthreads takes a whole number from 1 to 1024, not "many"'],
    [["h", "--memory-limit", "lots"], "--memory-limit takes auto, a share such as 0.5, a size such as 500MB"],
    [["h", "--max-spill", "much"], '--max-spill takes a size such as 20GB, not "much"'],
    [["h", "--nworkers", "2", "--worker-port", "99"], "--worker-port takes 0 where there are several"],
    [["tls://h", "--insecure"], "`--insecure` encrypts nothing"],
  ])("refuses %j in a line", async (flags, words) => {
    const { status, stderr } = await sandbox.bramble("worker", ...flags);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(words) });
  });
});
