import { beforeAll, describe, expect, it } from "vitest";
import { dataframe } from "bramble";
import { temporaryFolder } from "../support/frames.js";

// The questions of h2oai's db-benchmark, as the benchmark asks them, against plain loops.

interface Question {
  readonly name: string;
  readonly title: string;
  readonly checked: readonly string[];
}
type Tables = Record<"groups" | "x" | "small" | "medium" | "big", string>;
type Row = Readonly<Record<string, number | string>>;

const bench = async (file: string): Promise<unknown> =>
  await import(new URL(`../../bench/${file}`, import.meta.url).href);
const { QUESTIONS } = (await bench("h2oai-questions.mjs")) as { QUESTIONS: readonly Question[] };
type Asked = (
  name: string,
  given: { tables: Tables; checked: readonly string[] },
) => Promise<[work: () => Promise<unknown>, check: (answer: unknown) => Promise<number[]>]>;
const { h2oai } = (await bench("contestants/bramble-h2oai.mjs")) as { readonly h2oai: Asked };
const { prepareH2oai } = (await bench("lib/h2oai-files.mjs")) as {
  readonly prepareH2oai: (rows: number, folder: string) => Promise<Tables>;
};

const folder = temporaryFolder();
let tables: Tables;
let rows: Record<keyof Tables, readonly Row[]>;

beforeAll(async () => {
  tables = await prepareH2oai(10_000, folder);
  const read = Object.entries(tables).map(async ([name, path]) => [
    name,
    await dataframe.readParquet(path).toRecords(),
  ]);
  rows = Object.fromEntries(await Promise.all(read)) as typeof rows;
});

/** How many groups there are, and sums of what a function makes of the rows of each. */
function ofGroups(keys: readonly string[], make: (group: readonly Row[]) => readonly number[]): number[] {
  const groups = groupedBy(rows.groups, (row) => keys.map((key) => row[key]).join("|"));
  const answers = [...groups.values()].map(make);
  return [groups.size, ...sumsOf(answers)];
}

/** How many rows a join has, and the sums of its columns `v1` and `v2`. */
function ofJoin(right: keyof Tables, key: string, isLeft = false): number[] {
  const partners = groupedBy(rows[right], (row) => row[key]);
  const answers = rows.x.flatMap((row) => {
    const found = (partners.get(row[key]) ?? []).map(({ v2 }) => [1, Number(row["v1"]), Number(v2)]);
    return found.length === 0 && isLeft ? [[1, Number(row["v1"]), 0]] : found;
  });
  return sumsOf(answers);
}

function groupedBy<T, K>(values: readonly T[], keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}

function sumsOf(answers: readonly (readonly number[])[]): number[] {
  return (answers[0] ?? []).map((_, place) => answers.reduce((sum, answer) => sum + (answer[place] ?? 0), 0));
}

const valuesOf = (group: readonly Row[], name: string): number[] => group.map((row) => Number(row[name]));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return mean([sorted[Math.floor(middle)] ?? NaN, sorted[Math.ceil(middle)] ?? NaN]);
}

/** Of one value there is none, which counts for nothing. */
function deviation(values: readonly number[]): number {
  const squares = values.map((value) => (value - mean(values)) ** 2);
  return values.length < 2 ? 0 : Math.sqrt(sum(squares) / (values.length - 1));
}

const sixKeys = ["id1", "id2", "id3", "id4", "id5", "id6"];
const EXPECTED: Readonly<Record<string, () => number[]>> = {
  "groups-1": () => ofGroups(["id1"], (group) => [sum(valuesOf(group, "v1"))]),
  "groups-2": () => ofGroups(["id1", "id2"], (group) => [sum(valuesOf(group, "v1"))]),
  "groups-3": () => ofGroups(["id3"], (group) => [sum(valuesOf(group, "v1")), mean(valuesOf(group, "v3"))]),
  "groups-4": () =>
    ofGroups(["id4"], (group) => ["v1", "v2", "v3"].map((name) => mean(valuesOf(group, name)))),
  "groups-5": () =>
    ofGroups(["id6"], (group) => ["v1", "v2", "v3"].map((name) => sum(valuesOf(group, name)))),
  "groups-6": () =>
    ofGroups(["id4", "id5"], (group) => [median(valuesOf(group, "v3")), deviation(valuesOf(group, "v3"))]),
  "groups-7": () =>
    ofGroups(["id3"], (group) => [Math.max(...valuesOf(group, "v1")) - Math.min(...valuesOf(group, "v2"))]),
  "groups-8": () => {
    const two = (group: readonly Row[]): number[] =>
      valuesOf(group, "v3")
        .toSorted((a, b) => b - a)
        .slice(0, 2);
    const [, ...sums] = ofGroups(["id6"], (group) => [two(group).length, sum(two(group))]);
    return sums;
  },
  "groups-10": () => ofGroups(sixKeys, (group) => [sum(valuesOf(group, "v3")), group.length]),
  "join-1": () => ofJoin("small", "id1"),
  "join-2": () => ofJoin("medium", "id2"),
  "join-3": () => ofJoin("medium", "id2", true),
  "join-4": () => ofJoin("medium", "id5"),
  "join-5": () => ofJoin("big", "id3"),
};

describe("the question", () => {
  it.each(QUESTIONS.filter(({ name }) => name in EXPECTED))("$title", async ({ name, checked }) => {
    const [work, check] = await h2oai(name, { tables, checked });
    const [size, ...sums] = await check(await work());
    const [expectedSize, ...expected] = EXPECTED[name]?.() ?? [];
    expect(size).toBe(expectedSize);
    for (const [place, value] of sums.entries()) expect(value / (expected[place] ?? NaN)).toBeCloseTo(1, 9);
  });

  it("of a regression: squares of correlations, none of one row or of equal values", async () => {
    const [work, check] = await h2oai("groups-9", { tables, checked: ["r2"] });
    const answer = (await work()) as {
      toRecords(): Promise<readonly { id2: string; id4: number; r2: number }[]>;
    };
    const groups = groupedBy(rows.groups, ({ id2, id4 }) => `${id2}|${id4}`);
    const answers = await answer.toRecords();
    expect(answers).toHaveLength(groups.size);
    for (const { id2, id4, r2 } of answers) {
      const group = groups.get(`${id2}|${id4}`) ?? [];
      const [a, b] = [valuesOf(group, "v1"), valuesOf(group, "v2")];
      const shared = sum(a.map((value, row) => (value - mean(a)) * ((b[row] ?? NaN) - mean(b))));
      const own =
        sum(a.map((value) => (value - mean(a)) ** 2)) * sum(b.map((value) => (value - mean(b)) ** 2));
      if (own > 1e-9) expect(r2).toBeCloseTo(shared ** 2 / own, 9);
      else expect(r2 === null || Number.isNaN(r2)).toBe(true);
    }
    expect(await check(answer)).toHaveLength(2);
  });
});
