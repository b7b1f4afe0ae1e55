import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { col, type ColumnTypeLike, type DataFrame, dataframe, len } from "bramble";
import { describe, expect, it } from "vitest";
import { expectError, expectRejection } from "../support/errors.js";
import { columnsOf, temporaryFolder } from "../support/frames.js";

const folder = temporaryFolder();
let next = 0;

/** A file with this text. */
function fileOf(text: string | Uint8Array, name = `file-${next++}.csv`): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const frame = dataframe.fromMap(
  {
    i: [1n, null, 3n],
    f: [0.5, Number.NaN, null],
    s: ["a,b", 'say "x"\nline', null],
    b: [true, null, false],
    d: [new Date("2024-02-29"), null, new Date("1960-01-01")],
    t: [new Date("2024-02-29T01:02:03.004Z"), null, new Date(0)],
  },
  { schema: { i: "i64", f: "f64", s: "str", b: "bool", d: "date", t: "datetime" } },
);

describe("CSV files", () => {
  it("are read with types that are guessed or given", async () => {
    const path = fileOf("id,name,x\n1,Ada,0.5\n2,,1e3\n3,Cy,\n");
    const read = dataframe.readCSV(path);
    expect(read.schema).toEqual({ id: "i64", name: "str", x: "f64" });
    expect(await columnsOf(read)).toEqual({
      id: [1n, 2n, 3n],
      name: ["Ada", null, "Cy"],
      x: [0.5, 1000, null],
    });
    const typed = dataframe.readCSV(path, { types: { id: "u8" } });
    expect(typed.schema).toEqual({ id: "u8", name: "str", x: "f64" });
    const given = dataframe.readCSV(path, { schema: { a: "i32", b: "str", c: "f32" } });
    expect(await columnsOf(given)).toEqual({ a: [1, 2, 3], b: ["Ada", null, "Cy"], c: [0.5, 1000, null] });
  });

  it("are read as they were written", async () => {
    const quoted = dataframe.readCSV(fileOf('a;b\n"x;y";"line\nbreak"\n# left out\n"say ""hi""";-\n'), {
      separator: ";",
      comment: "#",
      nullValues: ["-"],
    });
    expect(await columnsOf(quoted)).toEqual({ a: ["x;y", 'say "hi"'], b: ["line\nbreak", null] });
    const bare = dataframe.readCSV(fileOf("note\n1,2\n3,4\n"), { header: false, skipLines: 1 });
    expect(await columnsOf(bare)).toEqual({ column_1: [1n, 3n], column_2: [2n, 4n] });
    const dates = dataframe.readCSV(fileOf("d\n2024-01-02\n"), { parseDates: true });
    expect(dates.schema).toEqual({ d: "date" });
    const comma = dataframe.readCSV(fileOf("x;y\n1,5;2\n"), { separator: ";", decimalComma: true });
    expect(await columnsOf(comma)).toEqual({ x: [1.5], y: [2n] });
    const windows = dataframe.readCSV(fileOf("a,b\r\n1,x\r\n"));
    expect(await columnsOf(windows)).toEqual({ a: [1n], b: ["x"] });
    const marked = dataframe.readCSV(fileOf("\ufeffa\n1\n"));
    expect(await columnsOf(marked)).toEqual({ a: [1n] });
  });

  it("may be several, compressed, and say which a row is from", async () => {
    mkdirSync(join(folder, "many"));
    fileOf("x,y\n1,a\n2,b\n", "many/1.csv");
    fileOf("x,y\n3,c\n", "many/2.csv");
    fileOf("x,y\n9,z\n", "many/_hidden.csv");
    // What a writer leaves behind that is killed.
    mkdirSync(join(folder, "many/.out.partial-1"));
    fileOf("z\nhalf", "many/.out.partial-1/part-0.csv");
    const read = dataframe.readCSV(join(folder, "many/*.csv"), { includePath: "path" });
    expect(read.npartitions).toBe(2);
    const { x, path } = await columnsOf(read);
    expect(x).toEqual([1n, 2n, 3n]);
    expect(path).toEqual(["1.csv", "1.csv", "2.csv"].map((name) => join(folder, "many", name)));
    expect(await dataframe.readCSV(join(folder, "many")).len()).toBe(3);
    expect(await dataframe.readCSV([join(folder, "many/2.csv"), join(folder, "many/1.csv")]).len()).toBe(3);
    const zipped = fileOf(gzipSync("x\n1\n2\n"), "zipped.csv.gz");
    expect(await columnsOf(dataframe.readCSV(zipped))).toEqual({ x: [1n, 2n] });
  });

  it("are right where quoted line breaks cross the parts that are read at once", async () => {
    const rows = Array.from({ length: 40_000 }, (_, row) => `${row},"a ${row}\n""b"", c"`);
    const path = fileOf(`n,s\n${rows.join("\n")}\n`);
    const read = dataframe.readCSV(path);
    const whole = await read.select(len().alias("rows"), col("n").sum()).toRecords();
    expect(whole).toEqual([{ rows: 40_000, n: BigInt((40_000 * 39_999) / 2) }]);
    const wrong = read.filter(col("s").ne(col("n").cast("str").str.replace("^(.*)$", 'a $1\n"b", c')));
    expect(await wrong.len()).toBe(0);
    expect(await read.filter(col("n").eq(39_999)).toRecords()).toEqual([
      { n: 39_999n, s: 'a 39999\n"b", c' },
    ]);
  });

  it("that are wrong say where", async () => {
    const path = fileOf("n,s\n1,a\n2,b\n1.5,c\n");
    await expectRejection(
      dataframe.readCSV(path, { sample: 2 }).compute(),
      "INVALID_VALUE",
      `${path}: line 4 (row 3): could not parse \`1.5\` as dtype \`i64\` in column "n", at byte 12`,
    );
    expect((await columnsOf(dataframe.readCSV(path, { sample: 2, ignoreErrors: true })))["n"]).toEqual([
      1n,
      2n,
      null,
    ]);
    expect(dataframe.readCSV(path).schema).toEqual({ n: "f64", s: "str" });
    const ragged = fileOf("a,b\n1,2\n3,4,5\n");
    await expectRejection(
      dataframe.readCSV(ragged).compute(),
      "INVALID_VALUE",
      `${ragged}: line 3 (row 2): 3 values, but there are 2 columns, at byte 8: \`truncateRaggedLines\``,
    );
    expect(await columnsOf(dataframe.readCSV(ragged, { truncateRaggedLines: true }))).toEqual({
      a: [1n, 3n],
      b: [2n, 4n],
    });
    expectError(() => dataframe.readCSV(join(folder, "none.csv")), "FILE_NOT_FOUND", "none.csv");
    expectError(() => dataframe.readCSV(join(folder, "none*.csv")), "FILE_NOT_FOUND", "none");
    expectError(() => dataframe.readCSV(fileOf("")), "INVALID_VALUE", "empty");
    expectError(() => dataframe.readCSV(path, { types: { q: "i8" } }), "COLUMN_NOT_FOUND", "q");
    expectError(() => dataframe.readCSV(path, { separator: "::" }), "INVALID_ARGUMENT", "separator");
    expectError(() => dataframe.readCSV(7 as unknown as string), "INVALID_ARGUMENT", "a path");
    expectError(() => dataframe.readCSV(path, { sep: ";" } as object), "INVALID_ARGUMENT", "`sep`");
    const latin = fileOf(Uint8Array.of(0x61, 0x0a, 0xe9, 0x0a));
    await expectRejection(dataframe.readCSV(latin).compute(), "INVALID_VALUE", "utf-8");
    const wide = fileOf(Buffer.from("\ufeffa,b\n1,2\n", "utf16le"));
    expectError(() => dataframe.readCSV(wide), "INVALID_VALUE", `${wide} is UTF-16`);
    expect(await columnsOf(dataframe.readCSV(latin, { encoding: "utf8-lossy" }))).toEqual({ a: ["\ufffd"] });
  });
});

describe("files of all formats", () => {
  interface Access {
    readonly write: (path: string, of: DataFrame, options?: object) => Promise<void>;
    readonly read: (path: string) => DataFrame;
    /** Reads a file of other columns. */
    readonly bare?: (path: string) => DataFrame;
  }
  const formats: Readonly<Record<string, Access>> = {
    parquet: {
      write: (path: string, of: DataFrame, options = {}) => of.toParquet(path, options),
      read: (path: string) => dataframe.readParquet(path),
    },
    ipc: {
      write: (path: string, of: DataFrame, options = {}) => of.toIPC(path, options),
      read: (path: string) => dataframe.readIPC(path),
    },
    jsonl: {
      write: (path: string, of: DataFrame, options = {}) => of.toJSONLines(path, options),
      read: (path: string) => dataframe.readJSONLines(path, { types: { d: "date", t: "datetime" } }),
      bare: (path: string) => dataframe.readJSONLines(path),
    },
    csv: {
      write: (path: string, of: DataFrame, options = {}) => of.toCSV(path, options),
      read: (path: string) => dataframe.readCSV(path, { types: { d: "date", t: "datetime" } }),
      bare: (path: string) => dataframe.readCSV(path),
    },
  };

  for (const [name, { write, read, bare = read }] of Object.entries(formats)) {
    it(`keep what was written as ${name}`, async () => {
      const path = join(folder, `whole.${name}`);
      await write(path, frame as DataFrame);
      const back = read(path);
      expect(back.schema).toEqual(frame.schema);
      const expected = await columnsOf(frame as DataFrame);
      // JSON has no NaN.
      if (name === "jsonl") expected["f"] = [0.5, null, null];
      expect(await columnsOf(back)).toEqual(expected);
      await expectRejection(write(path, frame as DataFrame), "FILE_EXISTS", "overwrite");
      await write(path, frame.head(1) as DataFrame, { overwrite: true });
      expect(await read(path).len()).toBe(1);
    });

    it(`are folders of pieces as ${name}`, async () => {
      const path = join(folder, `pieces-${name}`);
      const numbers = dataframe.fromMap({ x: Int32Array.from({ length: 10 }, (_, index) => index) });
      await write(`${path}/`, numbers.repartition(3));
      expect(readdirSync(path)).toEqual([0, 1, 2].map((piece) => `part-0000${piece}.${name}`));
      const back = await columnsOf(bare(path));
      expect(back["x"]?.map(Number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      await write(join(path, `again-*.${name}`), numbers.repartition(2), { overwrite: true });
      expect(readdirSync(path)).toEqual([`again-00000.${name}`, `again-00001.${name}`]);
    });
  }

  it("leave nothing behind when rows can't be computed", async () => {
    const wrong = frame.select(col("s").cast("i64"));
    const path = join(folder, "never.csv");
    await expectRejection(wrong.toCSV(path), "SCHEMA_MISMATCH", "");
    await expectRejection(wrong.toParquet(`${join(folder, "never")}/`), "SCHEMA_MISMATCH", "");
    expect(readdirSync(folder).filter((name) => name.includes("never"))).toEqual([]);
    await expectRejection(frame.toCSV(join(folder, "no/such/place.csv")), "FILE_NOT_FOUND", "place.csv");
  });

  it("may be computed without memory for them all", async () => {
    const path = fileOf(`g,x\n${Array.from({ length: 5000 }, (_, row) => `${row % 7},${row}`).join("\n")}\n`);
    const grouped = dataframe.readCSV(path).groupBy("g").agg(col("x").sum(), len().alias("n")).sort("g");
    expect(await grouped.toRecords({ engine: "streaming" })).toEqual(
      await grouped.toRecords({ engine: "memory" }),
    );
  });

  it("of Parquet are read by columns and by folders that say a value", async () => {
    for (const year of [2023, 2024]) {
      mkdirSync(join(folder, `hive/year=${year}`), { recursive: true });
      await frame.head(year - 2022).toParquet(join(folder, `hive/year=${year}/part.parquet`));
    }
    const read = dataframe.readParquet(join(folder, "hive"));
    expect(read.columns).toContain("year");
    expect(await columnsOf(read.filter(col("year").eq(2024)).select("i", "year"))).toEqual({
      i: [1n, null],
      year: [2024n, 2024n],
    });
    expect(read.select("i").explain()).toContain("PROJECT 1/");
    const broken = fileOf("PAR1 nothing", "broken.parquet");
    expect(() => dataframe.readParquet(broken)).toThrow();
  });

  it("are written the way that is asked for", async () => {
    const path = join(folder, "format.csv");
    await frame.select("i", "s").head(2).toCSV(path, { separator: ";", header: false, nullValue: "NA" });
    expect(readFileSync(path, "utf8")).toBe('1;a,b\nNA;"say ""x""\nline"\n');
    await expectRejection(
      frame.toCSV(join(folder, "x.csv"), { separator: "ab" }),
      "INVALID_ARGUMENT",
      "separator",
    );
    await expectRejection(
      frame.toParquet(join(folder, "x.parquet"), { compression: "rar" as "zstd" }),
      "INVALID_ARGUMENT",
      "compression",
    );
    expect(existsSync(join(folder, "x.parquet"))).toBe(false);
  });
});

describe("values of JavaScript", () => {
  it("become columns of types that hold them", async () => {
    const made = dataframe.fromRecords([{ a: 1, b: "x" }, { a: 2.5, c: true }, {}]);
    expect(made.schema).toEqual({ a: "f64", b: "str", c: "bool" });
    expect(await made.toRecords()).toEqual([
      { a: 1, b: "x", c: null },
      { a: 2.5, b: null, c: true },
      { a: null, b: null, c: null },
    ]);
    const arrays = dataframe.fromMap({
      i8: Int8Array.of(-1),
      u8: Uint8Array.of(255),
      i64: BigInt64Array.of(-(2n ** 63n)),
      u64: BigUint64Array.of(2n ** 64n - 1n),
      f32: Float32Array.of(0.5),
      bytes: [Uint8Array.of(1, 2)],
      list: [["a", null]],
    });
    expect(arrays.schema).toEqual({
      i8: "i8",
      u8: "u8",
      i64: "i64",
      u64: "u64",
      f32: "f32",
      bytes: "binary",
      list: { list: "str" },
    });
    expect(await arrays.toRecords()).toEqual([
      {
        i8: -1,
        u8: 255,
        i64: -(2n ** 63n),
        u64: 2n ** 64n - 1n,
        f32: 0.5,
        bytes: Uint8Array.of(1, 2),
        list: ["a", null],
      },
    ]);
    const typed = dataframe.fromRecords([{ a: 1 }], { schema: { a: "u8", b: "date" } });
    expect(typed.schema).toEqual({ a: "u8", b: "date" });
    expect(await typed.toRecords()).toEqual([{ a: 1, b: null }]);
    expect(dataframe.fromMap({}).columns).toEqual([]);
  });

  it("that don't fit are refused", () => {
    expectError(() => dataframe.fromMap({ a: [1], b: [1, 2] }), "SCHEMA_MISMATCH", "");
    expectError(() => dataframe.fromRecords([{ a: 300 }], { schema: { a: "u8" } }), "INVALID_VALUE", "300");
    expectError(() => dataframe.fromRecords([{ b: 1 }], { schema: { a: "u8" } }), "COLUMN_NOT_FOUND", "b");
    expectError(() => dataframe.fromRecords([7 as unknown as object]), "INVALID_ARGUMENT", "`records[0]`");
    expectError(() => dataframe.fromMap({ a: [Symbol("x")] }), "INVALID_ARGUMENT", "`a[0]`");
  });
});

describe("values of a type that somebody has said", () => {
  it.each<[type: ColumnTypeLike, values: Iterable<unknown>, said: string]>([
    ["i32", [1, null, 1.5], 'Row 2 of the column "a" is 1.5, which i32'],
    ["u8", [300], 'Row 0 of the column "a" is 300, which u8'],
    ["u32", [-1], "is -1, which u32"],
    ["i64", [Number.NaN], "is NaN, which i64"],
    ["i64", [2 ** 63], "is 9223372036854776000, which i64"],
    ["u64", [2n ** 64n], "is 18446744073709551616n, which u64"],
    ["i32", Float64Array.of(1, 1.5), 'Row 1 of the column "a" is 1.5'],
    ["u8", Int32Array.of(1, 2, 256), 'Row 2 of the column "a" is 256'],
    ["u64", BigInt64Array.of(-1n), "is -1n"],
    ["bool", Uint8Array.of(0, 1, 2), "Row 2"],
    ["duration", [0.5], "is 0.5, which duration"],
    ["cat", [1], "is 1, which cat"],
    [{ list: "i8" }, [[1], [2, 2.5]], 'Row 1 of the column "a" is [ 2, 2.5 ]'],
    [{ list: "i8" }, [1], "is 1, which list"],
    // Text is read by the engine.
    ["i64", ["1", "2", "x", "4", "y"], 'Row 2 of the column "a": conversion from `str` to `i64`'],
    [{ decimal: { precision: 3, scale: 1 } }, [1, 1e6], 'Row 1 of the column "a"'],
    [{ decimal: { precision: 3, scale: 1 } }, Float32Array.of(1, 2, 1e6, 4), 'Row 2 of the column "a"'],
  ])("must be such as %j has", (type, values, said) => {
    expectError(() => dataframe.fromMap({ a: values }, { schema: { a: type } }), "INVALID_VALUE", said);
    const records = Array.from(values, (a) => ({ a }));
    expectError(() => dataframe.fromRecords(records, { schema: { a: type } }), "INVALID_VALUE", "column");
  });

  it("may be all that it has", async () => {
    const frame = dataframe.fromMap(
      { a: [255, 0, true, -0, undefined], b: [2 ** 60, -(2n ** 63n), -0, new Date(5), null] },
      { schema: { a: "u8", b: "i64" } },
    );
    expect((await frame.toRecords()).map(({ a }) => a)).toEqual([255, 0, 1, 0, null]);
    expect((await frame.toRecords()).map(({ b }) => b)).toEqual([2n ** 60n, -(2n ** 63n), 0n, 5n, null]);
    const whole = dataframe.fromMap({ a: Float64Array.of(1, 0) }, { schema: { a: "bool" } });
    expect(await columnsOf(whole)).toEqual({ a: [true, false] });
  });

  it("are so of what functions of pieces give", async () => {
    const pieces = dataframe.fromMap({ x: [1, 2] }).repartition(2);
    const half = pieces.mapPartitions((_, { partition }) => [{ a: partition / 2 }], { schema: { a: "i32" } });
    await expectRejection(half.compute(), "INVALID_VALUE", 'Partition 1: Row 0 of the column "a" is 0.5');
  });
});

describe("lines of JSON with integers of few bits", () => {
  const schema = { a: "i8", b: "i16", c: "u8", d: "u16", e: "i32" } as const;

  it("are read as such", async () => {
    const path = fileOf('{"a":-128,"b":-32768,"c":255,"d":65535,"e":1}\n{"a":null,"b":2,"e":3}\n');
    const read = dataframe.readJSONLines(path, { types: schema });
    expect(read.schema).toEqual(schema);
    const expected = { a: [-128, null], b: [-32_768, 2], c: [255, null], d: [65_535, null], e: [1, 3] };
    expect(await columnsOf(read)).toEqual(expected);
    expect(await read.filter(col("b").gt(0)).toRecords()).toEqual([
      { a: null, b: 2, c: null, d: null, e: 3 },
    ]);
  });

  it("refuse what does not fit", async () => {
    const read = dataframe.readJSONLines(fileOf('{"a":1}\n{"a":128}\n'), { types: { a: "i8" } });
    await expectRejection(read.compute(), "SCHEMA_MISMATCH", "128");
  });
});
