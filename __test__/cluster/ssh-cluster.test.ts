import { fileURLToPath } from "node:url";
import { Client, SSHCluster } from "bramble";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { PATIENCE, until } from "../support/small-cluster.js";
import { mayMount } from "../support/small-disk.js";
import { startSSHServer, type SSHServer } from "../support/ssh-server.js";

const program = fileURLToPath(new URL("../../dist/cli/bramble.js", import.meta.url));
const bramble = `'${process.execPath}' '${program}'`;

// Root's server needs a folder that must not be made on the machine that tests run on.
describe.skipIf(process.getuid?.() === 0 && !mayMount)("a cluster over ssh", () => {
  let server: SSHServer;
  beforeAll(async () => {
    server = await startSSHServer();
  });
  afterAll(() => server.close());

  it("has a scheduler and workers, which end with it", { timeout: 180_000 }, async () => {
    let pids: number[];
    {
      await using cluster = await SSHCluster.start({
        hosts: ["localhost", "127.0.0.1"],
        sshOptions: server.options,
        bramble,
        threadsPerWorker: 1,
        timeout: 100,
      });
      await using client = await Client.connect(cluster, PATIENCE);
      await client.waitForWorkers(2, PATIENCE);
      expect(await client.submit((x: number) => x + 1, 1).result()).toBe(2);
      const { workers } = await client.schedulerInfo();
      expect(new Set(Object.values(workers).map(({ name }) => name))).toEqual(
        new Set(["localhost", "127.0.0.1"]),
      );
      pids = Object.values(await client.run(() => process.pid));
    }
    await until(() => pids.every((pid) => !isRunning(pid)));
    expect(server.log()).toContain("Accepted publickey");
  });

  it("says what ssh and the program there said", async () => {
    const { options: sshOptions } = server;
    const nowhere = SSHCluster.start({ hosts: ["nowhere.invalid"], sshOptions });
    await expectRejection(nowhere, "NETWORK", "Could not resolve hostname nowhere.invalid");
    const nothing = SSHCluster.start({ hosts: ["localhost"], sshOptions, bramble: "no-such-program" });
    await expectRejection(nothing, "NETWORK", "no-such-program");
    const stranger = SSHCluster.start({
      hosts: ["localhost"],
      sshOptions: ["-o", "PreferredAuthentications=password", ...sshOptions],
    });
    await expectRejection(stranger, "NETWORK", "Permission denied");
  });

  it("checks its options", async () => {
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
