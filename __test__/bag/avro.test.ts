import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bag } from "bramble";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectRejection } from "../support/errors.js";

const SYNC = { scheduler: "sync" } as const;
const WAYS = [
  ["the JS engine", { engine: "js" }],
  ["sync", SYNC],
  ["processes", { scheduler: "processes", numWorkers: 2 }],
] as const;

const SCHEMA = {
  type: "record",
  name: "Person",
  fields: [
    { name: "name", type: "string" },
    { name: "age", type: ["null", "int"] },
    { name: "at", type: { type: "record", name: "Point", fields: [{ name: "x", type: "double" }] } },
    { name: "tags", type: { type: "array", items: "string" } },
  ],
};

const people = Array.from({ length: 500 }, (_, index) => ({
  name: `Ä${index}`,
  age: index % 3 === 0 ? null : index,
  at: { x: index / 7 },
  tags: Array<string>(index % 4).fill("t"),
}));

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bramble-avro-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(WAYS)("with %s", (_, options) => {
  const codecs = ["null", "deflate", "snappy", "bzip2", "xz", "zstandard"] as const;
  test.each(codecs)("what was written with the codec %s is read", async (codec) => {
    const out = await mkdtemp(join(folder, "out-"));
    const written = bag.fromSequence(people, { npartitions: 3 });
    const paths = await written.toAvro(join(out, "*.avro"), SCHEMA, { ...options, codec });
    expect(await readdir(out)).toEqual(["0.avro", "1.avro", "2.avro"]);
    expect(await bag.readAvro(join(out, "*.avro")).compute(options)).toEqual(people);
    const blocks = bag.readAvro<(typeof people)[0]>(paths, { blocksize: 500, includePath: false });
    expect(blocks.npartitions).toBeGreaterThan(6);
    expect(await blocks.pluck("name").compute(options)).toEqual(people.map(({ name }) => name));
  });
});

test("many blocks are read wherever partitions begin", async () => {
  const numbers = bag.range(20_000, { npartitions: 1 });
  const [path = ""] = await numbers.toAvro(join(folder, "many.avro"), "int", SYNC);
  for (const blocksize of [1000, 7777, 20_000]) {
    expect(await bag.readAvro(path, { blocksize }).sum().compute(SYNC)).toBe(199_990_000);
  }
  expect(await bag.readAvro(path, { blocksize: 7777 }).take(3, SYNC)).toEqual([0, 1, 2]);
});

test("what is wrong is told", async () => {
  const items = bag.fromSequence([{ ...people[0], age: "old" }]);
  await expect(items.toAvro(join(folder, "bad-*.avro"), SCHEMA, SYNC)).rejects.toThrow(
    /its field age is wrong/,
  );
  const noSchema = items.toAvro(join(folder, "bad-*.avro"), { type: "no" }, SYNC);
  await expectRejection(noSchema, "INVALID_ARGUMENT", "no schema of Avro");
  const [path = ""] = await bag.range(10, { npartitions: 1 }).toAvro(join(folder, "short.avro"), "int", SYNC);
  await writeFile(path, (await readFile(path)).subarray(0, -3));
  await expectRejection(bag.readAvro(path).compute(SYNC), "INVALID_FILE", `${path} is no Avro file`);
  await writeFile(path, "text");
  await expectRejection(bag.readAvro(path).compute(SYNC), "INVALID_FILE", "does not begin with");
  await writeFile(path, "Obj\x01");
  await expectRejection(bag.readAvro(path).compute(SYNC), "INVALID_FILE", "its header has no end");
});
