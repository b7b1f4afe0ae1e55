import { col, type DataFrame, dataframe } from "bramble";
import { describe, expect, it } from "vitest";
import { FRAME } from "../../dist/dataframe/data-frame.js";
import { computePieces } from "../../dist/dataframe/pieces/run.js";
import { PATIENCE, until, useSmallCluster } from "../support/small-cluster.js";

const PIECES = 6;
const x = Float64Array.from({ length: 6000 }, (_, row) => (row * 389) % 1000);
const frame = dataframe.fromMap({ x, g: x.map((value) => value % 300) }).repartition(PIECES) as DataFrame;
const queries = {
  sort: frame.sort(["g", "x"]),
  groups: frame.groupBy("g").agg(col("x").median()),
  join: frame.filter(col("g").lt(3)).join(frame.filter(col("x").lt(40)), { on: "g" }),
};

/** Calls that have ended when a worker is killed: pieces are read first, then dealt out, then put together. */
const ENDED = [1, PIECES, 2 * PIECES, 4 * PIECES];

// A cluster for each: one gives a worker up that ends five times right after its start.
for (const [name, query] of Object.entries(queries))
  describe(`an exchange of rows for ${name}`, () => {
    const small = useSmallCluster();

    for (const [number, ended] of ENDED.entries())
      it(`gives the same though a worker dies after ${ended} calls`, async () => {
        const before = (await small.client.status()).done;
        let isOver = false;
        const request = { scheduler: "distributed", engine: "memory", exchangeFrom: 0 } as const;
        const computing = computePieces(query[FRAME], request).finally(() => {
          isOver = true;
        });
        await until(async () => isOver || (await small.client.status()).done >= before + ended);
        const victim = small.cluster.pids[number % 2] ?? 0;
        process.kill(victim, "SIGKILL");
        const pieces = await computing;
        const rows = dataframe.concat(pieces.map((piece) => dataframe.fromArrow(piece)));
        const here = { scheduler: "threads" } as const;
        expect(await rows.toRecords(here)).toEqual(await query.toRecords(here));
        await until(() => small.cluster.pids.length === 2 && !small.cluster.pids.includes(victim));
        await small.client.waitForWorkers(2, PATIENCE);
      });
  });

describe("shards of rows on a cluster", () => {
  useSmallCluster();

  it("are taken out of what was dealt without calls", async () => {
    const calls = new Set<string>();
    const callbacks = [{ posttask: ({ label }: { readonly label: string }) => void calls.add(label) }];
    const request = { scheduler: "distributed", engine: "memory", exchangeFrom: 0, callbacks } as const;
    const pieces = await computePieces(queries.groups[FRAME], request);
    expect(pieces.length).toBe(PIECES);
    expect(calls).toEqual(new Set(["runPiece", "dealPiece"]));
  });
});
