import { type DataFrame, dataframe } from "bramble";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FRAME } from "../../dist/dataframe/data-frame.js";
import { computePieces } from "../../dist/dataframe/pieces/run.js";
import { closeTo } from "../support/close.js";
import { cutAt } from "../support/frames.js";
import { chain, wideFrame, wideRow } from "../support/random-frames.js";
import { useSmallCluster } from "../support/small-cluster.js";

const rows = fc.array(wideRow, { maxLength: 30 });
/** Where rows are cut; the same place twice makes an empty piece. */
const cuts = fc.array(fc.nat(30), { maxLength: 6 });

function inParts(all: Parameters<typeof wideFrame>[0], places: readonly number[]): DataFrame {
  return dataframe.concat(cutAt(all, places).map(wideFrame));
}

/** The rows of a query whose pieces are computed by themselves, and change places however few they are. */
async function inPieces(
  frame: DataFrame,
  scheduler: "sync" | "threads",
  exchangeFrom?: number,
): Promise<object[]> {
  const request = { scheduler, engine: "memory", exchangeFrom } as const;
  const pieces = await computePieces(frame[FRAME], request);
  return await dataframe.concat(pieces.map((piece) => dataframe.fromArrow(piece))).toRecords();
}

describe("however rows are cut, some operations one after the other give the same", () => {
  it("as one query", async () => {
    await fc.assert(
      fc.asyncProperty(rows, cuts, chain, async (all, places, { apply }) => {
        const expected = closeTo(await apply(wideFrame(all)).toRecords());
        expect(await apply(inParts(all, places)).toRecords()).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it.each(["sync", "threads"] as const)("as pieces: %s", async (scheduler) => {
    await fc.assert(
      fc.asyncProperty(rows, cuts, chain, fc.boolean(), async (all, places, { apply }, changesPlaces) => {
        const expected = closeTo(await apply(wideFrame(all)).toRecords());
        const exchangeFrom = changesPlaces ? 0 : undefined;
        expect(await inPieces(apply(inParts(all, places)), scheduler, exchangeFrom)).toEqual(expected);
      }),
      { numRuns: scheduler === "sync" ? 100 : 20 },
    );
  });

  describe("on a cluster", () => {
    const small = useSmallCluster();

    it("of two workers", async () => {
      expect(small.client).toBeDefined();
      await fc.assert(
        fc.asyncProperty(rows, cuts, chain, async (all, places, { apply }) => {
          const expected = closeTo(await apply(wideFrame(all)).toRecords({ scheduler: "threads" }));
          const found = await apply(inParts(all, places)).toRecords({ scheduler: "distributed" });
          expect(found).toEqual(expected);
        }),
        { numRuns: 15 },
      );
    });
  });
});
