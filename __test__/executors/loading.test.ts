import { type ComputeOptions, delayed, task } from "bramble";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { NO_ENTRY } from "../../dist/graph/index.js";
import { BatchRunner } from "../../dist/executors/batch-runner.js";
import { decode, encode } from "../../dist/values/index.js";
import { expectRejection } from "../support/errors.js";

/** Forms of results, as `src/executors/results.ts` writes them. */
const [ENCODED, ENCODED_ERROR, RETURNED] = [1, 3, 5];

const sum = (...xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);

describe.each(["threads", "processes"] as const)("with %s", (scheduler) => {
  const options: ComputeOptions = { engine: "native", scheduler, numWorkers: 1 };

  it("a function that cannot be loaded fails its computation and no worker", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bramble-loading-"));
    const file = join(folder, "gone.mjs");
    writeFileSync(file, "export const gone = () => 1;");
    const gone = task.fromModule(pathToFileURL(file).href, "gone");
    rmSync(folder, { recursive: true });
    await expectRejection(delayed(gone)().compute(options), "MODULE_NOT_FOUND", "gone.mjs");
    expect(await delayed(sum)(1, 2).compute(options)).toBe(3);
  });

  it("a module that computes whenever it is imported does not go on for ever", () => {
    const program = fileURLToPath(new URL("../functions/programs/imports-itself.mjs", import.meta.url));
    const env = { ...process.env, BRAMBLE_SCHEDULER: scheduler, BRAMBLE_NUM_WORKERS: "1" };
    const { status, stderr } = spawnSync(process.execPath, [program], { encoding: "utf8", env });
    expect([status, stderr]).toEqual([1, expect.stringContaining("it would never end")]);
  });
});

it("a value that cannot be read fails its call alone", async () => {
  const program = { functions: [(x: number) => [x + 1]], args: [], layers: ["calls"] };
  const runner = new BatchRunner();
  const call = async (payload: Uint8Array): Promise<[form: number | undefined, value: unknown]> => {
    // Nothing released; ticket, layer, function, arguments, values, 1 axis, its chunk, no info, 1 slot: a value.
    const head = Float64Array.of(0, 0, 0, 0, NO_ENTRY, 1, 1, 0, 0, 1, -1, 1, 0, payload.length, 0, 0);
    const results = await runner.run({ run: 1, head, payload }, Promise.resolve(program));
    return [results.head[1], decode({ head: results.payload, buffers: results.buffers })];
  };
  const [form, error] = await call(Uint8Array.of(0xc1, 0xc1));
  expect([form, error]).toEqual([ENCODED_ERROR, expect.any(Error)]);
  expect(await call(encode(5).head)).toEqual([ENCODED, [6]]);
});

it("the first call of a function begins a batch, so that what was made before is handed in", async () => {
  const program = { functions: [() => "one", () => "two"], args: [], layers: ["calls"] };
  const runner = new BatchRunner();
  const call = async (...functions: readonly number[]): Promise<(readonly number[])[]> => {
    // Of each call as above, without a slot.
    const calls = functions.flatMap((number, ticket) => [ticket, 0, number, NO_ENTRY, 1, 1, ticket, 0, 0]);
    const { head } = await runner.run(
      { run: 1, head: Float64Array.of(0, ...calls) },
      Promise.resolve(program),
    );
    const ended: number[][] = [];
    for (let at = 0; at < head.length; at += head[at + 1] === RETURNED ? 2 : 6) {
      ended.push([...head.subarray(at, at + 2)]);
    }
    return ended;
  };
  expect(await call(0, 0, 1, 0)).toEqual([
    [0, ENCODED],
    [1, ENCODED],
    [2, RETURNED],
    [3, RETURNED],
  ]);
  expect(await call(1, 0, 1)).toEqual([
    [0, ENCODED],
    [1, ENCODED],
    [2, ENCODED],
  ]);
});

it.each(["processes/child.js", "threads/thread.js"])("%s loads only what calls need", (file) => {
  const loaded = new Set<string>();
  const visit = (url: URL): void => {
    if (loaded.has(url.href)) return;
    loaded.add(url.href);
    for (const [, from = ""] of readFileSync(url, "utf8").matchAll(
      /^(?:im|ex)port [^;]*?from "([^"]+)";/gm,
    )) {
      if (from.startsWith(".")) visit(new URL(from, url));
      else loaded.add(from);
    }
  };
  visit(new URL(`../../dist/executors/${file}`, import.meta.url));
  const packages = [...loaded].filter((name) => !/^(node|file):/.test(name));
  expect(packages).toEqual([]);
  expect([...loaded].filter((name) => name.includes("/dist/graph/") || name === "node:inspector")).toEqual([
    new URL("../../dist/graph/grid.js", import.meta.url).href,
    new URL("../../dist/graph/axis.js", import.meta.url).href,
  ]);
});
