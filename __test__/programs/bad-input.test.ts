import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createWebServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn, spawnSync } from "node:child_process";
import { Client } from "bramble";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eventually, Running, type RunningProgram } from "../support/running.js";
import { makeSandbox, type Sandbox } from "../support/sandbox.js";
import { runScript, scriptWords } from "../support/script.js";
import { mayMountFile, runOnSmallFileSystem } from "../support/small-disk.js";

const LONG = 120_000;

let sandbox: Sandbox;
let running: Running;

beforeAll(async () => {
  sandbox = await makeSandbox("http://127.0.0.1:9/");
  running = new Running(sandbox.env);
});
afterEach(() => running.killAll());
afterAll(() => sandbox.remove());

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startScheduler(): Promise<{ program: RunningProgram; place: string }> {
  const place = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--insecure"];
  const program = running.start(["scheduler", ...place]);
  return {
    program,
    place: await eventually(() => program.stdout.match(/^Start a worker +bramble worker (\S+)/m)?.[1]),
  };
}

function startWorker(place: string, ...flags: string[]): RunningProgram {
  return running.start(["worker", place, "--insecure", "--host", "127.0.0.1", "--nthreads", "1", ...flags]);
}

describe("a worker", { timeout: LONG }, () => {
  it("says that what answers is no scheduler", async () => {
    const server = createWebServer((_, response) => response.end("hello"));
    const place = await listening(server);
    try {
      const worker = startWorker(place);
      expect(await worker.ended).toBe(1);
      expect(worker.stderr).toContain(`bramble: tcp://${place}: it does not speak Bramble's protocol`);
    } finally {
      server.close();
    }
  });

  it("says which versions do not fit", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      // It lets everybody in, and greets.
      socket.write(Buffer.from("\0BRAMBLE\n\x63\0\0\0\0\0\0\0", "latin1"));
    });
    const place = await listening(server);
    try {
      const worker = startWorker(place);
      expect(await worker.ended).toBe(1);
      expect(worker.stderr).toMatch(
        /the other side speaks version 99 of the protocol, this one version \d+: install the same version of bramble on both/,
      );
    } finally {
      server.close();
    }
  });

  it("says where its scheduler was that is gone for good", async () => {
    const { program, place } = await startScheduler();
    const worker = startWorker(place, "--death-timeout", "0.5s");
    const client = await Client.connect(place, { insecure: true, timeout: 100, setAsDefault: false });
    await client.waitForWorkers(1, { timeout: 100 });
    program.kill("SIGKILL");
    expect(await worker.ended).toBe(1);
    client.close();
    expect(worker.stderr).toContain(`nothing answered at tcp://${place} within 0.5 s`);
  });
});

describe("a client", { timeout: LONG }, () => {
  it("is told of what no worker has, after a while", async () => {
    const program = spawn(
      process.execPath,
      scriptWords(`
        import { Client, LocalCluster } from "BRAMBLE";
        const cluster = await LocalCluster.start({ workers: 1 });
        const client = await Client.connect(cluster, { timeout: 100 });
        await client.submitWith({ resources: { GPU: 1 } }, () => "made").result();
      `),
    );
    try {
      let said = "";
      program.stderr.on("data", (text: Buffer) => {
        said += text.toString();
      });
      const words = await eventually(() => said.match(/^bramble: \S+ waits for a worker .*$/m)?.[0]);
      expect(words).toMatch(/that has what it needs: 1 of the resource GPU.*; the workers are local-1$/);
    } finally {
      program.kill("SIGKILL");
    }
  });

  it("says what can't be decoded", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bramble-undecodable-"));
    try {
      writeFileSync(join(folder, "gone.mjs"), "export const x = 1;");
      writeFileSync(join(folder, "uses.mjs"), "import { x } from './gone.mjs'; export const uses = () => x;");
      const { stdout } = runScript(`
        import { Client, LocalCluster } from "BRAMBLE";
        const cluster = await LocalCluster.start({ workers: 1 });
        const client = await Client.connect(cluster, { timeout: 100 });
        const made = client.submit(async (folder) => {
          const { rmSync } = await import("node:fs");
          const { uses } = await import(folder + "/uses.mjs");
          rmSync(folder + "/gone.mjs");
          return uses;
        }, ${JSON.stringify(folder)});
        await made.result().then(console.log, ({ code, message }) => console.log(code, message));
        console.log(await client.submit(() => "goes on").result());
        client.close();
        await cluster.close();
      `);
      expect(stdout).toMatch(/^MODULE_NOT_FOUND Cannot load the module \S+gone\.mjs.*\ngoes on\n$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a cluster of this machine", { timeout: LONG }, () => {
  it("passes on what its workers print last", () => {
    const { stderr } = runScript(`
      import { Client, LocalCluster } from "BRAMBLE";
      const last = 'import { writeSync } from "node:fs"; process.on("exit", () => writeSync(2, "last words "));';
      process.env.NODE_OPTIONS = "--import=data:text/javascript," + encodeURIComponent(last);
      const cluster = await LocalCluster.start({ workers: 1 });
      const client = await Client.connect(cluster, { timeout: 100 });
      await client.waitForWorkers(1, { timeout: 100 });
      client.close();
      await cluster.close();
    `);
    expect(stderr).toContain("last words");
  });
});

// Only those may who are root where loop devices are.
describe.skipIf(!mayMountFile)("a disk that is full", { timeout: LONG }, () => {
  it("is told of, and work goes on in memory", () => {
    const folder = mkdtempSync(join(sandbox.folder, "disk-"));
    const { stdout, stderr } = runOnSmallFileSystem(folder, [
      process.execPath,
      ...scriptWords(`
        import { array, Client, LocalCluster } from "BRAMBLE";
        const told = new Promise((resolve) => {
          const write = process.stderr.write.bind(process.stderr);
          process.stderr.write = (...words) => (resolve(), write(...words));
        });
        const cluster = await LocalCluster.start({
          workers: 1, memoryLimit: "4MiB", localDirectory: ${JSON.stringify(folder)},
        });
        const client = await Client.connect(cluster, { timeout: 100 });
        const x = array.random.defaultRng(5).integers(0, 2 ** 40, { size: [4000, 500], chunks: [100, 500] });
        const kept = await x.persist();
        console.log((await kept.sum().compute()) === (await x.sum().compute({ scheduler: "threads" })));
        await told;
        client.close();
        await cluster.close();
      `),
    ]);
    expect(stdout).toBe("true\n");
    expect(stderr).toMatch(/^bramble: local-1: \d+ bytes that memory has no room for cannot be written to /);
    expect(stderr).toContain(`${folder}: No space left on device`);
    // Not for each of the blocks that were on their way.
    expect(stderr.split("\n").length).toBeLessThan(10);
  });
});

/** Adds a year to the time of day once there is a file; the clock that only goes on stays as it is. */
const SHIM = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static long jump(void) { return access(JUMPED, F_OK) == 0 ? 365L * 86400 : 0; }
int clock_gettime(clockid_t id, struct timespec *now) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int status = real(id, now);
  if (id == CLOCK_REALTIME) now->tv_sec += jump();
  return status;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  static int (*real)(struct timeval *, void *);
  if (!real) real = dlsym(RTLD_NEXT, "gettimeofday");
  int status = real(now, zone);
  now->tv_sec += jump();
  return status;
}
`;

// Only with a C compiler; what builds Bramble has one.
describe.skipIf(spawnSync("cc", ["--version"]).status !== 0)(
  "a clock that jumps a year",
  { timeout: LONG },
  () => {
    it("loses no worker, and new members are let in", async () => {
      const folder = join(sandbox.folder, "clock");
      mkdirSync(folder);
      const [source, shim, jumped] = ["shim.c", "shim.so", "jumped"].map((name) => join(folder, name));
      writeFileSync(source as string, SHIM);
      const flags = [
        "-shared",
        "-fPIC",
        "-o",
        shim as string,
        `-DJUMPED="${jumped}"`,
        source as string,
        "-ldl",
      ];
      expect(spawnSync("cc", flags, { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
      const [program, ...words] = [
        process.execPath,
        ...scriptWords(`
        import { writeFileSync } from "node:fs";
        import { array, Client, LocalCluster } from "BRAMBLE";
        const cluster = await LocalCluster.start({ workers: 2 });
        const client = await Client.connect(cluster, { timeout: 100 });
        await client.waitForWorkers(2, { timeout: 100 });
        const year = new Date().getFullYear();
        const kept = await array.arange(1000, { chunks: 100 }).persist();
        writeFileSync(${JSON.stringify(jumped)}, "");
        const yearThere = await client.submit(() => new Date().getFullYear()).result();
        await new Promise((resolve) => setTimeout(resolve, 3000));
        cluster.scale(3);
        await client.waitForWorkers(3, { timeout: 100 });
        const late = await Client.connect(cluster, { timeout: 100, setAsDefault: false });
        const status = await late.status();
        console.log(new Date().getFullYear() - year, yearThere - year, status.workers.length);
        console.log(await kept.sum().compute(), await late.submit((n) => n + 1, 1).result());
        late.close();
        client.close();
        await cluster.close();
      `),
      ];
      const env = { ...process.env, LD_PRELOAD: shim };
      const { stdout, stderr } = spawnSync(program, words, { env, encoding: "utf8", timeout: 100_000 });
      expect({ stdout, stderr }).toEqual({ stdout: "1 1 3\n499500 2\n", stderr: "" });
    });
  },
);
