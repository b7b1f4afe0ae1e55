import { readFileSync } from "node:fs";
import { array } from "bramble";
import { describe, expect, it } from "vitest";
import { LazyArray } from "../../dist/array/lazy-array.js";
import { Generator } from "../../dist/array/random/generator.js";
import { readOracle } from "../support/oracle.js";

type Entry = Readonly<Partial<Record<"call" | "function" | "name" | "op", string>>>;
type Oracle = Readonly<Record<string, readonly Entry[]>>;

/** Oracles of calls, and the lists in them whose entries are calls. */
const ORACLES: Readonly<Record<string, readonly string[]>> = {
  "arrays-elementwise": ["unary", "binary"],
  "arrays-reductions": ["cases"],
  blocks: ["cases"],
  complex: ["cases"],
  fourier: ["cases"],
  linear: ["cases"],
  places: ["cases"],
  random: ["distributions"],
  search: ["cases"],
  shapes: ["cases"],
  statistics: ["cases"],
  words: ["cases"],
};

/** What cases call that are not named after it. */
const CALLED: Readonly<Record<string, string>> = {
  histogramddWeights: "histogramdd",
  luProduct: "lu",
  qrProduct: "qr",
  svdCompressedValues: "svdCompressed",
  svdProduct: "svd",
  tsqrProduct: "tsqr",
};

/** Other names of what has cases. */
const SAME: Readonly<Record<string, string>> = { T: "transpose", flatten: "ravel" };

/** What has no values of NumPy's, and the test that holds it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  chunks: "array/chunks",
  choice: "array/random-choice",
  compute: "array/compute",
  computeChunkSizes: "array/indexing",
  defaultRng: "array/random",
  eachBlock: "array/each-block",
  explain: "array/compute",
  iscomplexobj: "array/type-functions",
  itemsize: "array/lazy-array",
  multinomial: "array/random",
  multivariateHypergeometric: "array/random",
  nbytes: "array/lazy-array",
  numblocks: "array/chunks",
  permutation: "array/random-choice",
  persist: "array/complex/complex",
  sfqr: "array/linalg/factors",
  size: "array/lazy-array",
  standardCauchy: "array/random",
  store: "array/write/store",
  toDelayed: "delayed/delayed",
  toHDF5: "array/write/hdf5",
  toNpy: "array/write/npy",
  toNpz: "array/write/npz",
  toRaw: "array/write/npz",
  toZarr: "array/write/zarr",
  visualize: "diagnostics/visualize",
};

/** What every case looks at. */
const EVERYWHERE = new Set(["constructor", "dtype", "name", "ndim", "shape"]);

const camel = (name: string): string =>
  name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The names of what has values of NumPy's. */
function namesInOracles(): Set<string> {
  const names = Object.entries(ORACLES).flatMap(([oracle, lists]) => {
    const read = readOracle<Oracle>(oracle);
    return lists.flatMap((list) =>
      (read[list] ?? []).map((entry) => entry.call ?? entry.function ?? entry.name ?? entry.op ?? ""),
    );
  });
  return new Set([...names, "random"].map((name) => CALLED[camel(name)] ?? camel(name)));
}

/** The functions of arrays, of their parts and of generators, and the methods of lazy arrays. */
function publicNames(): string[] {
  const functions = Object.entries(array).flatMap(([name, value]) =>
    typeof value === "object" ? Object.keys(value) : [name],
  );
  const methods = [LazyArray, Generator].flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype));
  return [...functions, ...methods].filter((name) => !EVERYWHERE.has(name));
}

describe("the oracles", () => {
  const known = namesInOracles();

  it("have cases of every function and method", () => {
    expect(known.size).toBeGreaterThan(250);
    const names = publicNames();
    expect(names.length).toBeGreaterThan(400);
    const missing = names.filter((name) => !known.has(SAME[name] ?? name) && !(name in ELSEWHERE));
    expect(missing).toEqual([]);
  });

  it("have none of what is said to be held elsewhere, where a test calls it", () => {
    for (const [name, test] of Object.entries(ELSEWHERE)) {
      expect([name, known.has(name)]).toEqual([name, false]);
      const text = readFileSync(new URL(`../${test}.test.ts`, import.meta.url), "utf8");
      expect([name, text.includes(name)]).toEqual([name, true]);
    }
  });
});
