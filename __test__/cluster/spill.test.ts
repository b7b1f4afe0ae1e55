import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { array, Client, LocalCluster, type NDArray } from "bramble";
import { describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { PATIENCE, until } from "../support/small-cluster.js";

const MOST = 2 ** 20;

describe("a worker that may take only so much of a disk", () => {
  it("keeps the rest in memory", async () => {
    // Beside the tests and not in the system's folder for such, which may lie in memory.
    const cache = fileURLToPath(new URL("../../node_modules/.cache/bramble/", import.meta.url));
    mkdirSync(cache, { recursive: true });
    const localDirectory = mkdtempSync(join(cache, "spill-"));
    try {
      const limits = { memoryLimit: "1MiB", maxSpill: MOST, localDirectory };
      await using cluster = await LocalCluster.start({ processes: false, threadsPerWorker: 1, ...limits });
      await using client = await Client.connect(cluster, PATIENCE);
      const x = array.random.defaultRng(5).normal(0, 1, { size: [1000, 500], chunks: [100, 100] });
      const kept = await x.persist();
      let spilled = 0;
      const look = async (): Promise<boolean> => {
        const [worker] = (await client.status()).workers;
        spilled = Math.max(spilled, worker?.spilled ?? 0);
        return worker?.blocks === 4_000_000 && spilled > MOST / 2;
      };
      await until(look);
      expect(spilled).toBeLessThanOrEqual(MOST);
      const here = (await x.compute({ scheduler: "threads" })) as NDArray;
      expect(((await kept.compute()) as NDArray).data).toEqual(here.data);
    } finally {
      rmSync(localDirectory, { recursive: true });
    }
  });

  it("is refused an amount that is none", async () => {
    const start = LocalCluster.start({ maxSpill: "much" });
    await expectRejection(start, "INVALID_ARGUMENT", "options.maxSpill");
  });
});
