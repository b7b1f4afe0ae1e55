import { array, bag, config, dataframe } from "bramble";
import { openHDF5 } from "bramble/hdf5";
import { openNpy } from "bramble/npy";
import { openZarr } from "bramble/zarr";
import { describe, expect, it } from "vitest";

const PATH = "/tmp/a\0b";
const frame = dataframe.fromMap({ x: [1] });
const numbers = array.ones([2]);

/** Everything that takes a path, with the argument that it is. */
const CALLS: Readonly<Record<string, readonly [name: string, call: () => unknown]>> = {
  readCSV: ["paths", () => dataframe.readCSV(PATH)],
  readParquet: ["paths", () => dataframe.readParquet([PATH])],
  readJSONLines: ["paths", () => dataframe.readJSONLines(PATH)],
  readIPC: ["paths", () => dataframe.readIPC(PATH)],
  readHDF5: ["path", () => dataframe.readHDF5(PATH)],
  readSQL: ["url", () => dataframe.readSQL("SELECT 1", `sqlite:${PATH}`)],
  toCSV: ["path", () => frame.toCSV(PATH)],
  "toParquet into a folder": ["path", () => frame.toParquet(`${PATH}/`)],
  "toHDF5 of a frame": ["path", () => frame.toHDF5(PATH)],
  toSQL: ["url", () => frame.toSQL("t", `sqlite:${PATH}`)],
  "visualize of a frame": ["file", () => frame.visualize(`${PATH}.svg`)],
  openHDF5: ["path", () => openHDF5(PATH)],
  openZarr: ["path", () => openZarr(PATH)],
  openNpy: ["path", () => openNpy(PATH)],
  toHDF5: ["path", () => numbers.toHDF5(PATH, "/x")],
  toZarr: ["path", () => numbers.toZarr(PATH)],
  toNpy: ["path", () => numbers.toNpy(PATH)],
  readText: ["paths", () => bag.readText(PATH)],
  toTextFiles: ["path", () => bag.fromSequence(["a"]).toTextFiles(PATH)],
  "config.set": ["memory.spillFolder", () => config.set({ "memory.spillFolder": PATH })],
};

describe("a path with a NUL in it is refused by the name of the argument", () => {
  it.each(Object.keys(CALLS))("%s", async (called) => {
    const [name, call] = CALLS[called] as (typeof CALLS)[string];
    const refused = (async () => await call())();
    await expect(refused).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(new RegExp(`without a NUL, for \`${name}`)) as string,
    });
  });
});
