import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, dataframe, LocalCluster } from "bramble";
import { expect, it, onTestFinished } from "vitest";
import { PATIENCE } from "../support/small-cluster.js";

it("rows are cut for workers that come later", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bramble-frames-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "rows.parquet");
  const v = Float64Array.from({ length: 50_000 }, (_, row) => (row * 104_729) % 1000);
  await dataframe.fromMap({ v }).toParquet(path, { rowGroupSize: 2000 });
  await using cluster = await LocalCluster.start({ workers: 0, memoryLimit: 2 ** 20 });
  await using _client = await Client.connect(cluster, PATIENCE);
  const keeping = dataframe.readParquet(path).sort("v").persist();
  cluster.scale(1);
  expect((await keeping).npartitions).toBeGreaterThan(5);
});
