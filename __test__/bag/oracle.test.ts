import { fileURLToPath } from "node:url";
import { bag } from "bramble";
import { describe, expect, test } from "vitest";
import { readOracle } from "../support/oracle.js";

const SYNC = { scheduler: "sync" } as const;
const { numbers, words, answers } = readOracle<{
  readonly numbers: number[];
  readonly words: string[];
  readonly answers: Record<string, unknown>;
}>("bag");

const b = bag.fromSequence(numbers, { npartitions: 4 });
const w = bag.fromSequence(words, { npartitions: 3 });
const add = (x: number, y: number): number => x + y;
const length = (word: string): number => word.length;

/** How we ask what Dask was asked. */
const ASKED: Record<string, { compute(options: object): Promise<unknown> }> = {
  sum: b.sum(),
  min: b.min(),
  max: b.max(),
  mean: b.mean(),
  var: b.var(),
  std: b.std({ ddof: 1 }),
  count: b.count(),
  any: b.any(),
  all: b.all(),
  topk: b.topk(3),
  topkByKey: w.distinct().topk(2, length),
  fold: b.fold(add, { initial: 0 }),
  foldBy: w.foldBy(length, (total: number, word) => total + word.length, {
    initial: 0,
    combine: add,
    combineInitial: 0,
  }),
  accumulate: b.accumulate(add),
  accumulateFrom: b.accumulate(add, { initial: 100 }),
  product: bag.fromSequence([1, 2]).product(bag.fromSequence([3, 4])),
  join: w.join(["of", "was"], length),
  pluck: b.zip(b).pluck(0),
  remove: b.remove((x) => x % 2 === 0),
  reduction: w.reduction(
    (part) => Math.max(...part.map(length)),
    (parts) => Math.max(...parts),
  ),
  distinct: w.distinct(),
  frequencies: w.frequencies(),
  groupBy: w.groupBy(length).map(([key, items]) => [key, items.sort()]),
};

/** Where Dask promises no order. */
const SORTED = new Set(["distinct", "frequencies", "groupBy", "foldBy", "topkByKey"]);

test.each(Object.keys(answers))("%s is what Dask answers", async (name) => {
  const answer = await ASKED[name]?.compute(SYNC);
  const expected = answers[name];
  if (typeof expected === "number" && !Number.isInteger(expected)) expect(answer).toBeCloseTo(expected, 10);
  else expect(inOrder(name, answer)).toEqual(inOrder(name, expected));
});

function inOrder(name: string, value: unknown): unknown {
  if (!SORTED.has(name)) return value;
  return (value as unknown[]).map((entry) => JSON.stringify(entry)).sort((a, z) => (a < z ? -1 : 1));
}

describe("Avro files that fastavro wrote", () => {
  const path = (codec: string): string =>
    fileURLToPath(new URL(`../oracle/data/avro/${codec}.avro`, import.meta.url));
  const expected = Array.from({ length: 200 }, (_, index) => ({
    station: `Ü${index}`,
    value: index % 5 === 0 ? null : index / 8,
    count: 2 ** 40 + index,
    kind: "AB"[index % 2],
    raw: Buffer.from([index % 256, 0]),
    by: { a: index },
  }));

  test.each(["null", "deflate", "bzip2", "xz"])("with the codec %s", async (codec) => {
    for (const blocksize of [1000, 2 ** 20]) {
      expect(await bag.readAvro(path(codec), { blocksize }).compute(SYNC)).toEqual(expected);
    }
  });
});
