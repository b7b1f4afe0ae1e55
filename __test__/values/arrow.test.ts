import {
  Bool,
  Dictionary,
  Field,
  FixedSizeList,
  Float64,
  Int32,
  List,
  Struct,
  Table,
  tableFromArrays,
  TimestampMillisecond,
  Utf8,
  vectorFromArray,
  type Vector,
} from "apache-arrow";
import { delayed } from "bramble";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decode, encode, prepare } from "../../dist/values/index.js";

const there = async <T>(value: T): Promise<T> => {
  const encoded = encode(value);
  await prepare(encoded);
  return decode(encoded) as T;
};

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<(T | null)[]> =>
  fc.array(fc.option(value), { minLength: 12, maxLength: 12 });

const column: fc.Arbitrary<Vector> = fc.oneof(
  maybe(fc.integer({ min: -1000, max: 1000 })).map((values) => vectorFromArray(values, new Int32())),
  maybe(fc.double()).map((values) => vectorFromArray(values, new Float64())),
  maybe(fc.string()).map((values) => vectorFromArray(values, new Utf8())),
  maybe(fc.boolean()).map((values) => vectorFromArray(values, new Bool())),
  maybe(fc.constantFrom("a", "b", "ä")).map((values) =>
    vectorFromArray(values, new Dictionary(new Utf8(), new Int32())),
  ),
  maybe(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })).map((values) =>
    vectorFromArray(values, new TimestampMillisecond()),
  ),
  maybe(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 })).map((values) =>
    vectorFromArray(values, new List(new Field("item", new Int32(), true))),
  ),
  maybe(fc.tuple(fc.double(), fc.double())).map((values) =>
    vectorFromArray(values, new FixedSizeList(2, new Field("item", new Float64(), true))),
  ),
  maybe(fc.record({ x: fc.integer({ min: 0, max: 9 }), s: fc.string() })).map((values) =>
    vectorFromArray(
      values,
      new Struct([new Field("x", new Int32(), true), new Field("s", new Utf8(), true)]),
    ),
  ),
) as fc.Arbitrary<Vector>;

test("any table is equal to what it becomes, and so are its columns and slices", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string({ minLength: 1 }), column, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
      fc.nat(12),
      async (columns, start) => {
        const table = new Table(columns);
        const back = await there(table);
        expect(back.toString()).toBe(table.toString());
        expect(String(back.schema)).toBe(String(table.schema));
        const slice = table.slice(start);
        expect((await there(slice)).toString()).toBe(slice.toString());
        const [first] = Object.values(columns);
        expect(String(await there(first))).toBe(String(first));
      },
    ),
  );
});

test("the memory of a column is not copied", () => {
  const numbers = new Float64Array(1000).fill(1);
  const { buffers } = encode(tableFromArrays({ numbers }));
  expect(buffers.some(({ buffer }) => buffer === numbers.buffer)).toBe(true);
});

test.each(["sync", "threads", "processes"] as const)(
  "tables go to functions and back, with %s",
  async (scheduler) => {
    const table = tableFromArrays({ x: Float64Array.of(1, 2, 3), s: ["a", "b", "c"] });
    const tail = delayed((given: Table) => {
      if (String(given.getChild("s")?.get(1)) !== "b") throw new Error("another table");
      return { rows: given.slice(1), total: given.toArray().length };
    });
    const { rows, total } = await tail(table as never).compute({ scheduler, numWorkers: 1 });
    expect(total).toBe(3);
    expect(rows).toBeInstanceOf(Table);
    expect(rows.toString()).toBe(table.slice(1).toString());
  },
);
