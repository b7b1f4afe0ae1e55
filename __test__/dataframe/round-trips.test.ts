import { join } from "node:path";
import { type DataFrame, dataframe, type Schema } from "bramble";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/frames.js";
import { WIDE, wideFrame, wideRow, type WideRow } from "../support/random-frames.js";

const folder = temporaryFolder();
let files = 0;

/** A format, and what of rows it can't say. */
interface RoundTrip {
  readonly write: (frame: DataFrame, path: string) => Promise<void>;
  readonly read: (path: string) => DataFrame;
  readonly keeps: (row: WideRow) => WideRow;
  /** Columns that it has. */
  readonly without?: readonly string[];
}

const same = (row: WideRow): WideRow => row;
const { l: _, ...FLAT } = WIDE;
/** The reader of lines of JSON knows no integers of 16 bits. */
const { j: _j, ...WITHOUT_NARROW } = WIDE;

const FORMATS: Readonly<Record<string, RoundTrip>> = {
  ...Object.fromEntries(
    (["zstd", "snappy", "gzip", "lz4", "none"] as const).map((compression): [string, RoundTrip] => [
      `Parquet, ${compression}`,
      {
        write: (frame, path) => frame.toParquet(path, { compression, rowGroupSize: 7 }),
        read: (path) => dataframe.readParquet(path),
        keeps: same,
      },
    ]),
  ),
  ...Object.fromEntries(
    (["zstd", "lz4", "none"] as const).map((compression): [string, RoundTrip] => [
      `Arrow, ${compression}`,
      {
        write: (frame, path) => frame.toIPC(path, { compression }),
        read: (path) => dataframe.readIPC(path),
        keeps: same,
      },
    ]),
  ),
  CSV: {
    write: (frame, path) => frame.toCSV(path),
    read: (path) => dataframe.readCSV(path, { schema: FLAT as Schema }),
    // Without quotes nothing is null.
    keeps: same,
    without: ["l"],
  },
  "JSON lines": {
    write: (frame, path) => frame.toJSONLines(path),
    read: (path) => dataframe.readJSONLines(path, { schema: WITHOUT_NARROW as Schema }),
    without: ["j"],
    keeps: (row) => ({ ...row, f: typeof row.f === "number" && Number.isNaN(row.f) ? null : row.f }),
  },
};

describe("what is written is read", () => {
  it.each(Object.entries(FORMATS))("%s", async (name, { write, read, keeps, without = [] }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(wideRow, { maxLength: 25 }), async (rows) => {
        const path = join(folder, `${files++}.data`);
        const frame = wideFrame(rows.map(keeps)).drop(...without) as DataFrame;
        await write(frame, path);
        const back = read(path);
        expect(back.schema, name).toEqual(frame.schema);
        expect(await back.toRecords()).toEqual(await frame.toRecords());
      }),
      { numRuns: 25 },
    );
  });
});
