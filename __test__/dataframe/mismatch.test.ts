import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { col, type DataFrame, dataframe } from "bramble";
import { describe, expect, it } from "vitest";
import { expectError, expectRejection } from "../support/errors.js";
import { temporaryFolder } from "../support/frames.js";
import { useSmallCluster } from "../support/small-cluster.js";

const folder = temporaryFolder();

function csv(name: string, text: string): string {
  const path = join(folder, `${name}.csv`);
  writeFileSync(path, text);
  return path;
}

async function parquet(name: string, columns: Record<string, Iterable<unknown>>): Promise<string> {
  const path = join(folder, `${name}.parquet`);
  await dataframe.fromMap(columns).toParquet(path);
  return path;
}

describe("files that don't go together", () => {
  it.each([
    ["another order", "y,x\n20,10\n", 'has the column "x" in another place than'],
    ["another name", "x,z\n1,2\n", 'lacks the column "y" of'],
    ["a column less", "x\n1\n", 'lacks the column "y" of'],
    ["a column more", "x,y,w\n1,2,3\n", 'has a column "w", which is not in'],
  ])("are named with the column, of CSV with %s", async (name, text, message) => {
    const paths = [csv("first", "x,y\n1,2\n"), csv(name, text)];
    const read = async (): Promise<unknown> => await dataframe.readCSV(paths).compute();
    await expectRejection(read(), "SCHEMA_MISMATCH", message);
    await expectRejection(read(), "SCHEMA_MISMATCH", `${name}.csv`);
  });

  it("are named with the column, of Parquet", async () => {
    const first = await parquet("first", { x: [1], y: [2] });
    const other = await parquet("typed", { x: [1.5], y: [2] });
    const read = dataframe.readParquet([first, other]);
    await expectRejection(
      read.compute(),
      "SCHEMA_MISMATCH",
      `${other} has the column "x" as f64, which is i64`,
    );
    const lacking = await parquet("lacking", { x: [1], z: [2] });
    await expectRejection(
      dataframe.readParquet([first, lacking]).compute(),
      "SCHEMA_MISMATCH",
      `${lacking} lacks the column "y" of ${first}`,
    );
    // Pieces that were read one by one meet here.
    for (const [path, message] of [
      [other, 'has the column "x" as f64, which is i64 in'],
      [lacking, 'lacks the column "y" of'],
    ] as const)
      await expectRejection(
        dataframe.readParquet([first, path]).compute({ engine: "disk" }),
        "SCHEMA_MISMATCH",
        `${path} ${message}`,
      );
  });

  it("are named, of Parquet that is broken", async () => {
    const good = await parquet("whole", { x: [1], y: [2] });
    const bytes = readFileSync(good);
    const broken = {
      cut: bytes.subarray(0, bytes.length - 9),
      empty: bytes.subarray(0, 0),
      footer: Buffer.concat([
        bytes.subarray(0, bytes.length - 30),
        Buffer.alloc(22, 255),
        bytes.subarray(-8),
      ]),
    };
    for (const [name, text] of Object.entries(broken)) {
      const path = join(folder, `${name}.parquet`);
      writeFileSync(path, text);
      expectError(() => dataframe.readParquet(path), "INVALID_VALUE", `${name}.parquet: `);
      await expectRejection(
        dataframe.readParquet([good, path]).compute(),
        "INVALID_VALUE",
        `${name}.parquet`,
      );
    }
  });

  it.each([
    [
      "CSV",
      "x\n1\n",
      "x\nabc\n",
      (paths: string[]) => dataframe.readCSV(paths, { types: { x: "i64" } }),
      "abc",
    ],
    [
      "lines of JSON",
      '{"x":1}\n',
      '{"x":2}\n{"x":\n',
      (paths: string[]) => dataframe.readJSONLines(paths),
      "",
    ],
  ])("are named, of %s with a value that can't be read", async (_, good, bad, read, message) => {
    const paths = [csv("good", good), csv("bad", bad), csv("good2", good)];
    await expectRejection(read(paths).compute(), "INVALID_VALUE", `${paths[1]}: `);
    await expectRejection(read(paths).sum().compute(), "INVALID_VALUE", message);
    await expectRejection(read(paths).sum().compute({ engine: "disk" }), "INVALID_VALUE", "bad.csv: ");
  });

  it("are named, of Arrow that is cut", async () => {
    const paths = ["whole", "cut"].map((name) => join(folder, `${name}.arrow`));
    for (const path of paths) await dataframe.fromMap({ x: [1, 2, 3] }).toIPC(path);
    const [, cut = ""] = paths;
    writeFileSync(cut, readFileSync(cut).subarray(0, -9));
    await expectRejection(dataframe.readIPC(paths).sum().compute(), "INVALID_VALUE", `${cut}: `);
  });

  it("say of other faults what they said", async () => {
    const texts = dataframe.readCSV(csv("texts", "x\nabc\n"));
    const failed = texts.select(col("x").cast("i64")).compute();
    await expectRejection(failed, "SCHEMA_MISMATCH", "abc");
    expect(await failed.catch((error: Error) => error.message)).not.toContain("texts.csv");
  });
});

describe("files that pieces read one by one", () => {
  useSmallCluster();

  const FORMATS = {
    parquet: [(of: DataFrame, path: string) => of.toParquet(path), dataframe.readParquet],
    ipc: [(of: DataFrame, path: string) => of.toIPC(path), dataframe.readIPC],
  } as const;
  type Format = keyof typeof FORMATS;
  const WAYS = {
    threads: { scheduler: "threads" },
    streaming: { scheduler: "threads", engine: "streaming" },
    disk: { scheduler: "threads", engine: "disk" },
    cluster: { scheduler: "distributed" },
  } as const;
  const ways = Object.entries(WAYS);

  async function pair(format: Format, other: Record<string, Iterable<unknown>>): Promise<string[]> {
    const [write] = FORMATS[format];
    const frames = { first: { x: [1, 2], y: [3, 4] }, other };
    return await Promise.all(
      Object.entries(frames).map(async ([name, columns]) => {
        const path = join(mkdtempSync(join(folder, "pair-")), `${name}.${format}`);
        await write(dataframe.fromMap(columns) as DataFrame, path);
        return path;
      }),
    );
  }

  function read(format: Format, paths: readonly string[]): DataFrame {
    return FORMATS[format][1](paths) as DataFrame;
  }

  it.each([
    ["parquet", "a type", { x: [1.5], y: [2] }, 'has the column "x" as f64, which is i64 in'],
    ["parquet", "a column less", { x: [1] }, 'lacks the column "y" of'],
    ["parquet", "a column more", { x: [1], y: [2], z: [3] }, 'has a column "z", which is not in'],
    ["ipc", "a type", { x: [1.5], y: [2] }, 'has the column "x" as f64, which is i64 in'],
    ["ipc", "a column less", { x: [1] }, 'lacks the column "y" of'],
    ["ipc", "a column more", { x: [1], y: [2], z: [3] }, 'has a column "z", which is not in'],
  ] as const)("are named wherever they go, of %s with %s", async (format, _, other, message) => {
    const paths = await pair(format, other);
    const [first, odd] = paths;
    for (const [way, options] of ways) {
      const target = join(folder, `out-${way}`);
      const rows = read(format, paths);
      for (const go of [
        () => rows.compute(options),
        () => rows.toParquet(`${target}/`, options),
        () => rows.toCSV(target, options),
        () => toEnd(rows.batches(options)),
        () => rows.sum().compute(options),
      ])
        await expectRejection(go(), "SCHEMA_MISMATCH", `${odd} ${message} ${first}`);
      expect(existsSync(target)).toBe(false);
    }
  });

  it.each(["parquet", "ipc"] as const)("may have what nobody wants: %s", async (format) => {
    const less = read(format, await pair(format, { x: [5] }));
    const typed = read(format, await pair(format, { x: [5], y: [0.5] }));
    for (const [, options] of ways)
      for (const rows of [less, typed]) {
        expect(await rows.select("x").toRecords(options)).toEqual([{ x: 1n }, { x: 2n }, { x: 5n }]);
        expect(await rows.len(options)).toBe(3);
      }
  });

  it.each([
    ["parquet", "a first column of another type", { x: [1.5], y: [4] }],
    ["parquet", "no first column", { y: [4] }],
    ["ipc", "a first column of another type", { x: [1.5], y: [4] }],
    ["ipc", "no first column", { y: [4] }],
  ] as const)("are counted whatever their columns are: %s with %s", async (format, _, other) => {
    const rows = read(format, await pair(format, other));
    const y = rows.select("y");
    for (const [way, options] of ways) expect(await rows.len(options), way).toBe(3);
    const counts: readonly [DataFrame, number][] = [
      [rows.head(2), 2],
      [rows.sort("y"), 3],
      [rows.withRowIndex("row"), 3],
      [dataframe.concat([rows, dataframe.concat([rows, rows])]), 9],
      [rows.join(y, { how: "cross" }), 9],
      [y.join(rows, { how: "cross" }), 9],
    ];
    // Of these Polars reads some column where it sees the whole query.
    for (const way of ["disk", "cluster"] as const)
      for (const [of, expected] of counts) expect(await of.len(WAYS[way]), way).toBe(expected);
  });

  it.each(["parquet", "ipc"] as const)("may have another order, and null of no type: %s", async (format) => {
    const rows = read(format, await pair(format, { y: [null], x: [5] }));
    const target = `${join(folder, `order-${format}`)}/`;
    const expected = [
      { x: 1n, y: 3n },
      { x: 2n, y: 4n },
      { x: 5n, y: null },
    ];
    for (const [, options] of ways) {
      expect(await rows.toRecords(options)).toEqual(expected);
      await rows.toParquet(target, { overwrite: true, ...options });
      expect(await dataframe.readParquet(target).toRecords()).toEqual(expected);
    }
  });
});

async function toEnd(batches: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of batches);
}

describe("a cross join", () => {
  const three = dataframe.fromMap({ x: [1, 2, 3] });

  it("of too many rows is refused", async () => {
    const cross = three.join(three, { how: "cross", maxRows: 8 });
    await expectRejection(cross.compute(), "OUT_OF_MEMORY", "3 and 3 rows has 9");
    await expectRejection(cross.head(1).compute(), "OUT_OF_MEMORY", "maxRows");
    expect(await three.join(three, { how: "cross", maxRows: 9 }).len()).toBe(9);
  });

  it("alone is limited so", () => {
    expect(() => three.join(three, { on: "x", maxRows: 9 })).toThrowError("only cross joins");
  });
});
