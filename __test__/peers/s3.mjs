// Writes arrays and data frames to moto's S3, which is what many test their programs against, and reads them back.
//
//   PYTHONPATH=PACKAGES node s3.mjs

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { array, dataframe } from "bramble";
import { openRemoteZarr } from "bramble/zarr";

const server = spawn("python3", [fileURLToPath(new URL("serve_s3.py", import.meta.url))], {
  stdio: ["pipe", "pipe", "inherit"],
});
try {
  const [url] = await Promise.race([
    once(createInterface(server.stdout), "line"),
    once(server, "exit").then(([code]) => {
      throw new Error(`moto ended with ${code}`);
    }),
  ]);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "testing",
    AWS_SECRET_ACCESS_KEY: "testing",
  });
  const x = array.arange(1200).reshape([30, 40]).rechunk([7, 13]);
  const total = await x.sum().compute();
  let count = 0;
  const ways = [{ format: 2 }, { format: 3 }, { chunksPerShard: [2, 3] }, { component: "a b/ü&+" }];
  for (const [number, options] of ways.entries()) {
    const target = `s3://bucket/${number}.zarr`;
    for (const turn of [1, 2]) {
      await x.multiply(turn).toZarr(target, { ...options, overwrite: turn === 2 });
      const place = options.component === undefined ? "" : `/${options.component}`;
      const found = await array
        .fromArray(await openRemoteZarr(`${target}${place}`))
        .sum()
        .compute();
      if (found !== total * turn) throw new Error(`${JSON.stringify(options)} gave ${String(found)}`);
      count += 1;
    }
  }
  // The second file takes several parts of an upload.
  const rows = [3, 2_500_000];
  for (const length of rows) {
    const frame = dataframe.fromMap({ x: Float64Array.from({ length }, (_, row) => row / 4) });
    for (const url of [`s3://bucket/${length}.ipc`, `s3://bucket/${length} ü&+/`]) {
      for (const overwrite of [false, true]) await frame.repartition(2).toIPC(url, { overwrite });
      const [{ x: found }] = await dataframe.readIPC(url).sum().toRecords();
      const expected = (length * (length - 1)) / 8;
      if (found !== expected) throw new Error(`${url} gave ${String(found)}, expected ${expected}`);
      count += 1;
    }
  }
  process.stdout.write(`${count} arrays and data frames written to S3 and read back\n`);
} finally {
  server.stdin.end();
  await once(server, "exit");
}
