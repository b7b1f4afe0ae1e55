import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRegistry, type TestRegistry } from "../support/registry.js";
import { makeSandbox, PACKAGES, type Sandbox } from "../support/sandbox.js";

describe("packages of an environment", { timeout: 120_000 }, () => {
  let registry: TestRegistry;
  let sandbox: Sandbox;

  beforeAll(async () => {
    registry = await startRegistry(PACKAGES);
    sandbox = await makeSandbox(registry.url);
    await sandbox.bramble("env", "create", "--name", "project1", "arquero@7");
    await sandbox.bramble("env", "create", "--name", "bystander", "arquero@7");
  }, 120_000);

  afterAll(async () => {
    await sandbox.remove();
    await registry.close();
  });

  const inside = (...command: string[]) => sandbox.bramble("run", "-n", "project1", "--", ...command);
  const file = (name = "project1") => readFile(join(sandbox.environments, name, "environment.yml"), "utf8");

  async function versions(name = "project1"): Promise<string[]> {
    const { stdout } = await sandbox.bramble("list", "-n", name, "--json");
    const { packages } = JSON.parse(stdout) as {
      packages: { name: string; version: string; asked?: string }[];
    };
    return packages.map((each) => `${each.name} ${each.version} ${each.asked ?? "-"}`);
  }

  test("are installed, brought up to date and removed", async () => {
    expect((await inside("bramble", "install", "d3-array@^3.1", "simple-statistics")).status).toBe(0);
    expect(await versions()).toEqual(["arquero 7.0.0 7", "d3-array 3.2.0 ^3.1", "simple-statistics 7.8.0 *"]);
    expect((await inside("bramble", "install", "arquero")).status).toBe(0);
    expect((await inside("bramble", "update", "arquero")).status).toBe(0);
    expect(await versions()).toContain("arquero 8.0.0 *");
    expect(await versions()).toContain("flechette 2.0.1 -");
    expect((await inside("bramble", "uninstall", "arquero", "simple-statistics")).status).toBe(0);
    expect(await versions()).toEqual(["d3-array 3.2.0 ^3.1"]);
    for (const name of ["arquero", "flechette", "simple-statistics"])
      expect(existsSync(join(sandbox.environments, "project1", "node_modules", name))).toBe(false);
    expect(await file()).toMatch(/^node: .*\ndependencies:\n {2}- d3-array@\^3\.1\n$/);
    expect(await versions("bystander")).toEqual(["arquero 7.0.0 7"]);
  });

  test("are installed by npm too, where it means globally", async () => {
    await sandbox.write("work/package.json", "{}");
    for (const words of [["-g"], ["--global"], ["--location=global"], ["--location", "global"]]) {
      await inside("sh", "-c", `cd work && npm install ${words.join(" ")} says-hello`);
      expect(await versions()).toContain("says-hello 1.0.0 ^1.0.0");
      expect((await inside("says-hello")).stdout).toMatch(/^hello from .*project1\/bin\/node\n$/);
      await inside("npm", "uninstall", ...words, "says-hello");
      expect(await versions()).not.toContain("says-hello 1.0.0 ^1.0.0");
    }
    await inside("sh", "-c", "npm_config_global=true npm install says-hello");
    expect(await versions()).toContain("says-hello 1.0.0 ^1.0.0");
    expect((await sandbox.bramble("env", "export", "-n", "project1")).stdout).toContain(
      "- says-hello@^1.0.0\n",
    );
    expect(existsSync(join(sandbox.folder, "work", "node_modules"))).toBe(false);
  });

  test("of a project go into the project", async () => {
    await sandbox.write("project/package.json", "{}");
    await inside("sh", "-c", "cd project && npm install simple-statistics && npx --no says-hello");
    expect(existsSync(join(sandbox.folder, "project/node_modules/simple-statistics"))).toBe(true);
    expect((await versions()).join()).not.toContain("simple-statistics");
  });

  test("stay as they are if something fails", async () => {
    const before = [await versions(), await file()];
    const refused = await inside("bramble", "install", "simple-statistics", "tampered");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("is not what its checksum says");
    const unknown = await inside("bramble", "uninstall", "d3-arrray", "nothing");
    expect(unknown.stderr).toContain("was not given a package d3-arrray: did you mean d3-array?");
    expect(unknown.stderr).toContain("was not given a package nothing");
    expect([await versions(), await file()]).toEqual(before);
  });

  test("may be folders and archives of this machine, which can't be exported", async () => {
    await sandbox.write("mine/package.json", '{ "name": "mine", "version": "1.2.3" }');
    await sandbox.bramble("env", "create", "--name", "local", "./mine");
    expect(await versions("local")).toEqual(["mine 1.2.3 file:" + join(sandbox.folder, "mine")]);
    const { status, stderr } = await sandbox.bramble("env", "export", "-n", "local");
    expect(status).toBe(1);
    expect(stderr).toContain("another machine can't get mine@file:");
  });

  test("need an environment", async () => {
    for (const command of [["install", "d3-array"], ["list"], ["env", "export"], ["update"]]) {
      const { status, stderr } = await sandbox.bramble(...command);
      expect(status).toBe(1);
      expect(stderr).toContain("No environment is active");
    }
  });

  test("move with the name of their environment", async () => {
    await sandbox.bramble("env", "create", "--name", "old-name", "says-hello");
    expect((await sandbox.bramble("env", "rename", "old-name", "bystander")).stderr).toContain("already");
    expect((await sandbox.bramble("env", "rename", "old-name", "new name")).status).toBe(1);
    expect((await sandbox.bramble("env", "rename", "old-name", "new-name")).status).toBe(0);
    const { stdout } = await sandbox.bramble("run", "-n", "new-name", "says-hello");
    expect(stdout).toMatch(/new-name\/bin\/node\n$/);
    const npm = await sandbox.bramble("run", "-n", "new-name", "npm", "prefix", "-g");
    expect(npm.stdout.trim()).toBe(join(sandbox.environments, "new-name"));
    expect((await sandbox.bramble("env", "export", "-n", "new-name")).stdout).toContain("name: new-name\n");
  });
});
