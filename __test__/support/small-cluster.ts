import { Client, LocalCluster } from "bramble";
import { afterAll, beforeAll } from "vitest";

/** Seconds, long enough for a machine with a lot to do. */
export const PATIENCE = { timeout: 100 };

/** Waits for something that no event tells of. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** A cluster of two workers with a client for the tests of a suite. */
export function useSmallCluster(): { cluster: LocalCluster; client: Client } {
  const small = {} as { cluster: LocalCluster; client: Client };
  beforeAll(async () => {
    small.cluster = await LocalCluster.start({ workers: 2 });
    small.client = await Client.connect(small.cluster, PATIENCE);
    await small.client.waitForWorkers(2, PATIENCE);
  });
  afterAll(async () => {
    small.client?.close();
    await small.cluster?.close();
  });
  return small;
}
