import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { array, config } from "bramble";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { expectError } from "../support/errors.js";

let folder: string;
let before: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bramble-config-"));
  before = { ...process.env };
  vi.spyOn(process, "cwd").mockReturnValue(join(folder, "project", "src"));
  mkdirSync(join(folder, "project", "src"), { recursive: true });
  mkdirSync(join(folder, "home", "bramble"), { recursive: true });
  process.env["XDG_CONFIG_HOME"] = join(folder, "home");
  config.refresh();
});

afterEach(() => {
  process.env = before;
  vi.restoreAllMocks();
  config.refresh();
  rmSync(folder, { recursive: true });
});

const writeUser = (text: string): void => {
  writeFileSync(join(folder, "home", "bramble", "a.yaml"), text);
  config.refresh();
};
const writeProject = (text: string): void => {
  writeFileSync(join(folder, "project", "bramble.yaml"), text);
  config.refresh();
};

describe("what counts", () => {
  test("defaults, files of the user and of the project, the environment, set and with, in this order", async () => {
    expect(config.get("array.splitEvery")).toBe(16);
    expect(config.sourceOf("array.splitEvery")).toBe("default");
    writeUser("array:\n  split-every: 4\n  chunkSize: 1MiB\n");
    expect(config.get("array.splitEvery")).toBe(4);
    writeProject("array: { splitEvery: 5 }\n");
    expect(config.get("array.splitEvery")).toBe(5);
    expect(config.get("array.chunkSize")).toBe(2 ** 20);
    expect(config.sourceOf("array.splitEvery")).toContain("bramble.yaml:1");
    process.env["BRAMBLE_ARRAY__SPLIT_EVERY"] = "6";
    expect(config.get("array.splitEvery")).toBe(6);
    const set = config.set({ "array.splitEvery": 7 });
    expect(config.get("array.splitEvery")).toBe(7);
    await config.with({ "array.splitEvery": 8 }, async () => {
      config.set({ "array.splitEvery": 9 }).restore();
      await setImmediate();
      expect(config.get("array.splitEvery")).toBe(8);
      expect(config.sourceOf("array.splitEvery")).toBe("with");
    });
    set.restore();
    expect(config.get("array.splitEvery")).toBe(6);
  });

  test("the option of a call counts more than everything", async () => {
    const seen: string[] = [];
    await config.with({ scheduler: "sync", engine: "js" }, async () => {
      await array.ones([4]).sum().compute({ scheduler: "threads" });
      seen.push(String(config.get("scheduler")));
    });
    expect(seen).toEqual(["sync"]);
  });

  test("the latest set counts, and undoing one leaves the others", () => {
    const first = config.set({ scheduler: "sync", numWorkers: 2 });
    const second = config.set({ scheduler: "threads" });
    expect(config.get("scheduler")).toBe("threads");
    first.restore();
    expect(config.get("scheduler")).toBe("threads");
    expect(config.get("numWorkers")).toBeUndefined();
    second.restore();
    expect(config.get("scheduler")).toBeUndefined();
  });

  test("`using` undoes what was set", () => {
    {
      using _ = config.set({ "array.chunkSize": "64MiB" });
      expect(config.get("array.chunkSize")).toBe(64 * 2 ** 20);
      expect(array.ones([2 ** 24]).chunks).toEqual([[2 ** 23, 2 ** 23]]);
    }
    expect(config.get("array.chunkSize")).toBe(32 * 2 ** 20);
  });

  test("contexts at the same time don't disturb each other", async () => {
    const seen = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        config.with({ numWorkers: index + 1 }, async () => {
          for (let i = 0; i < index % 5; i += 1) await setImmediate();
          return config.get("numWorkers");
        }),
      ),
    );
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(config.get("numWorkers")).toBeUndefined();
  });

  test("an inner context adds to the outer one", () => {
    const inner = config.with({ scheduler: "sync", numWorkers: 3 }, () =>
      config.with({ numWorkers: 4 }, () => [config.get("scheduler"), config.get("numWorkers")]),
    );
    expect(inner).toEqual(["sync", 4]);
  });

  test("BRAMBLE_CONFIG names a file that counts more than that of the project", () => {
    writeProject("array: { splitEvery: 5 }\n");
    const file = join(folder, "mine.yaml");
    writeFileSync(file, "array: { splitEvery: 50 }\n");
    process.env["BRAMBLE_CONFIG"] = file;
    config.refresh();
    expect(config.get("array.splitEvery")).toBe(50);
    process.env["BRAMBLE_CONFIG"] = join(folder, "none.yaml");
    config.refresh();
    expectError(() => config.get("scheduler"), "FILE_NOT_FOUND", "none.yaml, which BRAMBLE_CONFIG names");
  });
});

describe("bad input", () => {
  test("unknown settings are named with the nearest ones", () => {
    const text = "There is no setting `array.chunksize`. Did you mean `array.chunkSize`";
    expectError(() => config.get("array.chunksize" as never), "INVALID_ARGUMENT", text);
    expectError(() => config.set({ "array.chunksize": 1 } as never), "INVALID_ARGUMENT", text);
    writeProject("scheduler: sync\narray:\n  chunksize: 1\n");
    expectError(() => config.get("scheduler"), "INVALID_FILE", `bramble.yaml:3: ${text}`);
  });

  test("bad values are named with the place where they were written", () => {
    expectError(() => config.set({ numWorkers: 0 }), "INVALID_ARGUMENT", "for `numWorkers` but received 0");
    writeProject("\nengine: wasm\n");
    expectError(() => config.get("engine"), "INVALID_ARGUMENT", "bramble.yaml:2)` but received 'wasm'");
    writeProject("engine: [\n");
    expectError(() => config.get("engine"), "INVALID_FILE", "bramble.yaml");
    process.env["BRAMBLE_ARRAY__SPLIT_EVERY"] = "many";
    writeProject("");
    expectError(
      () => config.get("array.splitEvery"),
      "INVALID_ARGUMENT",
      "for `BRAMBLE_ARRAY__SPLIT_EVERY` but received 'many'",
    );
    expectError(() => config.set({ "array.chunkSize": "1 parsec" }), "INVALID_ARGUMENT", "1 parsec");
    expectError(() => config.set(null as never), "INVALID_ARGUMENT", "settings");
    expectError(() => config.with({}, undefined as never), "INVALID_ARGUMENT", "`fn`");
  });
});

test("variables that look like misspelt settings are named, others are left alone", () => {
  const program = `
    import { config } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
    process.on("warning", ({ code, message }) => console.log(code, message));
    config.get("scheduler");
  `;
  const env = {
    ...before,
    BRAMBLE_HOME: "/home/somebody",
    BRAMBLE_SCHEDULAR: "sync",
    BRAMBLE_ARRAY__CHUNKSIZE: "1MiB",
  };
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    env,
    encoding: "utf8",
  });
  expect(output.trim().split("\n")).toEqual([
    "BRAMBLE_UNKNOWN_SETTING BRAMBLE_SCHEDULAR in the environment sets nothing. Did you mean BRAMBLE_SCHEDULER?",
    "BRAMBLE_UNKNOWN_SETTING BRAMBLE_ARRAY__CHUNKSIZE in the environment sets nothing. Did you mean BRAMBLE_ARRAY__CHUNK_SIZE?",
  ]);
});

test("all gives every setting", () => {
  expect(Object.keys(config.all())).toContain("array.chunkSize");
  expect(config.with({ scheduler: "sync" }, () => config.all().scheduler)).toBe("sync");
});
