import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { array, Client, LocalCluster } from "bramble";
import { describe, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { PATIENCE, useSmallCluster } from "../support/small-cluster.js";

describe("what cannot be is refused in words that help", () => {
  const small = useSmallCluster();

  it("as an address", async () => {
    const { key } = small.cluster;
    const server = createServer((_, response) => response.end("hello")).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      const connecting = Client.connect(address, { key, ...PATIENCE });
      await expectRejection(connecting, "CLUSTER_KEY", `${address}: it does not speak Bramble's protocol`);
    } finally {
      server.close();
    }
    await expectRejection(Client.connect("not an address", { key }), "INVALID_ARGUMENT", "is no address");
    const open = Client.connect("tls://127.0.0.1:1", { insecure: true });
    await expectRejection(open, "INVALID_ARGUMENT", "without a key nothing is encrypted");
    const nobody = Client.connect("127.0.0.1:1", { key, timeout: 0.1 });
    await expectRejection(nobody, "NETWORK", "nothing answered at tcp://127.0.0.1:1 within 0.1 s");
    const [worker = ""] = Object.keys((await small.client.schedulerInfo()).workers);
    const wrong = Client.connect(worker, { key, ...PATIENCE });
    await expectRejection(wrong, "NETWORK", "this is a worker, and no scheduler");
  });

  it("as a result", async () => {
    const huge = array.zeros([1e6, 1e6], { chunks: 1000 });
    await expectRejection(huge.compute(), "OUT_OF_MEMORY", "The result takes 8000 GB");
    const unsendable = small.client.submit(() => new WeakMap());
    await expectRejection(unsendable.result(), "CANNOT_TRAVEL", "WeakMap");
  });

  it("when the scheduler is gone for good", async () => {
    const cluster = await LocalCluster.start({ workers: 1 });
    await using client = await Client.connect(cluster, { ...PATIENCE, setAsDefault: false });
    const never = client.submit(() => new Promise<number>(() => {}));
    const closing = cluster.close();
    await expectRejection(never.result(), "SCHEDULER_LOST", "the connection to the scheduler was lost");
    await closing;
    await expectRejection(
      client.submit(() => 1).result(),
      "SCHEDULER_LOST",
      "the connection to the scheduler",
    );
    await expectRejection(client.status(), "SCHEDULER_LOST", cluster.address);
  });
});
