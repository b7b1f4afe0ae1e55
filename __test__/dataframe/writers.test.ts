import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { col, type DataFrame, dataframe } from "bramble";
import { describe, expect, it } from "vitest";
import { hiddenBeside, putInPlace } from "../../src/dataframe/folder-in-place.js";
import { expectError, expectRejection } from "../support/errors.js";
import { columnsOf, temporaryFolder } from "../support/frames.js";
import { scriptWords } from "../support/script.js";
import { mayMount, runOnSmallDisk } from "../support/small-disk.js";

const folder = temporaryFolder();

/** A folder that is empty. */
function place(): string {
  return mkdtempSync(join(folder, "place-"));
}

/** Every writer of files, as source: `frame` is written to `path`. */
const WRITERS: readonly (readonly [name: string, write: string, read: string])[] = [
  ["Parquet", "frame.toParquet(path, options)", "readParquet"],
  ["CSV", "frame.toCSV(path, options)", "readCSV"],
  ["JSON lines", "frame.toJSONLines(path, options)", "readJSONLines"],
  ["Arrow", "frame.toIPC(path, options)", "readIPC"],
];

describe.runIf(mayMount)("a full disk", () => {
  it.each(WRITERS)("is said of a file and of a folder, and leaves what was there: %s", (_, write) => {
    const disk = place();
    const code = `
      import { readdirSync } from "node:fs";
      import { dataframe } from "BRAMBLE";
      const options = { overwrite: true };
      const tell = (text) => process.stdout.write(text + "\\n");
      const write = (frame, path) => ${write}.then(() => "written", ({ code, message }) => code + " " + message);
      // Numbers that no compression makes small.
      const large = dataframe.fromMap({ x: Float64Array.from({ length: 400_000 }, Math.random) });
      const small = dataframe.fromMap({ x: [1, 2] });
      for (const path of ${JSON.stringify([join(disk, "file"), `${join(disk, "folder")}/`])}) {
        tell(await write(small, path));
        tell(await write(large.repartition(2), path));
        tell(readdirSync(${JSON.stringify(disk)}).sort().join());
        tell(await write(small, path));
      }
    `;
    const { stdout, stderr } = runOnSmallDisk(disk, [process.execPath, ...scriptWords(code)]);
    expect(stderr).toBe("");
    const lines = stdout.trim().split("\n");
    for (const [name, said] of [
      ["file", lines.slice(0, 4)],
      ["folder", lines.slice(4)],
    ] as const) {
      const [first, refused, left, then] = said;
      expect(first).toBe("written");
      expect(refused).toMatch(new RegExp(`^DISK_FULL .*${name}`));
      expect(left).toBe(name === "file" ? "file" : "file,folder");
      expect(then).toBe("written");
    }
  });
});

describe("a folder that is not whole", () => {
  it.each(WRITERS)("is passed over by readers of the one around it: %s", async (_, write, read) => {
    const around = place();
    const code = `
      import { dataframe } from "BRAMBLE";
      const rows = dataframe.fromMap({ x: [1, 2, 3, 4] }).repartition(4);
      const path = ${JSON.stringify(`${join(around, "half")}/`)};
      const options = { scheduler: "sync" };
      const write = (frame) => ${write};
      await write(dataframe.concat([rows, rows.mapPartitions(async (table) => {
        process.stdout.write("under way");
        await new Promise((resolve) => setTimeout(resolve, 600_000));
        return table;
      })]));
    `;
    await writeAs(read, dataframe.fromMap({ x: [7] }), join(around, `whole.${read.slice(4).toLowerCase()}`));
    const child = spawn(process.execPath, scriptWords(code), { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(existsSync(join(around, "half"))).toBe(false);
    const found = readersBy(read)(around);
    expect((await columnsOf(found))["x"]?.map(Number)).toEqual([7]);
    expect(readdirSync(around).filter((name) => name.startsWith(".half.partial-"))).toHaveLength(1);
    await writeAs(read, dataframe.fromMap({ x: [7] }), `${join(around, "half")}/`);
    expect(readdirSync(around).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("goes with the next that is written there, if its writer is not at work", async () => {
    const around = place();
    const path = join(around, "out");
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    const living = ["partial", "old"].map((what) => hiddenBeside(path, what as "partial" | "old"));
    const dead = living.map((name) => name.replace(`-${process.pid}-`, `-${pid}-`));
    const elsewhere = dead.map((name) => name.replace(/-[\da-f]{8}-/, "-00000000-"));
    const others = [...dead, ...living].map((name) => name.replace(".out.", ".other.out."));
    for (const name of [...living, ...dead, ...elsewhere, ...others])
      mkdirSync(join(name, "deep"), { recursive: true });
    await expectRejection(
      (dataframe.fromMap({ x: ["a"] }) as DataFrame).select(col("x").cast("i64")).toParquet(`${path}/`),
      "SCHEMA_MISMATCH",
      "a",
    );
    // What was there may still be wanted, for nothing has taken its place.
    expect(dead.map((name) => existsSync(name))).toEqual([false, true]);
    await dataframe.fromMap({ x: [1] }).toParquet(`${path}/`);
    expect(readdirSync(around).sort()).toEqual(
      [path, ...living, ...elsewhere, ...others].map((name) => basename(name)).sort(),
    );
  });

  it.each(WRITERS)("is not left by what fails: %s", async (_, _write, read) => {
    const around = place();
    const rows = dataframe.fromMap({ x: ["1", "2", "three"] }).repartition(3) as DataFrame;
    const failing = rows.select(col("x").cast("i64"));
    await expectRejection(writeAs(read, failing, `${join(around, "out")}/`), "SCHEMA_MISMATCH", "three");
    await expectRejection(writeAs(read, failing, join(around, "out")), "SCHEMA_MISMATCH", "three");
    expect(readdirSync(around)).toEqual([]);
  });

  it.each(WRITERS)("is refused below a file, by its path: %s", async (_, _write, read) => {
    const file = join(place(), "file");
    writeFileSync(file, "");
    const frame = dataframe.fromMap({ x: [1] }) as DataFrame;
    for (const name of ["out/", "sub/out-*", "out"])
      await expectRejection(writeAs(read, frame, `${file}/${name}`), "FILE_ACCESS", file);
    await expectRejection(
      dataframe.fromMap({ x: [1], y: [2] }).toParquet(join(file, "hive"), { partitionBy: "y" }),
      "FILE_ACCESS",
      join(file, "hive"),
    );
  });

  it("and one that is written at the same time are each whole", async () => {
    const path = `${join(place(), "out")}/`;
    const wide = (value: number): DataFrame =>
      dataframe.fromMap({ x: Array.from({ length: 20_000 }, () => value) }).repartition(5) as DataFrame;
    const writes = [1, 2, 3].map((value) => wide(value).toParquet(path, { overwrite: true }));
    await Promise.all(writes);
    const { x = [] } = await columnsOf(dataframe.readParquet(path).unique("x"));
    expect(x).toHaveLength(1);
    expect(readdirSync(join(path, "..")).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it.each(["nothing", "a folder", "a file"])("get their name at once where there is %s", async (what) => {
    const path = join(place(), "out");
    const filled = (name: string): string => {
      mkdirSync(name);
      writeFileSync(join(name, "part"), name);
      return name;
    };
    if (what === "a folder") filled(path);
    if (what === "a file") writeFileSync(path, "old");
    const partials = Array.from({ length: 20 }, () => filled(hiddenBeside(path, "partial")));
    await Promise.all(partials.map(async (partial) => await putInPlace(partial, path)));
    expect(readdirSync(join(path, ".."))).toEqual(["out"]);
    expect(partials).toContain(readFileSync(join(path, "part"), "utf8"));
  });

  it("leaves what was there where it can't get its name", async () => {
    const path = join(place(), "out");
    mkdirSync(path);
    writeFileSync(join(path, "part"), "old");
    await expect(putInPlace(hiddenBeside(path, "partial"), path)).rejects.toThrow("ENOENT");
    expect(readFileSync(join(path, "part"), "utf8")).toBe("old");
  });

  it("comes back where the new one can't take its place any more", async () => {
    const path = join(place(), "out");
    const partial = join(path, "partial");
    mkdirSync(partial, { recursive: true });
    writeFileSync(join(path, "part"), "old");
    // The new one lies in what is put aside for it, and is gone then.
    await expect(putInPlace(partial, path)).rejects.toThrow("ENOENT");
    expect(readdirSync(join(path, ".."))).toEqual(["out"]);
    expect(readdirSync(path).sort()).toEqual(["part", "partial"]);
  });
});

describe("metadata of a folder", () => {
  const rows = dataframe.fromMap({
    x: Float64Array.from({ length: 100 }, (_, row) => row),
    k: Int32Array.from({ length: 100 }, (_, row) => row % 3),
  }) as DataFrame;

  it("are written if asked for, and are no rows", async () => {
    const path = join(place(), "out");
    await rows.repartition(4).toParquet(`${path}/`, { writeMetadataFile: true });
    expect(readdirSync(path)).toEqual([
      "_metadata",
      ...[0, 1, 2, 3].map((piece) => `part-0000${piece}.parquet`),
    ]);
    expect(await columnsOf(dataframe.readParquet(path))).toEqual(await columnsOf(rows));
    expect(await dataframe.readParquet(join(path, "*")).len()).toBe(100);
    expectError(
      () => dataframe.readParquet(join(path, "_metadata")),
      "INVALID_ARGUMENT",
      "read the folder around",
    );
    await rows.toParquet(path, { writeMetadataFile: true, partitionBy: "k", overwrite: true });
    expect(readdirSync(path)).toEqual(["_metadata", "k=0", "k=1", "k=2"]);
    const back = dataframe.readParquet(path).sort("x").select("x", "k");
    expect((await columnsOf(back))["x"]).toEqual((await columnsOf(rows))["x"]);
    await rows.head(0).toParquet(`${path}/`, { writeMetadataFile: true, overwrite: true });
    expect(await dataframe.readParquet(path).len()).toBe(0);
  });

  it("are of folders", async () => {
    const path = join(place(), "x.parquet");
    await expectRejection(rows.toParquet(path, { writeMetadataFile: true }), "INVALID_ARGUMENT", "a folder");
    await expectRejection(
      rows.toParquet(`${path}/`, { writeMetadataFile: 1 as never }),
      "INVALID_ARGUMENT",
      "writeMetadataFile",
    );
  });
});

describe("files that are no data", () => {
  it.each(WRITERS)("say so: %s", (_, _write, read) => {
    const around = place();
    const empty = join(around, "empty");
    writeFileSync(empty, "");
    mkdirSync(join(around, "nothing"));
    const open = readersBy(read);
    // Arrow's is mapped into memory, which the system refuses.
    if (read !== "readIPC") expectError(() => open(empty), "INVALID_VALUE", "empty");
    expectError(() => open(join(around, "nothing")), "FILE_NOT_FOUND", "nothing");
    expectError(() => open(join(around, "no*")), "FILE_NOT_FOUND", "no*");
    expectError(() => open(join(around, "none")), "FILE_NOT_FOUND", "none");
    expectError(() => open([]), "INVALID_ARGUMENT", "`paths`");
  });
});

function readersBy(name: string): (paths: string | readonly string[]) => DataFrame {
  const readers: Readonly<Record<string, (paths: string | readonly string[]) => DataFrame>> = {
    readParquet: (paths) => dataframe.readParquet(paths),
    readCSV: (paths) => dataframe.readCSV(paths),
    readJSONLines: (paths) => dataframe.readJSONLines(paths),
    readIPC: (paths) => dataframe.readIPC(paths),
  };
  const reader = readers[name];
  if (reader === undefined) throw new Error(`no reader ${name}`);
  return reader;
}

/** Writes what a reader reads. */
async function writeAs(reader: string, frame: DataFrame, path: string): Promise<void> {
  if (reader === "readParquet") await frame.toParquet(path);
  else if (reader === "readCSV") await frame.toCSV(path);
  else if (reader === "readJSONLines") await frame.toJSONLines(path);
  else await frame.toIPC(path);
}
