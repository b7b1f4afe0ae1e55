import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { array, BrambleError, type LazyArray, type ToHDF5Options } from "bramble";
import { openHDF5 } from "bramble/hdf5";
import { openNpy, openNpyStack, openNpz } from "bramble/npy";
import { openZarrArray } from "bramble/zarr";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENGINES } from "../support/engines.js";

/** What a damaged file may be said to be. */
const CODES = [
  "CORRUPT_DATA",
  "FILE_NOT_FOUND",
  "INVALID_FILE",
  "OUT_OF_MEMORY",
  "PATH_NOT_FOUND",
  "UNSUPPORTED_DTYPE",
  "UNSUPPORTED_FILTER",
];
/** A file is cut, and has a byte changed, at so many places spread over it. */
const PLACES = 12;

type Engine = (typeof ENGINES)[number];

interface Format {
  /** Writes something into a folder. */
  readonly write: (x: LazyArray, folder: string) => Promise<void>;
  readonly open: (folder: string, engine: Engine) => LazyArray;
  readonly engines: readonly Engine[];
  /** Whether what has another byte than was written is never read as if nothing had happened. */
  readonly isChecked?: true;
}

const hdf5 = (options: ToHDF5Options): Format => ({
  write: (x, folder) => x.toHDF5(join(folder, "x.h5"), "/x", options),
  open: (folder, engine) => {
    using file = openHDF5(join(folder, "x.h5"), { engine });
    return array.fromArray(file.get("/x"));
  },
  engines: ENGINES,
});

const npz = (compressed: boolean): Format => ({
  write: (x, folder) => array.toNpz(join(folder, "x.npz"), { x }, { compressed }),
  open: (folder) => array.fromArray(openNpz(join(folder, "x.npz")).get("x")),
  engines: ENGINES,
});

const FORMATS: Record<string, Format> = {
  npy: {
    write: (x, folder) => x.toNpy(join(folder, "x.npy")),
    open: (folder) => array.fromArray(openNpy(join(folder, "x.npy"))),
    engines: ENGINES,
  },
  "npy stack": {
    write: (x, folder) => x.toNpy(join(folder, "x")),
    open: (folder) => array.fromArray(openNpyStack(join(folder, "x"))),
    engines: ENGINES,
  },
  npz: npz(false),
  "npz compressed": { ...npz(true), isChecked: true },
  "HDF5 in one piece": hdf5({ chunks: null as never }),
  "HDF5 in chunks": hdf5({ chunks: [5, 5] }),
  "HDF5 gzip, fletcher32": hdf5({ chunks: [5, 5], compression: "gzip", fletcher32: true }),
  "Zarr gzip": {
    write: (x, folder) => x.toZarr(join(folder, "x"), { chunks: [5, 5], compression: "gzip" }),
    open: (folder) => array.fromArray(openZarrArray(join(folder, "x"))),
    engines: ["native"],
  },
};

describe.each(Object.keys(FORMATS))("%s, damaged", (name) => {
  const format = FORMATS[name] as Format;
  const x = array.arange(90, { chunks: 45 }).reshape([9, 10]).multiply(0.37) as LazyArray;
  let folder = "";
  let expected: unknown;
  let damages: { readonly kind: string; readonly at: string; readonly folder: string }[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "bramble-damaged-"));
    const whole = join(folder, "whole");
    mkdirSync(whole);
    await format.write(x, whole);
    expected = await x.compute();
    damages = readdirSync(whole, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap((entry) => damagesOf(whole, join(entry.parentPath, entry.name), join(folder, "damaged")));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(format.engines)("is an error or does not matter in the %s engine", async (engine) => {
    for (const damage of damages) {
      const read = async (): Promise<unknown> => format.open(damage.folder, engine).compute({ engine });
      const outcome = await read().catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(outcome, damage.at).toBeInstanceOf(BrambleError);
        expect(CODES, `${damage.at}: ${outcome.message}`).toContain((outcome as BrambleError).code);
      } else if (damage.kind === "cut" || format.isChecked === true) {
        expect(outcome, damage.at).toEqual(expected);
      }
    }
  });
});

/** Makes copies of a folder in which one file is cut, or has another byte somewhere. */
function damagesOf(whole: string, path: string, to: string): { kind: string; at: string; folder: string }[] {
  const bytes = readFileSync(path);
  const file = relative(whole, path);
  const places = Array.from({ length: PLACES }, (_, place) => Math.floor((place * bytes.length) / PLACES));
  return places.flatMap((at) =>
    ["cut", "changed"].map((kind) => {
      const changed = kind === "cut" ? bytes.subarray(0, at) : Buffer.from(bytes);
      if (kind === "changed") changed.writeUInt8(changed.readUInt8(at) ^ 0x55, at);
      const folder = `${to}-${file.replaceAll("/", "-")}-${kind}-${at}`;
      cpSync(whole, folder, { recursive: true });
      writeFileSync(join(folder, file), changed);
      return { kind, at: `${file} ${kind} at ${at} of ${bytes.length}`, folder };
    }),
  );
}
