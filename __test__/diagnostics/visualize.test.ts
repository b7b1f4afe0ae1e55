import { array, bag, col, dataframe, type Delayed, delayed, type VisualizeOptions } from "bramble";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { ENGINES } from "../support/engines.js";
import { expectRejection } from "../support/errors.js";

const folder = mkdtempSync(join(tmpdir(), "bramble-visualize-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inc = (x: number): number => x + 1;
const add = (a: number, b: number): number => a + b;

/** The walk's graph: of each of two numbers two calls, what they give added, and all of that summed. */
function total(): Delayed<number> {
  const output = [1, 2].map((x) => delayed(add)(delayed(inc)(x), delayed(inc)(x)));
  return delayed((xs: readonly number[]) => xs.reduce(add), { name: "sum" })(output);
}

/** What is in a picture in Graphviz's language. */
async function dotOf(
  value: { visualize(file: string, options?: VisualizeOptions): Promise<void> },
  options: VisualizeOptions = {},
): Promise<{ text: string; labels: string[]; edges: string[] }> {
  const file = join(folder, "graph.dot");
  await value.visualize(file, options);
  const text = readFileSync(file, "utf8");
  const labels = [...text.matchAll(/\[label="([^"]*)"/g)].map(([, label = ""]) => label);
  return { text, labels, edges: text.split("\n").filter((line) => line.includes("->")) };
}

/** A picture of rows that are not filtered, in colours such as `ff00ff`. */
function decodePng(bytes: Buffer): { width: number; height: number; pixels: string[] } {
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const data = bytes.subarray(41, 41 + bytes.readUInt32BE(33));
  const rows = inflateSync(data).toString("hex");
  const line = 2 * (1 + 3 * width);
  expect(rows.length).toBe(height * line);
  const pixels = Array.from({ length: height }, (_, row) => rows.slice(row * line + 2, (row + 1) * line));
  return { width, height, pixels: pixels.flatMap((row) => row.match(/.{6}/g) ?? []) };
}

describe.each(ENGINES)("with the %s engine", (engine) => {
  it("draws each call of a delayed value and what it reads", async () => {
    const { labels, edges } = await dotOf(total(), { engine });
    expect(labels.toSorted()).toEqual(["add", "add", "function", "inc", "inc", "inc", "inc"]);
    expect(edges).toHaveLength(6);
  });

  it("draws each block of an array", async () => {
    const x = array.ones([4, 4], { chunks: 2 }).add(1);
    const { labels, edges } = await dotOf(x.sum(), { engine });
    expect(labels.filter((label) => label.startsWith("add"))).toEqual(
      expect.arrayContaining(["add (0, 0)", "add (0, 1)", "add (1, 0)", "add (1, 1)"]),
    );
    expect(labels.some((label) => label.startsWith("sum"))).toBe(true);
    expect(edges.length).toBeGreaterThanOrEqual(8);
  });

  it("draws each call of a bag", async () => {
    const items = bag.fromSequence([1, 2, 3, 4], { npartitions: 2 }).map(inc);
    const { labels, edges } = await dotOf(items, { engine, by: "task" });
    expect(labels.length).toBeGreaterThanOrEqual(2);
    const { labels: summed } = await dotOf(items.sum(), { engine, by: "task" });
    expect(summed.length).toBeGreaterThan(labels.length);
    expect(edges.length).toBeLessThan(labels.length);
  });

  it("draws layers where there are many tasks", async () => {
    const x = array.ones([1e6], { chunks: 1000 }).add(1);
    const { labels } = await dotOf(x, { engine });
    expect(labels).toEqual([
      expect.stringMatching(/^ones\\n\(1000000,?\) float64\\n1000 blocks$/),
      expect.stringMatching(/^add\\n\(1000000,?\) float64\\n1000 blocks$/),
    ]);
  });

  it("draws calls that read blocks of arrays", async () => {
    const x = array.ones([4], { chunks: 2 });
    const value = delayed((sum: number, block: unknown) => [sum, block])(x.sum(), x);
    const { labels } = await dotOf(value, { engine });
    expect(labels).toContain("item");
    expect(labels.some((label) => label.startsWith("ones"))).toBe(true);
  });

  it("colours tasks by the order in which they run", async () => {
    const { text, labels } = await dotOf(total(), { engine, color: "order" });
    expect(labels.at(-1)).toBe("function\\n#7");
    expect(new Set(text.match(/fillcolor="[^"]*"/g)).size).toBe(7);
  });
});

it("draws layers of which nobody knows yet how many elements they have", async () => {
  const x = array.arange(10, { chunks: 5 });
  const some = x.slice(x.greater(3)).slice("0:2");
  const { labels } = await dotOf(some);
  expect(labels.some((label) => label.includes("10"))).toBe(true);
  await expectRejection(some.visualize({ by: "task" }), "INVALID_ARGUMENT", 'by: "layer"');
});

it("draws the steps of a query of a data frame", async () => {
  const frame = dataframe.fromRecords([{ a: 1, b: "x" }]);
  const file = join(folder, "frame.dot");
  await frame.filter(col("a").gt(0)).select("a").visualize(file, { direction: "down" });
  const labels = [...readFileSync(file, "utf8").matchAll(/\[label="([^"]*)"/g)].map(([, label]) => label);
  expect(labels).toEqual([
    "memory\\n2 columns\\n1 piece",
    "filter\\n2 columns\\n1 piece",
    "select\\n1 column\\n1 piece",
  ]);
  await expectRejection(frame.visualize({ by: "task" } as object), "INVALID_ARGUMENT", "by");
});

it("draws what the optimiser makes of a graph", async () => {
  const x = array.ones([8], { chunks: 4 }).add(1).multiply(2);
  const written = await dotOf(x.sum(), { by: "task" });
  const optimized = await dotOf(x.sum(), { by: "task", optimize: true });
  expect(optimized.labels.length).toBeLessThan(written.labels.length);
  const layers = await dotOf(x.sum(), { by: "layer", optimize: true });
  expect(layers.text).toContain("multiply");
});

it("shows names with any characters as they are", async () => {
  const name = 'a "b" \\n <c> & &amp; {d|e} é';
  const value = delayed(Object.defineProperty((): number => 1, "name", { value: name }))();
  const svg = await value.visualize();
  expect(svg).toContain("a &quot;b&quot; \\n &lt;c&gt; &amp; &amp;amp; {d|e} é");
});

it("writes SVG, or gives it where no file is named", async () => {
  const file = join(folder, "graph.svg");
  expect(await total().visualize(file)).toBeUndefined();
  const svg = await total().visualize({ direction: "right", color: "none" });
  for (const text of [readFileSync(file, "utf8"), svg]) {
    expect(text).toContain("<svg");
    expect(text.match(/<text/g)).toHaveLength(7);
  }
});

it("writes PNG, with everything in it", async () => {
  const file = join(folder, "graph.png");
  await total().visualize(file);
  const { width, height, pixels } = decodePng(readFileSync(file));
  expect(width).toBeGreaterThan(400);
  expect(height).toBeGreaterThan(300);
  const count = (colour: string): number => pixels.filter((pixel) => pixel === colour).length;
  // Each kind of node has its colour, beside black for text and lines and white for the rest.
  for (const colour of ["8dd3c7", "ffe08a", "bebada", "000000", "ffffff"]) {
    expect(count(colour)).toBeGreaterThan(500);
  }
});

it("refuses what it cannot do, and leaves nothing behind", async () => {
  const value = total();
  await expectRejection(value.visualize("graph.gif"), "INVALID_ARGUMENT", ".png");
  await expectRejection(value.visualize(""), "INVALID_ARGUMENT", "a path");
  await expectRejection(value.visualize({ by: "block" as "task" }), "INVALID_ARGUMENT", "options.by");
  await expectRejection(value.visualize({ colour: "order" } as object), "INVALID_ARGUMENT", "colour");
  await expectRejection(value.visualize({ maxNodes: 6, by: "task" }), "INVALID_ARGUMENT", "more than 6");
  await expectRejection(value.visualize(join(folder, "no", "graph.svg")), "FILE_NOT_FOUND", "no folder");
  const own = join(folder, "own");
  mkdirSync(join(own, "taken.svg"), { recursive: true });
  await expectRejection(value.visualize(join(own, "taken.svg")), "FILE_ACCESS", "a directory");
  writeFileSync(join(own, "old.svg"), "old");
  await value.visualize(join(own, "old.svg"));
  expect(readFileSync(join(own, "old.svg"), "utf8")).toContain("<svg");
  expect(readdirSync(own).toSorted()).toEqual(["old.svg", "taken.svg"]);
  expect(existsSync("graph.gif")).toBe(false);
});
