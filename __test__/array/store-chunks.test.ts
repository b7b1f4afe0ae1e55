import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, config } from "bramble";
import { type HDF5Dataset, openHDF5 } from "bramble/hdf5";
import { type NpyArray, openNpyStack } from "bramble/npy";
import { openZarr, type ZarrArray } from "bramble/zarr";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const x = array.arange(60 * 70, { chunks: 1000 }).reshape([60, 70]);
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bramble-chunks-"));
  await x.toHDF5(join(folder, "x.h5"), "/x", { chunks: [7, 9] });
  await x.toZarr(join(folder, "x.zarr"), { component: "plain", chunks: [7, 9] });
  await x.toZarr(join(folder, "x.zarr"), { component: "shards", chunks: [7, 9], chunksPerShard: [2, 1] });
  await x.rechunk([11, -1]).toNpy(join(folder, "stack"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The longest blocks along each axis, where blocks may have about 400 elements. */
function autoLengths(stored: HDF5Dataset | ZarrArray | NpyArray): number[] {
  const made = config.with({ "array.chunkSize": 3200 }, () => array.fromArray(stored, { chunks: "auto" }));
  return made.chunks.map((lengths) => Math.max(...lengths));
}

describe("automatic chunks", () => {
  it("are whole chunks of what is stored", () => {
    const zarr = openZarr(join(folder, "x.zarr"));
    for (const stored of [openHDF5(join(folder, "x.h5")).get("x"), zarr.get("plain"), zarr.get("shards")]) {
      expect(autoLengths(stored)).toEqual([14, 18]);
    }
  });

  it("are whole files of a stack", () => {
    expect(autoLengths(openNpyStack(join(folder, "stack")))).toEqual([11, 70]);
  });
});
