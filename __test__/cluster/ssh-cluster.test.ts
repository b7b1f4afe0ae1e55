import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, SSHCluster } from "bramble";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { PATIENCE, until } from "../support/small-cluster.js";

/** Stands for `ssh`: what would run on the other machine runs on this one, in a shell as there. */
const FAKE_SSH = `#!/bin/sh
while [ "$1" != "--" ]; do shift; done
[ "$2" = unreachable ] && { echo "ssh: Could not resolve hostname" >&2; exit 255; }
exec sh -c "$3"
`;

const program = fileURLToPath(new URL("../../dist/cli/bramble.js", import.meta.url));
const bramble = `'${process.execPath}' '${program}'`;

describe("a cluster over ssh", () => {
  let folder: string;
  const path = process.env["PATH"];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bramble-test-"));
    await writeFile(join(folder, "ssh"), FAKE_SSH);
    await chmod(join(folder, "ssh"), 0o755);
    process.env["PATH"] = `${folder}:${path}`;
  });
  afterAll(async () => {
    process.env["PATH"] = path;
    await rm(folder, { recursive: true, force: true });
  });

  it("has a scheduler and workers, which end with it", { timeout: 180_000 }, async () => {
    let pids: number[];
    {
      await using cluster = await SSHCluster.start({
        hosts: ["first", "second"],
        bramble,
        threadsPerWorker: 1,
        timeout: 100,
      });
      await using client = await Client.connect(cluster, PATIENCE);
      await client.waitForWorkers(2, PATIENCE);
      expect(await client.submit((x: number) => x + 1, 1).result()).toBe(2);
      const { workers } = await client.schedulerInfo();
      expect(new Set(Object.values(workers).map(({ name }) => name))).toEqual(new Set(["first", "second"]));
      pids = Object.values(await client.run(() => process.pid));
    }
    await until(() => pids.every((pid) => !isRunning(pid)));
  });

  it("says what ssh said", async () => {
    await expectRejection(SSHCluster.start({ hosts: ["unreachable"] }), "NETWORK", "Could not resolve");
    const nothing = SSHCluster.start({ hosts: ["first"], bramble: "no-such-program" });
    await expectRejection(nothing, "NETWORK", "no-such-program");
    await expectRejection(SSHCluster.start({ hosts: [] }), "INVALID_ARGUMENT", "options.hosts");
    await expectRejection(SSHCluster.start({ hosts: ["-oProxyCommand=x"] }), "INVALID_ARGUMENT", "hosts");
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
