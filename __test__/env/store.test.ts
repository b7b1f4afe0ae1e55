import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRegistry, type TestRegistry } from "../support/registry.js";
import { makeSandbox, PACKAGES, type Sandbox } from "../support/sandbox.js";

describe("the store that environments share", { timeout: 120_000 }, () => {
  let registry: TestRegistry;
  let sandbox: Sandbox;

  beforeAll(async () => {
    registry = await startRegistry(PACKAGES);
    sandbox = await makeSandbox(registry.url);
  });

  afterAll(async () => {
    await sandbox.remove();
    await registry.close();
  });

  const at = (...path: string[]) => join(sandbox.environments, ...path);
  const create = (name: string, ...rest: string[]) =>
    sandbox.bramble("env", "create", "--name", name, "arquero", ...rest);

  /** Kilobytes of files that no other folder before it has. */
  async function sizes(...names: string[]): Promise<number[]> {
    const { stdout } = await sandbox.run("du", ["-sk", ...names.map((name) => at(name))]);
    return stdout
      .trim()
      .split("\n")
      .map((line) => Number.parseInt(line, 10));
  }

  test("stays whole when several environments are made at once", async () => {
    const ended = await Promise.all(["a", "b", "c", "d"].map((name) => create(name)));
    expect(ended.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    for (const name of ["a", "b", "c", "d"]) {
      const { stdout } = await sandbox.bramble("run", "-n", name, "node", "-p", "require('arquero').needs");
      expect(stdout).toBe("2.0.1\n");
    }
    const [first = 0, ...others] = await sizes("a", "b", "c", "d");
    expect(first).toBeGreaterThan(10_000);
    for (const size of others) expect(size).toBeLessThan(200);
  });

  test("lets one of several make an environment of the same name", async () => {
    const ended = await Promise.all([1, 2, 3].map(() => create("same")));
    expect(ended.map(({ status }) => status === 0).filter(Boolean)).toEqual([true]);
    expect(ended.map(({ stderr }) => stderr).join("")).toContain("There is an environment same already");
  });

  test("loses no package when several are installed at once", async () => {
    await sandbox.bramble("env", "create", "--name", "busy");
    const names = ["arquero", "d3-array", "simple-statistics"];
    const ended = await Promise.all(names.map((name) => sandbox.bramble("install", "-n", "busy", name)));
    expect(ended.map(({ status }) => status)).toEqual([0, 0, 0]);
    for (const name of names) expect(existsSync(at("busy", "node_modules", name))).toBe(true);
  });

  test("is not held by a process that was killed, nor what it had begun", async () => {
    const child = spawn("bramble", ["env", "create", "--name", "killed", "arquero"], { env: sandbox.env });
    const isUnderWay = async () =>
      (await readdir(sandbox.environments)).some((name) => name.startsWith(".killed"));
    while (!(await isUnderWay())) await wait(5);
    child.kill("SIGKILL");
    const { status, stderr } = await create("killed");
    expect(stderr).toContain("Made killed");
    expect(status).toBe(0);
    expect((await readdir(sandbox.environments)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("is left tidy by a process that was told to stop", async () => {
    const child = spawn("bramble", ["env", "create", "--name", "stopped", "arquero"], { env: sandbox.env });
    const isUnderWay = async () =>
      (await readdir(sandbox.environments)).some((name) => name.startsWith(".stopped"));
    while (!(await isUnderWay())) await wait(5);
    child.kill("SIGINT");
    const status = await new Promise((resolve) => {
      child.once("close", resolve);
    });
    expect(status).toBe(130);
    expect((await readdir(sandbox.environments)).filter((name) => name.includes("stopped"))).toEqual([]);
  });

  test("gives an environment back that was about to be replaced", async () => {
    await create("kept");
    // As a process leaves it that is killed between the two renames.
    await sandbox.run("mv", [at("kept"), at(".kept.old")]);
    expect((await sandbox.bramble("env", "create", "--name", "kept")).stderr).toContain("Made kept");
    await sandbox.bramble("env", "remove", "kept");
    expect(existsSync(at(".kept.old"))).toBe(false);
  });

  test("is cleaned of what no environment uses", async () => {
    const store = join(sandbox.env["BRAMBLE_HOME"] ?? "", "store", "files");
    const count = async () => (await readdir(store, { recursive: true })).length;
    await sandbox.bramble("env", "create", "--name", "brief", "d3-array@3.1.0");
    for (const name of ["brief", "busy"]) await sandbox.bramble("env", "remove", name);
    const before = await count();
    const { stderr } = await sandbox.bramble("clean");
    expect(stderr).toMatch(/^Freed [\d.]+ [kM]B\n$/);
    expect(await count()).toBeLessThan(before);
    const { stdout } = await sandbox.bramble("run", "-n", "a", "node", "-p", "require('arquero').needs");
    expect(stdout).toBe("2.0.1\n");
  });

  test("does not spread what somebody changes in place in the store's stead", async () => {
    // An editor that replaces the file, as npm does, changes one environment alone.
    const file = join("node_modules", "arquero", "index.js");
    await writeFile(at("a", `${file}.new`), "exports.needs = 'mine';\n");
    await sandbox.run("mv", [at("a", `${file}.new`), at("a", file)]);
    expect((await stat(at("a", file))).ino).not.toBe((await stat(at("b", file))).ino);
    const { stdout } = await sandbox.bramble("run", "-n", "b", "node", "-p", "require('arquero').needs");
    expect(stdout).toBe("2.0.1\n");
  });
});
