import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bag, type BrambleError } from "bramble";
import { afterAll, describe, expect, it } from "vitest";

const numbers = bag.range(4, { npartitions: 2 });
// In one partition: of several it would be chance which fails first.
const items = bag.fromSequence<unknown>([1, "two", null, 4n], { npartitions: 1 });
const folder = mkdtempSync(join(tmpdir(), "bramble-bad-items-"));
const nowhere = join(folder, "x-*.txt");

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What fails on compute because of the items, with the code that it must have and words of the message. */
const CASES: Record<string, [compute: () => Promise<unknown>, code: string, words: string]> = {
  "zip of unequal partitions": [
    () => numbers.zip(bag.range(3, { npartitions: 2 })).compute(),
    "SHAPE_MISMATCH",
    "more than 1 items, the other 1",
  ],
  "zip of partitions that are longer": [
    () => numbers.zip(bag.range(6, { npartitions: 2 })).compute(),
    "SHAPE_MISMATCH",
    "one has 2 items, the other 3",
  ],
  "map over unequal partitions": [
    () => numbers.map((a, b) => a + b, bag.range(3, { npartitions: 2 })).compute(),
    "SHAPE_MISMATCH",
    "more than 1 items, the other 1",
  ],
  "pluck of what is not there": [
    () =>
      bag
        .fromSequence([{ a: 1 }, {} as { a: number }])
        .pluck("a")
        .compute(),
    "INVALID_VALUE",
    "`pluck` was given no default",
  ],
  "pluck of nothing": [() => items.pluck("a" as never).compute(), "INVALID_VALUE", "has no"],
  "groupBy of null": [
    () =>
      bag
        .fromSequence([null, null])
        .groupBy("a" as never)
        .compute(),
    "INVALID_VALUE",
    "of null",
  ],
  "flatten of numbers": [() => numbers.flatten().compute(), "INVALID_VALUE", "`flatten` wants"],
  "sum of texts": [() => items.sum().compute(), "INVALID_VALUE", "`sum` wants numbers"],
  "mean of texts": [() => items.mean().compute(), "INVALID_VALUE", "`mean` wants numbers"],
  "std of texts": [() => items.std().compute(), "INVALID_VALUE", "`std` wants numbers"],
  "sum of bigints and numbers": [
    () => bag.fromSequence<unknown>([1n, 2]).repartition(1).sum().compute(),
    "INVALID_VALUE",
    "wants bigints",
  ],
  "max of nothing": [
    () =>
      numbers
        .filter(() => false)
        .max()
        .compute(),
    "EMPTY_REDUCTION",
    "`max`",
  ],
  "fold of nothing": [
    () =>
      numbers
        .filter(() => false)
        .fold((a, b) => a + b)
        .compute(),
    "EMPTY_REDUCTION",
    "`initial`",
  ],
  "a sample of too few": [() => bag.random.sample(numbers, 5).compute(), "OUT_OF_BOUNDS", "that has 4"],
  "partitions that become no list": [
    () => numbers.mapPartitions(() => 3 as never).compute(),
    "WRONG_RESULT",
    "must give a list",
  ],
  "numbers as lines of text": [() => numbers.toTextFiles(nowhere), "INVALID_VALUE", "wants texts"],
  "functions as JSON": [
    () => numbers.map(() => () => 1).toJSONLines(nowhere),
    "INVALID_VALUE",
    "JSON has no way",
  ],
  "records that do not fit a schema": [
    () => numbers.toAvro(nowhere, { type: "record", name: "r", fields: [{ name: "a", type: "int" }] }),
    "INVALID_VALUE",
    "does not fit the schema",
  ],
  "numbers as rows": [
    () => numbers.toDataFrame({ schema: { a: "i64" } }).compute(),
    "INVALID_VALUE",
    "Rows of a data frame",
  ],
};

describe("items that something can't be done with", () => {
  it.each(Object.entries(CASES))("%s", async (_name, [compute, code, words]) => {
    const error = await compute().catch((reason: unknown) => reason as BrambleError);
    expect(error).toMatchObject({ name: "BrambleError", code });
    expect((error as BrambleError).message).toContain(words);
    expect((error as { task?: unknown }).task).toBeDefined();
  });
});
