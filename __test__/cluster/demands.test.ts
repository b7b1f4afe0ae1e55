import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { annotate, Client, compute, delayed, LocalCluster } from "bramble";
import { describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { PATIENCE, until } from "../support/small-cluster.js";

const pidOf = delayed(() => process.pid);

/** When it began and when it ended, by a clock that all threads share. */
const span = delayed(async () => {
  const start = Number(process.hrtime.bigint());
  await new Promise((done) => setTimeout(done, 5));
  return [start, Number(process.hrtime.bigint())] as const;
});

/** Waits in a worker until there is a file. */
async function heldUntil(path: string): Promise<number> {
  const { existsSync } = await import("node:fs");
  while (!existsSync(path)) await new Promise((done) => setTimeout(done, 5));
  return process.pid;
}

describe("what tasks ask for on a cluster", () => {
  it("keeps them to workers with a name", async () => {
    await using cluster = await LocalCluster.start({ workers: 2 });
    await using client = await Client.connect(cluster, PATIENCE);
    await client.waitForWorkers(2, PATIENCE);
    const { workers } = await client.status();
    for (const { name, address, pid } of workers) {
      for (const place of [name, address, ["nobody", address.replace("tcp://", "")]]) {
        const asked = annotate({ workers: place }, () => Array.from({ length: 8 }, () => pidOf()));
        expect(new Set(await compute(...asked))).toEqual(new Set([pid]));
      }
    }
  });

  it("has no more of them at once than there are things for", async () => {
    await using cluster = await LocalCluster.start({
      workers: 1,
      threadsPerWorker: 3,
      resources: { lamp: 0.3, socket: 9 },
    });
    await using client = await Client.connect(cluster, PATIENCE);
    await client.waitForWorkers(1, PATIENCE);
    const asked = annotate({ resources: { lamp: 0.1, socket: 4 } }, () =>
      Array.from({ length: 12 }, () => span()),
    );
    const spans = await compute(...asked);
    const atOnce = spans.map(([now]) => spans.filter(([start, end]) => start <= now && now < end).length);
    expect(Math.max(...atOnce)).toBeLessThanOrEqual(2);
  });

  it("lets them wait for somebody who has what they need, and others go on", async () => {
    await using cluster = await LocalCluster.start({ workers: 1 });
    await using client = await Client.connect(cluster, PATIENCE);
    const rare = client.submitWith({ resources: { GPU: 1 } }, () => "made");
    const others = Array.from({ length: 20 }, (_, at) => client.submit(() => at));
    expect(await client.gather(others)).toEqual(Array.from({ length: 20 }, (_, at) => at));
    expect(await client.status()).toMatchObject({ tasks: { queued: 1 } });
    expect(rare.done()).toBe(false);
  });

  it("refuses what is no amount", async () => {
    for (const resources of [{ GPU: -1 }, { GPU: Number.NaN }, { GPU: 0 }, "GPU=1"]) {
      await expectRejection(
        LocalCluster.start({ workers: 0, resources: resources as Record<string, number> }),
        "INVALID_ARGUMENT",
        "options.resources",
      );
    }
  });
});

describe("a worker with nothing to do", () => {
  it("gets what another one has not begun", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bramble-demands-"));
    try {
      const gate = join(folder, "gate");
      await using cluster = await LocalCluster.start({ workers: 1 });
      await using client = await Client.connect(cluster, PATIENCE);
      const processing = async (): Promise<number | undefined> =>
        (await client.status()).workers[0]?.processing;
      const held = client.submit(heldUntil, gate);
      await until(async () => (await processing()) === 1);
      const waiting = client.submit(() => process.pid);
      // Both are with the one worker, which does one at a time.
      await until(async () => (await processing()) === 2);
      cluster.scale(2);
      const other = await waiting.result();
      writeFileSync(gate, "");
      expect(await held.result()).not.toBe(other);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
