import { array, config, delayed } from "bramble";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { expectError } from "../support/errors.js";
import { runScript } from "../support/script.js";

const folder = mkdtempSync(join(tmpdir(), "bramble-log-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is logged while a function runs. */
async function logged(
  level: "error" | "info" | "debug",
  fn: () => Promise<unknown>,
): Promise<Record<string, unknown>[]> {
  const file = join(folder, `${level}.jsonl`);
  rmSync(file, { force: true });
  await config.with({ "log.level": level, "log.file": file }, fn);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const x = array.ones([4], { chunks: 2 });
const fail = delayed((): never => {
  throw new RangeError("not today");
});

describe("the log", () => {
  it("tells computations that end, with what they took", async () => {
    const lines = await logged("info", () => x.sum().compute({ scheduler: "sync" }));
    expect(lines).toMatchObject([
      { level: "info", event: "compute.end", scheduler: "sync", layers: 2, process: process.pid },
    ]);
    expect(new Date(String(lines[0]?.["time"])).getTime()).toBeGreaterThan(Date.now() - 3_600_000);
    expect(lines[0]?.["milliseconds"]).toBeGreaterThanOrEqual(0);
  });

  it("tells what begins too if it shall", async () => {
    const lines = await logged("debug", () => x.sum().compute());
    const events = lines.map(({ event }) => event);
    expect(events).toContain("compute.start");
    expect(events.at(-1)).toBe("compute.end");
  });

  it("tells what fails, and nothing else where only failures count", async () => {
    const lines = await logged("error", async () => {
      await x.compute();
      await expect(fail.as("broken")().compute({ scheduler: "sync" })).rejects.toThrow("not today");
    });
    expect(lines).toMatchObject([
      { level: "error", event: "compute.fail", error: "RangeError: not today", task: "broken", others: 0 },
    ]);
  });

  it("is the standard error stream, where the environment asks for it", () => {
    const { stdout, stderr } = runScript(`
      const { array } = await import("BRAMBLE");
      process.env.BRAMBLE_LOG__LEVEL = "info";
      console.log(await array.ones([2]).sum().compute());
    `);
    expect(stdout).toBe("2\n");
    expect(stderr).toMatch(/^\{"time":.*"event":"compute\.end".*\}$/m);
  });

  it("ends no computation where it cannot be written", async () => {
    const settings = { "log.level": "info", "log.file": join(folder, "no", "folder") } as const;
    expect(await config.with(settings, () => x.sum().compute())).toBe(4);
  });

  it("has levels", () => {
    expectError(() => config.set({ "log.level": "loud" as "info" }), "INVALID_ARGUMENT", "log.level");
  });
});
