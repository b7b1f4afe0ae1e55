import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { col, type DataFrame, dataframe, len } from "bramble";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectError, expectRejection } from "../support/errors.js";
import { columnsOf, temporaryFolder } from "../support/frames.js";
import {
  type ObjectServerElsewhere,
  startObjectServerElsewhere,
} from "../support/object-server-elsewhere.js";
import { useSmallCluster } from "../support/small-cluster.js";

const KEYS = { user: "secret/with+signs" };
const VARIABLES = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL"] as const;
const ROWS = 20_000;

const folder = temporaryFolder();
const before = VARIABLES.map((name) => [name, process.env[name]] as const);
let server: ObjectServerElsewhere;
/** Serves the same objects to everybody, and knows no buckets. */
let web: ObjectServerElsewhere;

function setKeys(key: string, secret: string): void {
  process.env["AWS_ACCESS_KEY_ID"] = key;
  process.env["AWS_SECRET_ACCESS_KEY"] = secret;
}

/** Rows of which each group of 2,000 has its own range of `n`. */
const frame = dataframe.fromMap({
  n: Array.from({ length: ROWS }, (_, row) => row),
  text: Array.from({ length: ROWS }, (_, row) => (row % 7 === 0 ? null : `a "${row % 10}",\né`)),
  x: Array.from({ length: ROWS }, (_, row) => row / 4),
  day: Array.from({ length: ROWS }, (_, row) => new Date(Date.UTC(2024, 0, 1 + Math.floor(row / 2000)))),
}) as DataFrame;

interface Format {
  readonly read: (path: string | readonly string[], options?: object) => DataFrame;
  readonly write: (of: DataFrame, path: string) => Promise<void>;
}

const FORMATS: Readonly<Record<string, Format>> = {
  csv: {
    read: (path, options = {}) => dataframe.readCSV(path, { parseDates: true, ...options }),
    write: (of, path) => of.toCSV(path),
  },
  jsonl: {
    read: (path, options = {}) => dataframe.readJSONLines(path, options),
    write: (of, path) => of.toJSONLines(path),
  },
  parquet: {
    read: (path, options = {}) => dataframe.readParquet(path, options),
    write: (of, path) => of.toParquet(path, { rowGroupSize: 2000 }),
  },
  ipc: {
    read: (path, options = {}) => dataframe.readIPC(path, options),
    write: (of, path) => of.toIPC(path),
  },
};

/** Puts the files of a folder where both servers have them. */
async function serve(path: string, key: string): Promise<void> {
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    await serveBytes(`${key}${file.slice(path.length)}`, readFileSync(file));
  }
}

async function serveBytes(key: string, bytes: Uint8Array): Promise<void> {
  await Promise.all([server, web].map((each) => each.put({ [`/bucket/${key}`]: bytes })));
}

/** Bytes that were asked for by ranges since the log was read last. */
async function bytesAsked(of: ObjectServerElsewhere = server): Promise<number> {
  const ranges = (await of.log()).map((line) => /bytes=(\d+)-(\d+)/.exec(line));
  return ranges.reduce(
    (sum, range) => sum + (range === null ? 0 : Number(range[2]) - Number(range[1]) + 1),
    0,
  );
}

beforeAll(async () => {
  [server, web] = await Promise.all([
    startObjectServerElsewhere({ keys: KEYS }),
    startObjectServerElsewhere(),
  ]);
  process.env["AWS_REGION"] = "eu-north-1";
  process.env["AWS_ENDPOINT_URL"] = server.url;
  setKeys("user", KEYS.user);
  for (const [name, { write }] of Object.entries(FORMATS)) {
    await write(frame, join(folder, `whole.${name}`));
    await serveBytes(`deep/er ä/whole.${name}`, readFileSync(join(folder, `whole.${name}`)));
    await write(frame.repartition(3), join(folder, name, "part-*.data"));
    await serve(join(folder, name), `several/${name}`);
  }
  await frame
    .withColumns(col("n").modulo(3).alias("k"))
    .toParquet(join(folder, "hive"), { partitionBy: "k" });
  await serve(join(folder, "hive"), "hive");
});

beforeEach(async () => {
  setKeys("user", KEYS.user);
  await server.log();
  await web.log();
});

afterAll(async () => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await Promise.all([server.close(), web.close()]);
});

/** What is computed of all rows, of a few columns, and of first rows. */
const QUERIES: Readonly<Record<string, (of: DataFrame) => DataFrame>> = {
  rows: (of) => of,
  columns: (of) => of.select("x", "n").withColumns(col("x").multiply(2).alias("y")),
  filter: (of) => of.filter(col("n").ge(7990).and(col("n").lt(8010))).select("n", "text"),
  groups: (of) => of.groupBy("text").agg(col("x").sum(), len().alias("rows")).sort("text"),
  twice: (of) => of.filter(col("n").lt(3)).join(of.select("n", "x"), { on: "n" }),
  first: (of) => of.head(7),
  "first after others": (of) => of.filter(col("n").gt(4000)).head(2),
  slice: (of) => of.slice(11_990, 20),
  last: (of) => of.tail(3),
  index: (of) => of.withRowIndex("row").filter(col("n").eq(12_345)),
  none: (of) => of.filter(col("n").lt(0)),
  count: (of) => of.select(len().alias("rows")),
};

describe.each(Object.keys(FORMATS))("objects of %s", (name) => {
  const { read } = FORMATS[name] as Format;

  it.each(Object.entries(QUERIES))("give the rows that files give: %s", async (_, query) => {
    const expected = await columnsOf(query(read(join(folder, `whole.${name}`))));
    for (const url of [
      `s3://bucket/deep/er ä/whole.${name}`,
      `${web.url}/bucket/deep/er%20%C3%A4/whole.${name}`,
    ]) {
      const found = query(read(url));
      expect(await columnsOf(found)).toEqual(expected);
      expect((await found.toRecords({ engine: "streaming" })).length).toBe(
        expected[found.columns[0] ?? ""]?.length,
      );
    }
  });

  it("are several by a folder, a pattern and names", async () => {
    const urls = [0, 1, 2].map((piece) => `s3://bucket/several/${name}/part-0000${piece}.data`);
    const expected = await columnsOf(read(join(folder, `whole.${name}`)));
    for (const wanted of [
      `s3://bucket/several/${name}`,
      `s3://bucket/several/${name}/`,
      `s3://bucket/sev*/${name}/part-?????.data`,
      `s3://bucket/**/${name}/*.data`,
      urls,
    ]) {
      const found = read(wanted, { includePath: "from" });
      expect(found.npartitions).toBe(3);
      const { from, ...columns } = await columnsOf(found);
      expect(columns).toEqual(expected);
      expect([...new Set(from)]).toEqual(urls);
      const last = found.filter(col("from").eq(urls[2] ?? "")).select("n");
      expect((await columnsOf(last))["n"]?.at(0)).toEqual(expected["n"]?.at(-(await last.len())));
    }
  });

  it("are cut into pieces", async () => {
    const whole = read(`s3://bucket/deep/er ä/whole.${name}`);
    const target = join(folder, `cut-${name}`);
    await whole.withColumns(col("x").add(1)).toParquet(`${target}/`, { engine: "disk" });
    const expected = await columnsOf(whole.withColumns(col("x").add(1)));
    expect(await columnsOf(dataframe.readParquet(target))).toEqual(expected);
    const pieces = whole.repartition(4).sort("n", { descending: true }).select("n");
    expect((await columnsOf(pieces))["n"]?.[0]).toEqual(expected["n"]?.at(-1));
  });

  it("are not read where nobody wants rows", async () => {
    const whole = read(`s3://bucket/deep/er ä/whole.${name}`);
    await server.log();
    expect(whole.filter(col("n").gt(5)).select("n").explain()).toContain("Anonymous SCAN");
    expect(whole.columns).toEqual(frame.columns);
    expect(await server.log()).toEqual([]);
  });

  it("that change are found out", async () => {
    const key = `changing.${name}`;
    const bytes = readFileSync(join(folder, `whole.${name}`));
    await serveBytes(key, bytes);
    const found = read(`s3://bucket/${key}`);
    await serveBytes(key, Buffer.concat([bytes, bytes]));
    await expectRejection(
      found.select("n").sum().compute(),
      "INVALID_FILE",
      `s3://bucket/${key} has changed`,
    );
  });
});

describe("Parquet objects", () => {
  const url = "s3://bucket/deep/er ä/whole.parquet";

  it("are read by the columns and row groups that are wanted", async () => {
    const { size } = { size: readFileSync(join(folder, "whole.parquet")).length };
    const whole = dataframe.readParquet(url);
    await server.log();
    await whole.compute();
    const all = await bytesAsked();
    expect(all).toBeGreaterThan(size / 2);
    const footer = Math.min(size, 64 * 1024);
    await whole.select("day").compute();
    const column = (await bytesAsked()) - footer;
    // Ranges that lie near each other are one, so others come with it.
    expect(column).toBeLessThan((all - footer) / 2 + 64 * 1024);
    for (const filter of [
      col("n").eq(8005),
      col("n").lt(100),
      col("x").le(10),
      col("day").eq(new Date(Date.UTC(2024, 0, 3))),
      col("n").gt(30_000),
      col("n").isNull(),
      col("n").gt(3000).and(col("n").lt(3500)).or(col("n").eq(1)),
    ]) {
      const found = await whole.filter(filter).select("n", "text").toRecords();
      const few = (await bytesAsked()) - footer;
      expect(few).toBeLessThan((all - footer) / 2);
      expect(found).toEqual(await frame.filter(filter).select("n", "text").toRecords());
    }
    expect(await whole.len()).toBe(ROWS);
    expect((await bytesAsked()) - footer).toBeLessThan(all - footer);
  });

  it("may have NaN, which is greater than all", async () => {
    const odd = dataframe.fromMap({ x: [1, Number.NaN, 2, 3], y: [1, 2, 3, 4] });
    await odd.toParquet(join(folder, "nan.parquet"), { rowGroupSize: 2 });
    await serveBytes("nan.parquet", readFileSync(join(folder, "nan.parquet")));
    const found = dataframe.readParquet("s3://bucket/nan.parquet");
    for (const filter of [col("x").gt(5), col("x").ge(2), col("x").lt(2), col("x").eq(1), col("x").isNan()]) {
      expect(await found.filter(filter).toRecords()).toEqual(await odd.filter(filter).toRecords());
    }
  });

  it("have folders that say a value", async () => {
    const local = dataframe.readParquet(join(folder, "hive"));
    const remote = dataframe.readParquet("s3://bucket/hive");
    expect(remote.schema).toEqual(local.schema);
    expect(await remote.sort("n").toRecords()).toEqual(await local.sort("n").toRecords());
    await server.log();
    const one = remote.filter(col("k").eq(2)).select("n", "k").sort("n");
    expect(await one.toRecords()).toEqual(
      await local.filter(col("k").eq(2)).select("n", "k").sort("n").toRecords(),
    );
    const asked = await server.log();
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((line) => !line.includes("k%3D2") && !line.includes("k=2"))).toEqual([]);
  });

  it("that are broken say so", async () => {
    const bytes = readFileSync(join(folder, "whole.parquet"));
    const broken: Readonly<Record<string, Uint8Array>> = {
      cut: bytes.subarray(0, -9),
      empty: bytes.subarray(0, 0),
      short: bytes.subarray(0, 5),
      footer: Buffer.concat([bytes.subarray(0, -30), Buffer.alloc(22, 255), bytes.subarray(-8)]),
      length: Buffer.concat([bytes.subarray(0, -8), Buffer.from([255, 255, 255, 127]), bytes.subarray(-4)]),
    };
    for (const [name, object] of Object.entries(broken)) {
      await serveBytes(`broken/${name}.parquet`, object);
      const place = `s3://bucket/broken/${name}.parquet`;
      expectError(() => dataframe.readParquet(place), "INVALID_VALUE", place);
      await expectRejection(
        Promise.resolve().then(async () => await dataframe.readParquet([url, place]).compute()),
        "INVALID_VALUE",
        place,
      );
    }
  });

  it("with other columns than the first say which", async () => {
    await dataframe
      .fromMap({ n: ["a"], text: ["b"], x: [1], day: [null] })
      .toParquet(join(folder, "typed.parquet"));
    await serveBytes("typed.parquet", readFileSync(join(folder, "typed.parquet")));
    await expectRejection(
      dataframe.readParquet([url, "s3://bucket/typed.parquet"]).compute(),
      "SCHEMA_MISMATCH",
      's3://bucket/typed.parquet has the column "n" as str',
    );
  });
});

describe("several objects in pieces", () => {
  it.each(Object.keys(FORMATS))("have their own rows: %s", async (name) => {
    const { read } = FORMATS[name] as Format;
    const target = join(folder, `pieces-${name}`);
    await read(`s3://bucket/several/${name}/`).toParquet(`${target}/`, { engine: "disk" });
    expect(readdirSync(target)).toHaveLength(3);
    expect(await columnsOf(dataframe.readParquet(target))).toEqual(
      await columnsOf(read(join(folder, `whole.${name}`))),
    );
  });

  it.each(["parquet", "ipc"])("are named if they have other columns: %s", async (name) => {
    const { read, write } = FORMATS[name] as Format;
    const first = `s3://bucket/several/${name}/part-00000.data`;
    const others = {
      typed: [frame.withColumns(col("x").cast("str")), 'has the column "x" as str, which is f64 in'],
      lacking: [frame.drop("x"), 'lacks the column "x" of'],
    } as const;
    for (const [of, [rows, message]] of Object.entries(others)) {
      const url = `s3://bucket/other/${of}.${name}`;
      const path = join(folder, `other-${of}.${name}`);
      await write(rows as DataFrame, path);
      await serveBytes(`other/${of}.${name}`, readFileSync(path));
      for (const options of [{}, { engine: "disk" }] as const) {
        for (const includePath of [undefined, "from"]) {
          const both = read([first, url], { includePath });
          const target = join(folder, `refused-${name}`);
          for (const go of [() => both.compute(options), () => both.toCSV(`${target}/`, options)])
            await expectRejection(go(), "SCHEMA_MISMATCH", `${url} ${message} ${first}`);
          expect(existsSync(target)).toBe(false);
          expect(await both.select("n").sum().toRecords(options)).toEqual(
            await dataframe
              .concat([frame.select("n"), read(first).select("n")])
              .sum()
              .toRecords(),
          );
        }
      }
    }
  });
});

describe("objects of text", () => {
  it("are read from the beginning as far as is needed", async () => {
    const lines = Array.from({ length: 400_000 }, (_, row) => `${row},${row}.5`).join("\n");
    await serveBytes("long.csv", Buffer.from(`a,b\n${lines}\n`));
    const long = dataframe.readCSV("s3://bucket/long.csv");
    expect(await bytesAsked()).toBeLessThan(2 ** 20 + 1);
    expect(await long.head(3).toRecords()).toHaveLength(3);
    expect(await bytesAsked()).toBeLessThan(2 ** 20 + 1);
    expect(await long.len()).toBe(400_000);
  });

  it("may be compressed", async () => {
    await serveBytes("zipped.csv.gz", gzipSync("a,b\n1,x\n2,y\n"));
    const zipped = dataframe.readCSV("s3://bucket/zipped.csv.gz");
    expect(await columnsOf(zipped)).toEqual({ a: [1n, 2n], b: ["x", "y"] });
  });

  it("that are wrong say which and where", async () => {
    await serveBytes("good.csv", Buffer.from("a,b\n1,2\n"));
    await serveBytes("wrong.csv", Buffer.from("a,b\n1,x\n"));
    await serveBytes("ragged.csv", Buffer.from("a,b\n1,2,3\n"));
    await serveBytes("empty.csv", Buffer.of());
    const wrong = dataframe.readCSV(["s3://bucket/good.csv", "s3://bucket/wrong.csv"]);
    await expectRejection(wrong.compute(), "INVALID_VALUE", "s3://bucket/wrong.csv");
    await expectRejection(
      dataframe.readCSV("s3://bucket/ragged.csv").compute(),
      "INVALID_VALUE",
      "ragged.csv",
    );
    expectError(() => dataframe.readCSV("s3://bucket/empty.csv"), "INVALID_VALUE", "empty.csv");
  });
});

describe("URLs", () => {
  it("that can't be read say why", async () => {
    const missing = "s3://bucket/none.csv";
    expectError(() => dataframe.readCSV(missing), "FILE_NOT_FOUND", missing);
    expectError(
      () => dataframe.readCSV("s3://bucket/none/*.csv"),
      "FILE_NOT_FOUND",
      "s3://bucket/none/*.csv",
    );
    expectError(() => dataframe.readCSV(`${web.url}/none.csv`), "FILE_NOT_FOUND", `${web.url}/none.csv`);
    expectError(() => dataframe.readCSV("s3://missing/x.csv"), "FILE_ACCESS", 'no bucket "missing"');
    expectError(() => dataframe.readCSV("s3://missing/*.csv"), "FILE_ACCESS", 'no bucket "missing"');
    expectError(() => dataframe.readCSV("s3://bu*/x.csv"), "INVALID_ARGUMENT", "names no bucket");
    expectError(() => dataframe.readCSV(`${web.url}/*.csv`), "INVALID_ARGUMENT", "name each file");
    expectError(() => dataframe.readCSV([missing, "/x.csv"]), "INVALID_ARGUMENT", "not both");
    expectError(() => dataframe.readCSV("gs://bucket/x.csv"), "INVALID_ARGUMENT", "s3://");
    // Nobody listens at the first of the ports that only root may have.
    const nobody = "http://127.0.0.1:1/x.csv";
    expectError(() => dataframe.readCSV(nobody), "NETWORK", `${nobody} cannot be reached`);
    const there = dataframe.readParquet("s3://bucket/deep/er ä/whole.parquet");
    setKeys("user", "wrong");
    expectError(() => dataframe.readCSV("s3://bucket/x.csv"), "FILE_ACCESS", "s3://bucket/x.csv");
    await expectRejection(there.compute(), "FILE_ACCESS", "whole.parquet");
  });

  it("whose servers fail are asked again, and not for ever", async () => {
    const found = dataframe.readParquet("s3://bucket/deep/er ä/whole.parquet");
    await server.fail(503, "hang up", 500);
    expect(await found.len()).toBe(ROWS);
    await server.fail(500, 500, 500, 500, 500);
    await expectRejection(found.compute(), "NETWORK", "the server answered 500 (SlowDown)");
  });
});

describe("on a cluster", () => {
  const small = useSmallCluster();

  it.each(Object.keys(FORMATS))("workers read objects of %s", async (name) => {
    const { read } = FORMATS[name] as Format;
    const found = read(`s3://bucket/deep/er ä/whole.${name}`).repartition(5);
    expect(small.client).toBeDefined();
    const groups = (of: DataFrame): DataFrame =>
      of.filter(col("n").ge(1000)).groupBy("text").agg(col("x").sum(), len().alias("rows")).sort("text");
    expect(await groups(found).toRecords({ scheduler: "distributed" })).toEqual(
      await groups(read(join(folder, `whole.${name}`))).toRecords({ scheduler: "threads" }),
    );
  });
});
