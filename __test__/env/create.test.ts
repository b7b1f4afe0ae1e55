import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRegistry, type TestRegistry } from "../support/registry.js";
import { makeSandbox, PACKAGES, type Sandbox } from "../support/sandbox.js";

describe("bramble env create", { timeout: 120_000 }, () => {
  let registry: TestRegistry;
  let sandbox: Sandbox;

  beforeAll(async () => {
    registry = await startRegistry(PACKAGES);
    sandbox = await makeSandbox(registry.url);
    await sandbox.bramble("env", "create", "--name", "project1", "arquero", "simple-statistics");
  }, 120_000);

  afterAll(async () => {
    await sandbox.remove();
    await registry.close();
  });

  const at = (...path: string[]) => join(sandbox.environments, ...path);

  test("makes an environment with a Node, npm and packages of its own", async () => {
    const { stdout } = await sandbox.run(at("project1", "bin", "node"), [
      "-p",
      'require("arquero").needs + " " + process.execPath',
    ]);
    // Outside of an environment its packages are not found: this is run in its folder.
    expect(stdout).toBe("");
    const inside = await sandbox.bramble(
      "run",
      "-n",
      "project1",
      "--",
      "node",
      "-p",
      "require('arquero').needs",
    );
    expect(inside.stdout).toBe("2.0.1\n");
    const npm = await sandbox.run(at("project1", "bin", "npm"), ["prefix", "-g"]);
    expect(npm.stdout).toBe(`${at("project1")}\n`);
  });

  test("makes one without packages", async () => {
    const { status, stderr } = await sandbox.bramble("env", "create", "--name", "empty");
    expect(stderr).toContain("source bramble-activate empty");
    expect(status).toBe(0);
    expect(existsSync(at("empty", "node_modules"))).toBe(false);
    const { stdout } = await sandbox.run(at("empty", "bin", "node"), ["--version"]);
    expect(stdout.trim()).toBe(process.version);
  });

  test("shares Node and packages with other environments", async () => {
    await sandbox.bramble("env", "create", "--name", "second", "arquero");
    for (const path of [
      ["bin", "node"],
      ["node_modules", "flechette", "data.txt"],
    ]) {
      const [first, second] = await Promise.all([stat(at("project1", ...path)), stat(at("second", ...path))]);
      expect(second.ino).toBe(first.ino);
    }
  });

  test("says all packages at once that there are not, and leaves nothing", async () => {
    const packages = ["no-such-thing", "arquero", "d3-array@^9", "nor-this"];
    const { status, stderr } = await sandbox.bramble("env", "create", "--name", "failed", ...packages);
    expect(status).toBe(1);
    expect(stderr).toContain(`No package is called no-such-thing at ${registry.url}`);
    expect(stderr).toContain("No package is called nor-this");
    expect(stderr).toContain("d3-array@^9: there is no such version. There is 3.2.0, 3.1.0");
    expect((await readdir(sandbox.environments)).filter((name) => name.includes("failed"))).toEqual([]);
  });

  test("refuses an archive that is not what its checksum says, and leaves nothing", async () => {
    const { status, stderr } = await sandbox.bramble("env", "create", "--name", "failed", "tampered");
    expect(status).toBe(1);
    expect(stderr).toMatch(/tampered.* is not what its checksum says/);
    expect((await readdir(sandbox.environments)).filter((name) => name.includes("failed"))).toEqual([]);
  });

  test("refuses a name that there is, and replaces it when told to", async () => {
    const refused = await sandbox.bramble("env", "create", "--name", "empty");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("There is an environment empty already");
    const { status } = await sandbox.bramble("env", "create", "--name", "empty", "--force", "d3-array");
    expect(status).toBe(0);
    expect(existsSync(at("empty", "node_modules", "d3-array"))).toBe(true);
  });

  test.each(["a/b", "../up", "two words", "-dash", "", ".hidden", "a\nb", "x".repeat(101)])(
    "refuses the name %j",
    async (name) => {
      const { status, stderr } = await sandbox.bramble("env", "create", "--name", name);
      expect(status).toBe(1);
      expect(stderr).toContain("can't be the name of an environment");
    },
  );

  test.each(["не@1 2", "UPPER CASE", "@scope"])("refuses the package %j", async (text) => {
    const { status, stderr } = await sandbox.bramble("env", "create", "--name", "failed", text);
    expect(status).toBe(1);
    expect(stderr).toContain("is no package");
  });

  test("runs no script of a package unless it may", async () => {
    await sandbox.bramble("env", "create", "--name", "quiet", "writes-on-install");
    expect(existsSync(at("quiet", "node_modules", "writes-on-install", "ran.txt"))).toBe(false);
    await sandbox.bramble("run", "-n", "quiet", "--", "npm", "install", "-g", "writes-on-install@1.0.0");
    expect(existsSync(at("quiet", "node_modules", "writes-on-install", "ran.txt"))).toBe(false);
    await sandbox.bramble("env", "create", "--name", "loud", "writes-on-install", "--allow-scripts");
    expect(existsSync(at("loud", "node_modules", "writes-on-install", "ran.txt"))).toBe(true);
  });

  test("follows npm's configuration for the whole machine, and does not write to it", async () => {
    const machine = join(sandbox.folder, "machine");
    await sandbox.write("machine/etc/npmrc", "init-license=EUPL-1.2\n");
    const run = (...args: string[]) => sandbox.run("bramble", args, { PREFIX: machine });
    await run("env", "create", "--name", "configured");
    const npm = ["run", "-n", "configured", "--", "npm", "config"];
    const get = async () => (await sandbox.bramble(...npm, "get", "init-license")).stdout.trim();
    expect(await get()).toBe("EUPL-1.2");
    await sandbox.bramble(...npm, "set", "init-license=MIT", "--location=global");
    expect(await get()).toBe("MIT");
    await run("install", "-n", "configured", "simple-statistics");
    expect(await get()).toBe("MIT");
    expect(await readFile(join(machine, "etc/npmrc"), "utf8")).toBe("init-license=EUPL-1.2\n");
  });

  test("begins with what another environment has", async () => {
    const { status } = await sandbox.bramble(
      "env",
      "create",
      "--name",
      "clone",
      "--clone",
      "project1",
      "d3-array",
    );
    expect(status).toBe(0);
    expect(await readFile(at("clone", "environment.yml"), "utf8")).toBe(
      `node: "${process.version.slice(1).split(".")[0]}"\ndependencies:\n  - arquero\n  - simple-statistics\n  - d3-array\n`,
    );
    expect(existsSync(at("project1", "node_modules", "d3-array"))).toBe(false);
    // npm's note of what is installed is written in place, so it must not be the other environment's.
    const note = join("node_modules", ".package-lock.json");
    expect((await stat(at("clone", note))).ino).not.toBe((await stat(at("project1", note))).ino);
  });

  test("takes the machine's Node where it is", async () => {
    await sandbox.bramble("env", "create", "--name", "system", "--node", "system");
    const { stdout } = await sandbox.run("readlink", [at("system", "bin", "node")]);
    expect(stdout.trim()).toMatch(/\/node$/);
    expect(await readFile(at("system", "environment.yml"), "utf8")).toContain('node: "system"\n');
  });

  test.each(["banana", "18", "<20"])("refuses Node %s", async (version) => {
    const { status, stderr } = await sandbox.bramble("env", "create", "--name", "failed", "--node", version);
    expect(status).toBe(1);
    expect(stderr).toContain("Node");
    expect(existsSync(at("failed"))).toBe(false);
  });

  test("works from the cache without a network", async () => {
    const offline = { npm_config_registry: "http://127.0.0.1:9/" };
    const create = ["env", "create", "--name", "offline", "arquero"];
    const refused = await sandbox.run("bramble", create, offline);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("http://127.0.0.1:9/ can't be reached");
    registry.requests.length = 0;
    const { status, stderr } = await sandbox.bramble(...create, "--offline");
    expect(stderr).toContain("Made offline");
    expect(status).toBe(0);
    expect(registry.requests).toEqual([]);
    const unknown = await sandbox.bramble("env", "create", "--name", "failed", "never-seen", "--offline");
    expect(unknown.stderr).toContain("never-seen is not in the cache");
  });

  test.each(["package.json", "/sys/kernel/bramble"])("says that %s can't hold environments", async (home) => {
    await sandbox.write("package.json", "{}");
    const { status, stderr } = await sandbox.run("bramble", ["env", "create", "--name", "x"], {
      BRAMBLE_HOME: home,
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/can't be written \(E\w+\)\. BRAMBLE_HOME=FOLDER/);
  });
});
