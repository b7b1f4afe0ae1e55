import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { col, config, type DataFrame, dataframe } from "bramble";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { expectRejection } from "../support/errors.js";
import { columnsOf, temporaryFolder } from "../support/frames.js";
import {
  type ObjectServerElsewhere,
  startObjectServerElsewhere,
} from "../support/object-server-elsewhere.js";
import { useSmallCluster } from "../support/small-cluster.js";

const SECRET = "secret/with+signs";
const VARIABLES = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL"] as const;

const before = VARIABLES.map((name) => [name, process.env[name]] as const);
const spillFolder = join(temporaryFolder(), "spill");
let server: ObjectServerElsewhere;

const frame = dataframe.fromMap({
  n: Array.from({ length: 3000 }, (_, row) => row),
  k: Array.from({ length: 3000 }, (_, row) => (row % 3 === 0 ? "a b/ü" : "c")),
}) as DataFrame;

/** The keys of the objects that are there. */
async function keys(): Promise<string[]> {
  return [...(await server.objects()).keys()].map((path) => path.replace("/bucket/", "")).sort();
}

beforeAll(async () => {
  server = await startObjectServerElsewhere({ keys: { user: SECRET } });
  process.env["AWS_REGION"] = "eu-north-1";
  process.env["AWS_ENDPOINT_URL"] = server.url;
  process.env["AWS_ACCESS_KEY_ID"] = "user";
  config.set({ "memory.spillFolder": spillFolder });
  mkdirSync(spillFolder);
});

beforeEach(async () => {
  process.env["AWS_SECRET_ACCESS_KEY"] = SECRET;
  for (const path of (await server.objects()).keys()) await server.remove(path);
});

afterEach(async () => {
  expect(await server.uploads()).toEqual([]);
  expect(readdirSync(spillFolder)).toEqual([]);
});

afterAll(async () => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  rmSync(spillFolder, { recursive: true });
  await server.close();
});

describe("rows in objects of S3", () => {
  it.each([
    ["csv", (of: DataFrame, url: string) => of.toCSV(url), dataframe.readCSV],
    ["jsonl", (of: DataFrame, url: string) => of.toJSONLines(url), dataframe.readJSONLines],
    ["parquet", (of: DataFrame, url: string) => of.toParquet(url), dataframe.readParquet],
    ["ipc", (of: DataFrame, url: string) => of.toIPC(url), dataframe.readIPC],
  ] as const)("are read back: %s", async (name, write, read) => {
    await write(frame, `s3://bucket/er ä/whole.${name}`);
    await write(frame.repartition(3), `s3://bucket/folder/${name}/`);
    await write(frame.repartition(2), `s3://bucket/folder/pattern/x-*.${name}`);
    expect(await keys()).toEqual([
      `er ä/whole.${name}`,
      ...[0, 1, 2].map((piece) => `folder/${name}/part-0000${piece}.${name}`),
      ...[0, 1].map((piece) => `folder/pattern/x-0000${piece}.${name}`),
    ]);
    const expected = await columnsOf(frame);
    for (const url of [`er ä/whole.${name}`, `folder/${name}/`, `folder/pattern/*.${name}`])
      expect(await columnsOf(read(`s3://bucket/${url}`) as DataFrame)).toEqual(expected);
  });

  it("may be in folders that say a value, and have a file about all", async () => {
    await frame.toParquet("s3://bucket/hive", { partitionBy: "k", writeMetadataFile: true });
    expect(await keys()).toContain("hive/_metadata");
    const found = dataframe.readParquet("s3://bucket/hive") as DataFrame;
    expect(await found.sort("n").select("n", "k").toRecords()).toEqual(await frame.toRecords());
    const shown = (await server.log()).filter((line) => line.startsWith("POST") && line.includes("uploadId"));
    expect(shown.at(-1)).toContain("_metadata");
  });

  it("may take several parts", async () => {
    const long = dataframe.fromMap({ x: Float64Array.from({ length: 2_500_000 }, (_, row) => row / 8) });
    await long.toIPC("s3://bucket/long.ipc");
    const parts = (await server.log()).filter((line) => line.includes("partNumber"));
    expect(parts).toHaveLength(3);
    expect(await (dataframe.readIPC("s3://bucket/long.ipc") as DataFrame).sum().toRecords()).toEqual(
      await long.sum().toRecords(),
    );
  });

  it("may be none", async () => {
    const none = frame.filter(col("n").lt(0));
    await none.toCSV("s3://bucket/none.csv", { header: false });
    await none.toParquet("s3://bucket/none.parquet");
    expect((await server.objects()).get("/bucket/none.csv")).toHaveLength(0);
    expect(await (dataframe.readParquet("s3://bucket/none.parquet") as DataFrame).len()).toBe(0);
  });

  it("come from a disk", async () => {
    await frame.repartition(4).sort("k").toParquet("s3://bucket/sorted/", { engine: "disk" });
    const found = dataframe.readParquet("s3://bucket/sorted/") as DataFrame;
    expect(await found.toRecords()).toEqual(await frame.sort("k").toRecords());
  });
});

describe("what is there already", () => {
  it("is replaced if that is wanted, and its other objects go", async () => {
    await frame.repartition(3).toCSV("s3://bucket/x/");
    await frame.toCSV("s3://bucket/x.csv");
    for (const url of ["s3://bucket/x/", "s3://bucket/x/y-*.csv", "s3://bucket/x.csv"]) {
      await server.log();
      await expectRejection(frame.toCSV(url), "FILE_EXISTS", `${url} is there already`);
      expect((await server.log()).filter((line) => !/^(GET|HEAD)/.test(line))).toEqual([]);
    }
    await frame.head(2).repartition(1).toCSV("s3://bucket/x/", { overwrite: true });
    await frame.head(1).toCSV("s3://bucket/x.csv", { overwrite: true });
    expect(await keys()).toEqual(["x.csv", "x/part-00000.csv"]);
    expect(await (dataframe.readCSV("s3://bucket/x/") as DataFrame).len()).toBe(2);
    expect(await (dataframe.readCSV("s3://bucket/x.csv") as DataFrame).len()).toBe(1);
  });

  it("stays if something fails before all bytes are sent", async () => {
    await frame.repartition(3).toCSV("s3://bucket/x/");
    const old = await server.objects();
    const failing = frame.withColumns(col("k").cast("i64"));
    await expectRejection(failing.toCSV("s3://bucket/x/", { overwrite: true }), "SCHEMA_MISMATCH", "i64");
    // What is there is listed in two answers, an upload is begun, and its part is tried five times.
    await server.fail(...Array<"answer">(3).fill("answer"), ...Array<500>(5).fill(500));
    await expectRejection(
      frame.toCSV("s3://bucket/x/", { overwrite: true }),
      "NETWORK",
      "s3://bucket/x/part",
    );
    await server.log();
    process.env["AWS_SECRET_ACCESS_KEY"] = "wrong";
    await expectRejection(frame.toCSV("s3://bucket/x/", { overwrite: true }), "FILE_ACCESS", "s3://bucket/x");
    process.env["AWS_SECRET_ACCESS_KEY"] = SECRET;
    expect(await server.objects()).toEqual(old);
  });
});

describe("several files that fail in one upload", () => {
  afterEach(async () => server.refuseParts(0));

  it("are all given up, and no more are begun", async () => {
    await frame.head(1).toCSV("s3://bucket/x/");
    const old = await server.objects();
    await server.log();
    // As many as are sent side by side: each has begun before any fails.
    await server.refuseParts(4);
    const failed = frame.repartition(9).toCSV("s3://bucket/x/", { overwrite: true });
    await expectRejection(failed, "NETWORK", "s3://bucket/x/part-0000");
    const asked = (await server.log()).map((line) => line.split("&")[0]?.replace(/part-0000\d/, "part"));
    const count = (of: RegExp): number => asked.filter((line) => of.test(line ?? "")).length;
    expect([count(/^POST .*uploads=/), count(/^PUT/), count(/^DELETE/)]).toEqual([4, 4, 4]);
    expect(count(/^POST/)).toBe(4);
    expect(await server.objects()).toEqual(old);
  });
});

describe("an upload that is to be shown", () => {
  const url = "s3://bucket/x.csv";
  /** What is asked before: whether there is an object, twice if there is none, and then for an upload and its part. */
  const BEFORE = { none: Array<"answer">(4).fill("answer"), object: Array<"answer">(3).fill("answer") };

  /** The requests that an object be shown, since the log was read last. */
  async function shown(): Promise<number> {
    return (await server.log()).filter((line) => /^POST .*uploadId/.test(line)).length;
  }

  it("is, where the answer that it was is lost", async () => {
    await server.log();
    await server.fail(...BEFORE.none, "lose");
    await frame.toCSV(url);
    expect(await shown()).toBe(2);
    expect(await (dataframe.readCSV(url) as DataFrame).toRecords()).toEqual(
      await frame.withColumns(col("n").cast("i64")).toRecords(),
    );
  });

  it("is not, where the server has forgotten it and has other bytes or none", async () => {
    await server.log();
    await server.fail(...BEFORE.none, "hang up", "forget");
    await expectRejection(frame.toCSV(url), "FILE_NOT_FOUND", url);
    expect(await shown()).toBe(2);
    await frame.head(5).toCSV(url);
    await server.log();
    await server.fail(...BEFORE.object, "hang up", "forget");
    await expectRejection(frame.toCSV(url, { overwrite: true }), "FILE_NOT_FOUND", url);
    expect(await shown()).toBe(2);
    expect(await (dataframe.readCSV(url) as DataFrame).len()).toBe(5);
  });

  it("is not, where the server has never known it", async () => {
    await frame.toCSV(url);
    await server.log();
    await server.fail(...BEFORE.object, "forget");
    await expectRejection(frame.toCSV(url, { overwrite: true }), "FILE_NOT_FOUND", url);
    expect(await shown()).toBe(1);
  });
});

describe("who can't be written to", () => {
  it("is named", async () => {
    await expectRejection(frame.toCSV(`${server.url}/bucket/x.csv`), "INVALID_ARGUMENT", "only read");
    await expectRejection(frame.toCSV("s3://missing/x.csv"), "FILE_ACCESS", 'no bucket "missing"');
    await expectRejection(
      frame.toParquet("s3://bucket/x.parquet", { writeMetadataFile: true }),
      "INVALID_ARGUMENT",
      "a folder",
    );
  });
});

describe("a cluster", () => {
  useSmallCluster();

  it("writes objects, too", async () => {
    await frame.repartition(3).toParquet("s3://bucket/pieces/", { scheduler: "distributed" });
    expect(await keys()).toEqual([0, 1, 2].map((piece) => `pieces/part-0000${piece}.parquet`));
    const found = dataframe.readParquet("s3://bucket/pieces/") as DataFrame;
    expect(await found.toRecords({ scheduler: "threads" })).toEqual(
      await frame.toRecords({ scheduler: "threads" }),
    );
  });
});
