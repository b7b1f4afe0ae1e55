import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { col, type DataFrame, dataframe, len } from "bramble";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/frames.js";

const folder = temporaryFolder();
const ROWS = 220_000;
let next = 0;

/** A file that is large enough for the core's own reader, some of whose lines are other ones. */
function fileOf(lines: Readonly<Record<number, string>> = {}, end = "\n"): string {
  const path = join(folder, `large-${next++}.csv`);
  const text = Array.from({ length: ROWS }, (_, row) => lines[row] ?? line(row));
  writeFileSync(path, `name,n,small,x,yes${end}${text.join(end)}${end}`);
  return path;
}

function line(row: number): string {
  const name = ["Ada", "Zoë", "", "somebody with a long name"][row % 4];
  const x = row % 7 === 0 ? "" : Math.sin(row);
  return `${name},${row % 5 === 0 ? "" : row - 1000},${row % 256},${x},${row % 3 === 0}`;
}

const read = (path: string): DataFrame => dataframe.readCSV(path, { types: { small: "u8" } });

/** The rows, or what is wrong, by the core's reader and by that of Polars. */
async function both(frame: DataFrame): Promise<readonly [ours: unknown, theirs: unknown]> {
  const rows = async (engine: "memory" | "streaming"): Promise<unknown> => {
    try {
      const table = await frame.compute({ engine });
      // As text: a test that compares a million values one by one takes minutes.
      return table.schema.fields.map(({ name }, place) => [
        name,
        [...(table.getChildAt(place) ?? [])].map(String).join(),
      ]);
    } catch (error) {
      return String(error);
    }
  };
  return [await rows("memory"), await rows("streaming")];
}

async function expectSame(frame: DataFrame): Promise<unknown> {
  const [ours, theirs] = await both(frame);
  expect(ours).toEqual(theirs);
  return ours;
}

describe("large plain CSV files", () => {
  it("have the rows that Polars reads", async () => {
    for (const end of ["\n", "\r\n"]) await expectSame(read(fileOf({}, end)));
  });

  it("are filtered, cut and counted", async () => {
    const frame = read(fileOf());
    await expectSame(frame.filter(col("n").gt(200_000)).select("x", "name"));
    await expectSame(frame.head(7));
    await expectSame(frame.slice(100_000, 5));
    await expectSame(
      dataframe
        .concat([frame, read(fileOf())])
        .filter(col("yes"))
        .select(col("n").sum()),
    );
    expect(await frame.select(len()).compute({ engine: "memory" })).toHaveProperty("numRows", 1);
    await expectSame(frame.select(len()));
  });

  it("may have some lines that are not plain", async () => {
    await expectSame(read(fileOf({ 100_000: "short,1", 150_000: "a, 5,+7,1e3,TRUE", 219_999: "last,1,2" })));
    await expectSame(read(fileOf({ 200_000: '"a, b",1,2,3,true', 200_001: '"line\nbreak",1,2,3,true' })));
  });

  it("are wrong in the words of Polars", async () => {
    for (const wrong of ["a,one,2,3,true", "a,1,256,3,true", "a,1,2,3,true,more", '"open,1,2,3,true'])
      expect(await expectSame(read(fileOf({ 180_000: wrong })))).toEqual(expect.any(String));
  });
});
