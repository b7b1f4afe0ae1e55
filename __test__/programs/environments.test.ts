import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { array, Client, config, delayed, type InstallProgress, LocalCluster } from "bramble";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { enterEnvironmentHere } from "../../dist/cluster/environment-here.js";
import { startRegistry, type TestRegistry } from "../support/registry.js";
import { eventually, Running } from "../support/running.js";
import { makeSandbox, PACKAGES, type Sandbox } from "../support/sandbox.js";

let registry: TestRegistry;
let sandbox: Sandbox;
let running: Running;

beforeAll(async () => {
  registry = await startRegistry(PACKAGES);
  sandbox = await makeSandbox(registry.url);
  running = new Running(sandbox.env);
}, 120_000);
afterEach(() => running.killAll());
afterAll(async () => {
  await sandbox.remove();
  await registry.close();
});

/** A scheduler on this machine: where it is, and the key that a client needs. */
async function startScheduler(): Promise<{ place: string; key: string }> {
  const program = running.start(["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]);
  const place = await eventually(() => program.stdout.match(/^Start a worker +bramble worker (\S+)/m)?.[1]);
  return { place, key: (await sandbox.bramble("key", "show")).stdout.trim() };
}

async function surroundingsOf(client: Client, name: string) {
  const { workers } = await client.status();
  return workers.find((worker) => worker.name === name)?.surroundings;
}

describe("workers in project environments", { timeout: 240_000 }, () => {
  it("say what functions find around them, on which equal packages agree", async () => {
    for (const name of ["one", "same"]) await sandbox.bramble("env", "create", "--name", name, "arquero");
    await sandbox.bramble("env", "create", "--name", "old", "arquero@7");
    await sandbox.bramble("env", "create", "--name", "bare");
    const { place, key } = await startScheduler();
    const environments = ["one", "same", "old", "bare"];
    for (const name of environments) running.start(["worker", place, "--name", name, "--env", name]);
    running.start(["worker", place, "--name", "none"]);
    const client = await Client.connect(place, { key, timeout: 100 });
    try {
      await client.waitForWorkers(5, { timeout: 100 });
      const found = await Promise.all(environments.map((name) => surroundingsOf(client, name)));
      expect(found.map((one) => one?.environment)).toEqual(environments);
      expect(found.map((one) => one?.node)).toEqual(environments.map(() => process.version));
      const [one, same, old, bare] = found.map((each) => each?.lock);
      expect(one).toMatch(/^[0-9a-f]{64}$/);
      expect(same).toBe(one);
      expect(old).not.toBe(one);
      expect(bare).toBeUndefined();
      expect(await surroundingsOf(client, "none")).toEqual({ node: process.version });
    } finally {
      client.close();
    }
  });

  it("that differ from the program's own are warned about, refused or borne", async () => {
    await sandbox.bramble("env", "create", "--name", "project1", "arquero", "--force");
    const { place, key } = await startScheduler();
    const client = await Client.connect(place, { key, timeout: 100 });
    try {
      const call = () => delayed((n: number) => n + 1)(1).compute();
      running.start(["worker", place, "--name", "alike"]);
      await client.waitForWorkers(1, { timeout: 100 });
      await config.with({ "cluster.mismatch": "refuse" }, async () => expect(await call()).toBe(2));

      running.start(["worker", place, "--name", "pi", "--env", "project1"]);
      await client.waitForWorkers(2, { timeout: 100 });
      const warned = once(process, "warning") as Promise<[Error]>;
      expect(await call()).toBe(2);
      const [warning] = await warned;
      const node = process.version.slice(1);
      expect(warning.message).toContain(
        `The worker pi has Node ${node} and the project environment project1, ` +
          `this program has Node ${node} and no project environment.`,
      );
      await config.with({ "cluster.mismatch": "refuse" }, async () => {
        await expect(call()).rejects.toMatchObject({ code: "ENVIRONMENT_MISMATCH" });
        const future = client.submit((n: number) => n + 1, 1);
        await expect(future.result()).rejects.toMatchObject({ code: "ENVIRONMENT_MISMATCH" });
        // What calls no functions does not care.
        expect(await array.ones(10).sum().compute()).toBe(10);
      });
      expect(await config.with({ "cluster.mismatch": "ignore" }, call)).toBe(2);
    } finally {
      client.close();
    }
  });
});

describe("Client.installEnvironment", { timeout: 240_000 }, () => {
  const nameOf = (): string | undefined => process.env["BRAMBLE_ENV"];

  it("makes an environment on every worker, which goes on in it without losing what it held", async () => {
    const { place, key } = await startScheduler();
    const names = ["first", "second"];
    const supervisors = names.map((name) => running.start(["worker", place, "--name", name]));
    const file = await sandbox.write("course.yml", "name: course\ndependencies:\n  - d3-array\n");
    const client = await Client.connect(place, { key, timeout: 100 });
    try {
      await client.waitForWorkers(2, { timeout: 100 });
      const held = client.scatter([
        [1, 2],
        [3, 4],
      ]);
      await client.gather(held);
      const progress: InstallProgress[] = [];
      await client.installEnvironment(file, { onProgress: (step) => progress.push(step) });
      for (const name of names) {
        const states = progress.filter(({ worker }) => worker === name).map(({ state }) => state);
        expect(states).toEqual(["making", "made", "leaving", "back"]);
      }
      const { workers } = await client.status();
      expect(workers.map(({ surroundings }) => surroundings?.environment)).toEqual(["course", "course"]);
      expect(Object.values(await client.run(nameOf))).toEqual(["course", "course"]);
      expect(await client.gather(held)).toEqual([
        [1, 2],
        [3, 4],
      ]);
      const load = async () => (await import("d3-array" as string)).name as string;
      expect(await config.with({ "cluster.mismatch": "ignore" }, () => client.submit(load).result())).toBe(
        "d3-array",
      );
      for (const [index, name] of names.entries()) {
        expect(supervisors[index]?.stderr).toContain(`${name} goes on in the project environment course`);
      }

      // What the file says now is what they have then.
      await sandbox.write("course.yml", "name: course\ndependencies:\n  - arquero@7\n");
      await client.installEnvironment(file);
      const list = await sandbox.bramble("list", "-n", "course");
      expect(list.stdout).toContain("arquero");
      expect(list.stdout).not.toContain("d3-array");
    } finally {
      client.close();
    }
  });

  it("says what each worker could not do, and leaves all where they were", async () => {
    const { place, key } = await startScheduler();
    for (const name of ["first", "second"]) running.start(["worker", place, "--name", name]);
    const file = await sandbox.write("broken.yml", "name: broken\ndependencies:\n  - never-heard-of\n");
    const client = await Client.connect(place, { key, timeout: 100 });
    try {
      await client.waitForWorkers(2, { timeout: 100 });
      const before = (await client.status()).workers.map(({ id }) => id);
      const error: unknown = await client.installEnvironment(file).catch((error: unknown) => error);
      expect(error).toMatchObject({ code: "PACKAGE_NOT_FOUND" });
      const lines = (error as Error).message.split("\n").toSorted();
      expect(lines).toEqual(
        ["first", "second"].map((name) =>
          expect.stringContaining(`${name}: No package is called never-heard-of`),
        ),
      );
      expect((await client.status()).workers.map(({ id }) => id)).toEqual(before);
      expect(existsSync(join(sandbox.environments, "broken"))).toBe(false);
      const nameless = await sandbox.write("nameless.yml", "dependencies: []\n");
      await expect(client.installEnvironment(nameless)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      await expect(client.installEnvironment("missing.yml")).rejects.toMatchObject({
        code: "FILE_NOT_FOUND",
      });
      await expect(client.installEnvironment(file, { name: "a/b" })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
      });
    } finally {
      client.close();
    }
  });

  it("makes it where it may and for those that are named, also where names were taken", async () => {
    const { place, key } = await startScheduler();
    const forbidding = running.start(["worker", place, "--name", "not", "--no-env-install"]);
    for (let count = 0; count < 2; count++) running.start(["worker", place, "--name", "pi"]);
    const file = await sandbox.write("small.yml", "name: small\ndependencies: []\n");
    const client = await Client.connect(place, { key, timeout: 100 });
    try {
      await client.waitForWorkers(3, { timeout: 100 });
      await expect(client.installEnvironment(file)).rejects.toMatchObject({
        code: "INSTALL_FORBIDDEN",
        message: expect.stringMatching(/^not: clients may not install environments there/),
      });
      const workers = (await client.status()).workers
        .map(({ name }) => name)
        .filter((name) => name !== "not");
      // Two of the same name: the scheduler has put a number behind one.
      expect(new Set(workers).size).toBe(2);
      await client.installEnvironment(file, { workers });
      const found = (await client.status()).workers.map(({ surroundings }) => surroundings?.environment);
      expect(found.filter((name) => name === "small")).toHaveLength(2);
      expect(forbidding.stderr).not.toContain("goes on");
      await expect(client.installEnvironment(file, { workers: ["nobody"] })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
      });
    } finally {
      client.close();
    }
  });

  it("has a worker go back that does not run in the environment", async () => {
    await sandbox.bramble("env", "create", "--name", "broken");
    // Its Node says a version, and ends at once when it should run a worker.
    const node = await sandbox.write(
      "broken/node",
      '#!/bin/sh\n[ "$1" = --version ] && exec echo v22.11.0\nexit 1\n',
    );
    await sandbox.run("chmod", ["+x", node]);
    await sandbox.run("cp", ["--remove-destination", node, join(sandbox.environments, "broken/bin/node")]);
    const { place, key } = await startScheduler();
    const supervisor = running.start(["worker", place, "--name", "pi"]);
    const client = await Client.connect(place, { key, timeout: 100 });
    try {
      await client.waitForWorkers(1, { timeout: 100 });
      const [first] = (await client.status()).workers;
      await client.run(enterEnvironmentHere, "broken");
      await eventually(() => supervisor.stderr.match(/pi does not run there \(1\) and goes back/)?.[0]);
      await eventually(async () => {
        const { workers } = await client.status();
        return workers.length === 1 && workers[0]?.id !== first?.id ? true : undefined;
      });
      expect(Object.values(await client.run(nameOf))).toEqual([undefined]);
    } finally {
      client.close();
    }
  });

  it("is nothing for a LocalCluster, whose workers are where the program is", async () => {
    await using cluster = await LocalCluster.start({ workers: 1 });
    await using client = await Client.connect(cluster);
    await client.waitForWorkers(1, { timeout: 100 });
    const file = await sandbox.write("course.yml", "name: course\ndependencies: []\n");
    await expect(client.installEnvironment(file)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("Workers of a LocalCluster run where the program runs"),
    });
  });
});
