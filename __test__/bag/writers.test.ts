import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Worker } from "node:worker_threads";
import { bag } from "bramble";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FilesBeingWritten } from "../../src/bag/files/writing.js";
import { expectRejection } from "../support/errors.js";
import { scriptWords } from "../support/script.js";
import { mayMount, runOnSmallDisk } from "../support/small-disk.js";

let folder: string;
const programs: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bramble-writers-"));
});
afterEach(() => {
  for (const program of programs.splice(0)) program.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** Every way to write, as source: `items` are written to `path`. */
const WRITERS = {
  toTextFiles: "items.toTextFiles(path, options)",
  toJSONLines: "items.toJSONLines(path, options)",
  toAvro: "items.toAvro(path, 'string', options)",
} as const;
const ways = Object.entries(WRITERS);

/** A program that writes `count` items in three partitions, and prints how that ended. */
const source = (write: string, rest: { count: number; word: string; go?: string }): string => `
  import { existsSync } from "node:fs";
  import { bag } from "BRAMBLE";
  const path = ${JSON.stringify(join(folder, "out", "*.part"))};
  const options = { scheduler: "sync" };
  const go = ${JSON.stringify(rest.go ?? null)};
  const items = bag.range(${rest.count}, { npartitions: 3 }).map(async () => {
    while (go !== null && !existsSync(go)) await new Promise((resolve) => setTimeout(resolve, 5));
    return ${JSON.stringify(rest.word)};
  });
  const tell = (text) => process.stdout.write(text + "\\n");
  await ${write}.then(() => tell("written"), ({ code, message }) => tell(code + " " + message));
`;

function start(code: string): { program: ChildProcess; output: Promise<string> } {
  const program = spawn(process.execPath, scriptWords(code), { stdio: ["ignore", "pipe", "inherit"] });
  programs.push(program);
  return { program, output: text(program.stdout) };
}

async function untilThere(path: string): Promise<void> {
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** What is in the folder that is written to. */
const written = (): string[] => readdirSync(join(folder, "out")).sort();
const PARTS = ["0.part", "1.part", "2.part"];

describe.each(ways)("%s", (_name, write) => {
  it("lets one process write to a folder at a time", async () => {
    const go = join(folder, "go");
    const first = start(source(write, { count: 6, word: "first", go }));
    await untilThere(join(folder, "out", ".bramble-writing"));
    const second = start(source(write, { count: 6, word: "second" }));
    expect(await second.output).toMatch(/^FILE_EXISTS .*out is being written to by /);
    writeFileSync(go, "");
    expect(await first.output).toBe("written\n");
    expect(written()).toEqual(PARTS);
    for (const part of PARTS)
      expect(readFileSync(join(folder, "out", part), "latin1")).not.toContain("second");
  }, 120_000);

  it("takes the place of a process that was killed, and leaves nothing of it", async () => {
    const old = start(source(write, { count: 6, word: "old" }));
    expect(await old.output).toBe("written\n");
    const before = PARTS.map((part) => readFileSync(join(folder, "out", part), "latin1"));
    const killed = start(source(write, { count: 6, word: "killed", go: join(folder, "never") }));
    await untilThere(join(folder, "out", ".bramble-writing"));
    killed.program.kill("SIGKILL");
    await once(killed.program, "exit");
    expect(PARTS.map((part) => readFileSync(join(folder, "out", part), "latin1"))).toEqual(before);
    writeFileSync(join(folder, "out", ".0.part.0123abcd.partial"), "half");
    expect(await start(source(write, { count: 6, word: "new" })).output).toBe("written\n");
    expect(written()).toEqual(PARTS);
    for (const part of PARTS) expect(readFileSync(join(folder, "out", part), "latin1")).toContain("new");
  }, 120_000);
});

it("never shows half of a file, however many write at once", async () => {
  const words = ["one", "two", "three", "four"];
  const outputs = await Promise.all(
    words.map((word) => start(source(WRITERS.toTextFiles, { count: 3000, word })).output),
  );
  expect(outputs).toContain("written\n");
  for (const output of outputs) expect(output).toMatch(/^(written|FILE_EXISTS .*)\n$/);
  expect(written()).toEqual(PARTS);
  for (const part of PARTS) {
    const lines = readFileSync(join(folder, "out", part), "utf8")
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(1000);
    expect(words).toContain(lines[0]);
    expect(new Set(lines).size).toBe(1);
  }
}, 120_000);

it("says whose a folder is as soon as it is taken", async () => {
  const lock = join(folder, ".bramble-writing");
  const look = `
    const { readFileSync } = require("node:fs");
    const { parentPort, workerData } = require("node:worker_threads");
    let stop = false;
    parentPort.once("message", () => (stop = true));
    const seen = new Set();
    const again = () => {
      for (let turn = 0; turn < 500; turn += 1)
        try { seen.add(readFileSync(workerData, "utf8")); } catch { /* It is not there. */ }
      if (stop) parentPort.postMessage(seen);
      else setImmediate(again);
    };
    parentPort.postMessage("looks");
    again();
  `;
  const worker = new Worker(look, { eval: true, workerData: lock });
  await once(worker, "message");
  const take = (): FilesBeingWritten => new FilesBeingWritten([join(folder, "0.part")]);
  for (let turn = 0; turn < 5000; turn += 1) take().abort();
  // This one is seen by whoever looks late.
  const last = take();
  const told = once(worker, "message");
  worker.postMessage("stop");
  const seen = await told;
  last.abort();
  await worker.terminate();
  expect(seen).toEqual([new Set([`${process.pid} of ${hostname()}`])]);
}, 60_000);

it("leaves a folder to a process of another machine", async () => {
  const path = join(folder, "*.txt");
  const items = bag.fromSequence(["a"]);
  for (const owner of ["17 of elsewhere", ""]) {
    writeFileSync(join(folder, ".bramble-writing"), owner);
    await expect(items.toTextFiles(path)).rejects.toMatchObject({ code: "FILE_EXISTS" });
  }
  writeFileSync(join(folder, ".bramble-writing"), `4194305 of ${hostname()}`);
  await items.toTextFiles(path);
  expect(readdirSync(folder)).toEqual(["0.txt"]);
});

describe("what can't be written", () => {
  it.each(["toTextFiles", "toJSONLines"] as const)(
    "is named: %s below a file, and in place of a folder",
    async (name) => {
      writeFileSync(join(folder, "file"), "");
      const items = bag.fromSequence(["a", "b"]);
      await expectRejection(items[name](join(folder, "file", "*.txt")), "FILE_EXISTS", join(folder, "file"));
      mkdirSync(join(folder, "1.txt"));
      await expectRejection(items[name](join(folder, "*.txt")), "FILE_EXISTS", "1.txt is a folder");
      expect(readdirSync(folder).sort()).toEqual(["1.txt", "file"]);
    },
  );
});

describe.runIf(mayMount)("a full disk", () => {
  it.each(ways)("is said, and leaves what was there: %s", (_name, write) => {
    const code = `
      import { readdirSync } from "node:fs";
      import { bag } from "BRAMBLE";
      const path = ${JSON.stringify(join(folder, "*.part"))};
      const options = { scheduler: "sync" };
      const tell = (text) => process.stdout.write(text + "\\n");
      const write = (items) => ${write}.then(() => "written", ({ code, message }) => code + " " + message);
      tell(await write(bag.fromSequence(["old", "old"])));
      tell(await write(bag.fromSequence(["x".repeat(4e5), "y".repeat(9e5)])));
      tell(readdirSync(${JSON.stringify(folder)}).sort().join());
      tell(await write(bag.fromSequence(["new", "new"])));
    `;
    const { stdout, stderr } = runOnSmallDisk(folder, [process.execPath, ...scriptWords(code)]);
    expect(stderr).toBe("");
    const [first, refused, left, then] = stdout.trim().split("\n");
    expect(first).toBe("written");
    expect(refused).toMatch(/^DISK_FULL .*\/1\.part could not be written: /);
    expect(left).toBe("0.part,1.part");
    expect(then).toBe("written");
  });
});
