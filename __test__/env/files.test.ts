import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseEnvironmentFile, updateFileText } from "../../dist/env/file.js";
import { startRegistry, type TestRegistry } from "../support/registry.js";
import { makeSandbox, PACKAGES, type Sandbox } from "../support/sandbox.js";

const major = process.version.slice(1).split(".")[0];

/** What somebody wrote by hand. */
const HAND_WRITTEN = `# Our course
name: course
node: ${major}   # as in the lab
dependencies:
  # tables
  - arquero@^7
  - simple-statistics   # for the second week
`;

describe("environment files", { timeout: 120_000 }, () => {
  let registry: TestRegistry;
  let sandbox: Sandbox;

  beforeAll(async () => {
    registry = await startRegistry(PACKAGES);
    sandbox = await makeSandbox(registry.url);
    await sandbox.bramble("env", "create", "--name", "project1", "arquero", "d3-array@^3.1");
  }, 120_000);

  afterAll(async () => {
    await sandbox.remove();
    await registry.close();
  });

  const export1 = (...options: string[]) => sandbox.bramble("env", "export", "-n", "project1", ...options);
  const at = (...path: string[]) => join(sandbox.environments, ...path);

  test("say what was asked for and nothing of this machine", async () => {
    const { stdout } = await export1();
    expect(stdout).toBe(`name: project1\nnode: "${major}"\ndependencies:\n  - arquero\n  - d3-array@^3.1\n`);
  });

  test("make the same environment again, under another name", async () => {
    await sandbox.write("project1.yml", (await export1()).stdout);
    const { status } = await sandbox.bramble("env", "create", "-f", "project1.yml", "--name", "other");
    expect(status).toBe(0);
    const { stdout } = await sandbox.bramble("env", "export", "-n", "other");
    expect(stdout).toBe((await export1()).stdout.replace("project1", "other"));
    const again = await sandbox.bramble("env", "create", "-f", "project1.yml");
    expect(again.stderr).toContain("There is an environment project1 already");
  });

  test("give exact versions with their checksums, whatever is newest", async () => {
    const { stdout } = await export1("--lock");
    const { lock } = parse(stdout) as { lock: { packages: Record<string, Record<string, string>> } };
    expect(Object.keys(lock.packages)).toEqual(
      ["arquero", "d3-array", "flechette"].map((name) => `node_modules/${name}`),
    );
    expect(lock.packages["node_modules/arquero"]).toMatchObject({ version: "8.0.0" });
    expect(stdout).not.toContain(registry.url);
    expect(stdout).not.toContain(sandbox.folder);
    const older = stdout.replace("arquero", "arquero@>=7");
    await sandbox.write("locked.yml", older);
    const created = await sandbox.bramble("env", "create", "-f", "locked.yml", "-n", "locked");
    expect(created.stderr).toContain("Made locked");
    expect((await sandbox.bramble("env", "export", "-n", "locked", "--lock")).stdout).toBe(
      older.replace("name: project1", "name: locked"),
    );
    const checksums = [...stdout.matchAll(/sha512-.{8}/g)];
    expect(checksums).toHaveLength(3);
    for (const { 0: checksum, index } of checksums) {
      const bad = `${stdout.slice(0, index)}sha512-AAAAAAAA${stdout.slice(index + checksum.length)}`;
      await sandbox.write("bad.yml", bad);
      const refused = await sandbox.bramble("env", "create", "-f", "bad.yml", "-n", "bad");
      expect(refused.stderr).toContain("is not what its checksum says");
    }
    expect((await readdir(sandbox.environments)).filter((name) => name.includes("bad"))).toEqual([]);
  });

  test("keep their comments through every change", async () => {
    await sandbox.write("course.yml", HAND_WRITTEN);
    await sandbox.bramble("env", "create", "-f", "course.yml");
    await sandbox.bramble("install", "-n", "course", "d3-array");
    await sandbox.bramble("uninstall", "-n", "course", "arquero");
    const { stdout } = await sandbox.bramble("env", "export", "-n", "course");
    for (const comment of ["# Our course", "# as in the lab", "# for the second week"])
      expect(stdout).toContain(comment);
    expect(stdout).toContain("  - d3-array\n");
    expect(stdout).not.toContain("arquero");

    await sandbox.write("course.yml", HAND_WRITTEN.replace("^7", "^8"));
    await sandbox.bramble("env", "update", "-f", "course.yml");
    const updated = (await sandbox.bramble("env", "export", "-n", "course")).stdout;
    const words = (text: string) => text.replaceAll(/ +/g, " ");
    expect(words(updated)).toBe(words(`${HAND_WRITTEN.replace("^7", "^8")}  - d3-array\n`));
    const pruned = await sandbox.bramble("env", "update", "-f", "course.yml", "--prune");
    expect(pruned.stderr).toBe("course has what course.yml says\n");
    expect(existsSync(at("course", "node_modules", "d3-array"))).toBe(false);

    await sandbox.bramble("install", "-n", "course", "says-hello");
    await sandbox.bramble("env", "export", "-n", "course", "-f", "course.yml");
    const written = await readFile(join(sandbox.folder, "course.yml"), "utf8");
    expect(written).toContain("# tables");
    expect(written).toContain("- says-hello\n");
  });

  const hostile: Record<string, [string, string]> = {
    "no YAML": ["name: [unclosed", "is no environment file"],
    "a list": ["- arquero", "should have the keys"],
    empty: ["", "should have the keys"],
    "a tab": ["dependencies:\n\t- arquero", "is no environment file"],
    "conda's": [
      "name: x\nchannels:\n  - defaults\ndependencies:\n  - python=3.12\n",
      "environment file of conda",
    ],
    "conda's, without channels": ["dependencies:\n  - numpy=1.26\n", "environment file of conda"],
    "conda's, with pip": ["dependencies:\n  - pip:\n    - dask\n", "environment file of conda"],
    "a tag": ["name: !!js/function 'function () { process.exit() }'", "is no environment file"],
    "a key twice": ["name: a\nname: b", "is no environment file"],
    "an unknown key": ["scripts: rm -rf /", '"scripts"; known are name, node'],
    "a prototype": ["__proto__: { node: 22 }", '"__proto__"; known are'],
    "a billion laughs": [
      `a: &a [x,x,x,x,x,x,x,x,x]\n${["b", "c", "d", "e", "f", "g", "h"].map((key, place) => `${key}: &${key} [${`*${"abcdefg"[place]},`.repeat(9)}]`).join("\n")}`,
      "is no environment file",
    ],
    "a path as a name": ["name: ../../etc", "can't be the name of an environment"],
    "a folder as a package": ["name: x\ndependencies: [ './here' ]", "is not fetched for a file"],
    "a file as a package": ["name: x\ndependencies: [ 'a@file:/etc' ]", "is not fetched for a file"],
    "git as a package": ["name: x\ndependencies: [ 'a@git+ssh://git@h/r' ]", "is not fetched for a file"],
    "an option as a package": ["name: x\ndependencies: [ '--prefix=/' ]", "--prefix=/"],
    "a number as a package": ["name: x\ndependencies: [ 7 ]", "should be text"],
    "text as packages": ["name: x\ndependencies: arquero", "should be a list"],
    "a Node that is none": ["name: x\nnode: latest and greatest", "a version or range"],
    "a lock out of the folder": [
      lock("node_modules/../../x", { integrity: "sha512-AA==" }),
      "no place of a package",
    ],
    "a lock without a checksum": [lock("node_modules/x", { resolved: "https://x/x.tgz" }), "no checksum"],
    "a lock with a link": [lock("node_modules/x", { link: true, resolved: "../x" }), "no checksum"],
    "a lock with a file": [
      lock("node_modules/x", { integrity: "sha512-AA==", resolved: "file:../x" }),
      "no checksum",
    ],
    "a lock that is none": ["name: x\nlock: yes", "lock is none"],
  };

  test.each(Object.entries(hostile))("are refused in a word: %s", async (_title, [text, words]) => {
    await sandbox.write("hostile.yml", text);
    registry.requests.length = 0;
    const { status, stderr } = await sandbox.bramble("env", "create", "-f", "hostile.yml");
    expect(status).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain("    at ");
    expect(registry.requests).toEqual([]);
  });

  test("are refused if they are no text, or not there", async () => {
    await sandbox.run("cp", [process.execPath, "binary.yml"]);
    expect((await sandbox.bramble("env", "create", "-f", "binary.yml")).stderr).toContain("no text in UTF-8");
    expect((await sandbox.bramble("env", "create", "-f", "none.yml")).stderr).toContain(
      "No file is called none.yml",
    );
    expect((await sandbox.bramble("env", "create", "-f", ".")).stderr).toContain("can't be read");
  });

  test("name every problem, and every package that there is not", async () => {
    await sandbox.write("hostile.yml", "name: 3\nnode: y z\ndependencies: [ 7, ./here ]\nfoo: bar\n");
    const { stderr } = await sandbox.bramble("env", "create", "-f", "hostile.yml");
    for (const words of [
      "name should be text",
      "a version or range",
      "7 under dependencies",
      "./here",
      '"foo"',
    ])
      expect(stderr).toContain(words);
    await sandbox.write("unknown.yml", "name: x\ndependencies: [ nobody, has, arquero ]\n");
    const unknown = await sandbox.bramble("env", "create", "-f", "unknown.yml");
    for (const name of ["nobody", "has"]) expect(unknown.stderr).toContain(`No package is called ${name}`);
  });
});

function lock(path: string, entry: object): string {
  return `name: x\nlock: ${JSON.stringify({ lockfileVersion: 3, packages: { [path]: entry } })}`;
}

describe("the text of a file", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/).map((word) => `p-${word}`);
  const range = fc.constantFrom("*", "^1.2.3", ">=2 <4", "next", "npm:other@1");
  const packages = fc.dictionary(name, range, { maxKeys: 6, noNullPrototype: true });

  test("says after any updates what was last written", () => {
    fc.assert(
      fc.property(fc.array(packages, { minLength: 1, maxLength: 5 }), (states) => {
        let text = HAND_WRITTEN;
        for (const dependencies of states) {
          text = updateFileText(text, { dependencies });
          expect(parseEnvironmentFile(text, "it").dependencies).toEqual(dependencies);
          expect(updateFileText(text, { dependencies })).toBe(text);
        }
        expect(text).toContain("# as in the lab");
      }),
    );
  });
});
