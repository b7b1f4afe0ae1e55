import { col, type DataFrame, dataframe } from "bramble";
import { expect, it } from "vitest";
import { piecesOf } from "../support/pieces.js";

/** So many that each piece sorts by digits what it gets of shards. */
const ROWS = 20_000;
const PIECES = 4;
const ROUNDS = 14;
const SPECIAL = [0, -0, Number.NaN, Infinity, -Infinity, 1.5] as const;
const KEYS = ["float", "short", "flag", "single", "unsigned", "day"] as const;

/** Numbers from 0 to 1, the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Rows of numbers of several types, of which many are equal and some null, and what tells equal ones apart. */
function rowsOf(random: () => number, nulls: number): DataFrame {
  const list = <T>(make: () => T): (T | null)[] =>
    Array.from({ length: ROWS }, () => (random() < nulls ? null : make()));
  const float = (): number =>
    random() < 0.3 ? (SPECIAL[Math.floor(random() * SPECIAL.length)] ?? 0) : random() - 0.5;
  return dataframe
    .fromMap({
      float: list(float),
      short: list(() => Math.floor(random() * 100) - 50),
      flag: list(() => random() < 0.5),
      row: Int32Array.from({ length: ROWS }, (_, row) => row),
    })
    .withColumns({
      short: col("short").cast("i16"),
      single: col("float").cast("f32"),
      unsigned: col("short").abs().cast("u64"),
      day: col("short").cast("i32").cast("date"),
    }) as DataFrame;
}

async function placesOf(frame: DataFrame): Promise<unknown> {
  return (await frame.compute()).getChild("row")?.toArray();
}

it("sorts shards by numbers of any type as one query does", async () => {
  const random = randomFrom(12_345);
  for (let round = 0; round < ROUNDS; round += 1) {
    const frame = await rowsOf(random, round % 2 === 0 ? 0.1 : 0).persist();
    const drawn = KEYS.filter(() => random() < 0.4);
    const keys = drawn.length === 0 ? ["float"] : drawn;
    const options = { descending: keys.map(() => random() < 0.5), nullsLast: random() < 0.5 };
    const sorted = (pieces: number): DataFrame =>
      (frame.repartition(pieces) as DataFrame).sort(keys, options).select("row", "float");
    const pieces = (await piecesOf(sorted(PIECES))).map((piece) => dataframe.fromArrow(piece));
    const got = await placesOf(dataframe.concat(pieces) as DataFrame);
    expect(got, JSON.stringify({ keys, options })).toEqual(await placesOf(sorted(1)));
  }
});
