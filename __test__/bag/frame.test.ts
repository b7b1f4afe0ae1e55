import { bag, dataframe } from "bramble";
import { describe, expect, test } from "vitest";
import { expectError } from "../support/errors.js";

const SCHEMA = { name: "str", age: "f64" } as const;

describe.each(["sync", "processes"] as const)("with the scheduler %s", (scheduler) => {
  test("items are the rows of a data frame", async () => {
    const people = bag.fromSequence(
      [
        { name: "Ada", age: 36, city: "London" },
        { name: "Emmy", age: 53, city: "Erlangen" },
        { name: "Alan", city: "London" },
      ],
      { npartitions: 2 },
    );
    const table = await people.toDataFrame({ schema: SCHEMA }).compute({ scheduler });
    expect(table.toArray().map((row) => ({ ...row }))).toEqual([
      { name: "Ada", age: 36 },
      { name: "Emmy", age: 53 },
      { name: "Alan", age: null },
    ]);
    const lists = bag.range(4, { npartitions: 2 }).map((x) => [`n${x}`, x / 2]);
    const ages = (await dataframe.fromBag(lists, { schema: SCHEMA }).compute({ scheduler })).getChild("age");
    expect(Array.from(ages ?? [])).toEqual([0, 0.5, 1, 1.5]);
  });

  test("what is no row is told", async () => {
    const rows = bag.fromSequence([1]).toDataFrame({ schema: SCHEMA });
    await expect(rows.compute({ scheduler })).rejects.toThrow(
      "Rows of a data frame are objects or lists of values, not 1",
    );
  });
});

test("the columns must be told", () => {
  const rows = bag.fromSequence([{ a: 1 }]);
  expectError(() => rows.toDataFrame({} as never), "INVALID_ARGUMENT", "options.schema");
  expectError(
    () => dataframe.fromBag([1] as never, { schema: SCHEMA }),
    "INVALID_ARGUMENT",
    "a bag for `items`",
  );
  expectError(() => rows.toDataFrame({ schema: { a: "number" } as never }), "INVALID_ARGUMENT", "");
});
