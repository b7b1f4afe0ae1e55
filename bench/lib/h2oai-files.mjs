// The tables of h2oai's db-benchmark, made as its programs in R make them: the same columns, sizes and distributions, of
// other random numbers. There are no nulls, and rows are in no order.

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { cache } from "../../scripts/lib/paths.mjs";
import { withProgress } from "../../scripts/lib/progress.mjs";
import { randomOf, shuffle } from "./random.mjs";

const SEED = 108;
/** Groups of the columns that have few. */
const FEW = 100;
/** The least rows with which every group of every question has many: a correlation of few may be no number. */
export const LEAST_ROWS = 1_000_000;

/**
 * Makes them, once. Needs a Bramble that is built.
 *
 * @param {number} rows of the table of groups and of the left side of joins: 10,000 or more
 * @param {string} [folder] where they are to be
 * @returns {Promise<Record<"groups" | "x" | "small" | "medium" | "big", string>>} the paths of Parquet files
 */
export async function prepareH2oai(rows, folder = join(cache, "bench-data")) {
  mkdirSync(folder, { recursive: true });
  const names = ["groups", "x", "small", "medium", "big"];
  const paths = Object.fromEntries(
    names.map((name) => [name, join(folder, `h2oai-${name}-${rows}.parquet`)]),
  );
  if (!Object.values(paths).every(existsSync))
    await withProgress(`Making tables of ${rows / 1e6} million rows`, () => write(paths, rows));
  return paths;
}

async function write(paths, rows) {
  const random = randomOf(SEED);
  await save(paths.groups, groups(rows, random), { id1: ["id1", 3], id2: ["id2", 3], id3: ["id3", 10] });
  const keys = keysOf(rows, random);
  const texts = { id4: ["id1", 0], id5: ["id2", 0], id6: ["id3", 0] };
  const sides = { x: ["left", rows], small: ["right", keys[0].levels], medium: ["right", keys[1].levels] };
  for (const [name, [side, size]] of Object.entries({ ...sides, big: ["right", rows] })) {
    // The smaller tables have the keys that have no more values than they have rows.
    const having = keys.filter(({ levels }) => levels <= size);
    const columns = Object.fromEntries(
      having.map((key, index) => [`id${index + 1}`, drawAll(key[side], size, random)]),
    );
    const value = name === "x" ? "v1" : "v2";
    await save(paths[name], { ...columns, [value]: amounts(size, random) }, texts);
  }
}

/** Columns as a Parquet file, with text of some: the name of each, the column that it is of, and the least digits. */
async function save(path, columns, texts) {
  const { col, concatStr, dataframe, lit } = await import("bramble");
  const made = Object.entries(texts).filter(([, [of]]) => of in columns);
  const asText = made.map(([name, [of, digits]]) =>
    concatStr([lit("id"), col(of).cast("str").str.zfill(digits)]).alias(name),
  );
  await dataframe
    .fromMap(columns)
    .withColumns(...asText)
    .toParquet(path, { overwrite: true });
}

function groups(rows, random) {
  const many = Math.floor(rows / FEW);
  const below = (count) => Int32Array.from({ length: rows }, () => 1 + Math.floor(random() * count));
  const [id1, id2, id3, id4, id5, id6] = [FEW, FEW, many, FEW, FEW, many].map(below);
  return { id1, id2, id3, id4, id5, id6, v1: below(5), v2: below(15), v3: amounts(rows, random) };
}

/** Numbers from 0 to 100 with six digits behind the point. */
function amounts(rows, random) {
  return Float64Array.from({ length: rows }, () => Math.round(random() * 1e8) / 1e6);
}

/** The keys of joins: how many values each has on a side, and which. */
function keysOf(rows, random) {
  return [1e6, 1e3, 1].map((share) => splitKeys(Math.max(10, Math.floor(rows / share)), random));
}

/** Nine tenths of the values of each side are also on the other. */
function splitKeys(levels, random) {
  const own = Math.floor(levels / 10);
  const values = shuffle(
    Int32Array.from({ length: levels + own }, (_, index) => index + 1),
    random,
  );
  return { levels, left: values.subarray(0, levels), right: values.subarray(own) };
}

/** So many of some values, each of them once or more, in no order. */
function drawAll(values, size, random) {
  const drawn = Int32Array.from({ length: size }, (_, row) =>
    row < values.length ? values[row] : values[Math.floor(random() * values.length)],
  );
  return shuffle(drawn, random);
}
