import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRegistry, type TestRegistry } from "../support/registry.js";
import { makeSandbox, type Sandbox } from "../support/sandbox.js";

const platform = `${process.platform}-${process.arch === "arm" ? "armv7l" : process.arch}`;
/** A program that says to be a Node. */
const fakeNode = (version: string) => `#!/bin/sh\necho v${version}\n`;

const binary = (name: string, os: string, cpu: string) => ({
  name,
  version: "1.0.0",
  manifest: { os: [os], cpu: [cpu] },
});

const PACKAGES = [
  { name: "pure", version: "1.0.0" },
  { name: "compiled", version: "1.0.0", manifest: { scripts: { install: "node-gyp rebuild" } } },
  { name: "watcher", version: "1.0.0", manifest: { optionalDependencies: { "only-mac": "1.0.0" } } },
  { name: "only-mac", version: "1.0.0", manifest: { os: ["darwin"] } },
  {
    name: "fast",
    version: "1.0.0",
    manifest: { optionalDependencies: { "fast-x64": "1.0.0", "fast-arm64": "1.0.0" } },
  },
  binary("fast-x64", "linux", "x64"),
  binary("fast-arm64", "linux", "arm64"),
  { name: "prebuilt", version: "1.0.0", files: { "prebuilds/linux-x64+arm64/node.napi.node": "" } },
  { name: "not-arm", version: "1.0.0", manifest: { cpu: ["!arm"] } },
  {
    name: `node-${platform}`,
    version: "97.1.0",
    manifest: { scripts: { preinstall: "false" } },
    files: { "bin/node": fakeNode("97.1.0"), "include/node.h": "" },
  },
];

describe("platforms", { timeout: 120_000 }, () => {
  let registry: TestRegistry;
  let mirror: Server;
  let sandbox: Sandbox;

  beforeAll(async () => {
    registry = await startRegistry(PACKAGES);
    sandbox = await makeSandbox(registry.url);
    mirror = await startMirror(sandbox);
  }, 120_000);

  afterAll(async () => {
    mirror.close();
    mirror.closeAllConnections();
    await sandbox.remove();
    await registry.close();
  });

  const createWith = (node: string, env = {}) =>
    sandbox.run("bramble", ["env", "create", "--name", `with-${node}`, "--node", node], {
      NODEJS_ORG_MIRROR: `http://127.0.0.1:${(mirror.address() as AddressInfo).port}/dist/`,
      ...env,
    });
  const versionOf = async (name: string) =>
    (await sandbox.run(join(sandbox.environments, name, "bin", "node"), [])).stdout;

  test("that lack a build of a package are named", async () => {
    const names = ["pure", "compiled", "watcher", "fast", "prebuilt", "not-arm"];
    expect((await sandbox.bramble("env", "create", "--name", "mixed", ...names)).status).toBe(0);
    const check = (platforms: string, ...rest: string[]) =>
      sandbox.bramble("env", "check", "-n", "mixed", "--platforms", platforms, ...rest);
    const { stdout, status } = await check("linux-arm,linux-arm64-gnu", "--json");
    const { misfits } = JSON.parse(stdout) as {
      misfits: { platform: string; package: string; kind: string }[];
    };
    expect(misfits.map((misfit) => `${misfit.platform} ${misfit.package} ${misfit.kind}`)).toEqual([
      "linux-arm compiled@1.0.0 compiled there",
      "linux-arm64 compiled@1.0.0 compiled there",
      "linux-arm fast@1.0.0 no build",
      "linux-arm not-arm@1.0.0 no build",
      "linux-arm prebuilt@1.0.0 compiled there",
    ]);
    expect(status).toBe(1);
    const fine = await check("linux-x64");
    expect(fine.status).toBe(0);
    expect(fine.stdout).toMatch(/^linux-x64 +compiled@1\.0\.0 +compiled there +it has an install script/);
    expect((await check("raspberry")).stderr).toContain('"raspberry" is no platform');
  });

  test("get another Node from npm, of which nothing runs", async () => {
    const { stderr, status } = await createWith("97");
    expect(stderr).toContain(`Fetching Node 97 for ${platform}`);
    expect(status).toBe(0);
    expect(await versionOf("with-97")).toBe("v97.1.0\n");
    // The second time it is there already.
    registry.requests.length = 0;
    await sandbox.bramble("env", "create", "--name", "again", "--node", ">=97.0.1");
    expect(await versionOf("again")).toBe("v97.1.0\n");
    expect(registry.requests).toEqual([]);
  });

  test("get a Node that npm lacks from nodejs.org, if its checksum is right", async () => {
    expect((await createWith("98")).status).toBe(0);
    expect(await versionOf("with-98")).toBe("v98.2.0\n");
    const refused = await createWith("99");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("Node 99 is not what its checksum says");
    const none = await createWith("100");
    expect(none.stderr).toContain(`No Node 100 for ${platform} is among npm's packages or at`);
    const unreachable = await createWith("100", { NODEJS_ORG_MIRROR: "http://127.0.0.1:9" });
    expect(unreachable.stderr).toContain("http://127.0.0.1:9 can't be reached");
  });
});

/** A server like nodejs.org: Node 98, and a Node 99 whose archive is not what it should be. */
async function startMirror(sandbox: Sandbox): Promise<Server> {
  const answers = new Map<string, Buffer | string>();
  const releases = [
    { version: "v98.1.0", files: [platform] },
    { version: "v98.2.0", files: [platform] },
    { version: "v98.3.0", files: ["another-machine"] },
    { version: "v99.0.0", files: [platform] },
  ];
  answers.set("/dist/index.json", JSON.stringify(releases));
  for (const { version } of releases) {
    const name = `node-${version}-${platform}`;
    const program = await sandbox.write(`mirror/${name}/bin/node`, fakeNode(version.slice(1)));
    await promisify(execFile)("chmod", ["755", program]);
    const archive = join(sandbox.folder, `${name}.tar.gz`);
    await promisify(execFile)("tar", ["-czf", archive, "-C", join(sandbox.folder, "mirror"), name]);
    const bytes = await readFile(archive);
    const sum = createHash("sha256")
      .update(version === "v99.0.0" ? "other" : bytes)
      .digest("hex");
    answers.set(
      `/dist/${version}/SHASUMS256.txt`,
      `${"0".repeat(64)}  node-${version}.pkg\n${sum}  ${name}.tar.gz\n`,
    );
    answers.set(`/dist/${version}/${name}.tar.gz`, bytes);
  }
  const server = createServer((request, response) => {
    const answer = answers.get(request.url ?? "");
    if (answer === undefined) response.writeHead(404).end();
    else response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
