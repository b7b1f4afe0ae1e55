import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { bag } from "bramble";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectError, expectRejection } from "../support/errors.js";

const SYNC = { scheduler: "sync" } as const;
const WAYS = [
  ["the JS engine", { engine: "js" }],
  ["sync", SYNC],
  ["processes", { scheduler: "processes", numWorkers: 2 }],
] as const;

let folder = "";
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bramble-bag-"));
  await writeFile(at("a.txt"), "one\ntwo\r\nthree");
  await writeFile(at("b.txt"), "four\n\nfive\n");
  await writeFile(at("c.txt.gz"), gzipSync("six\nseven\n"));
  await writeFile(at("d.txt.br"), brotliCompressSync("eight\n"));
  await writeFile(at("empty.log"), "");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(WAYS)("with %s", (_, options) => {
  test("lines of files, compressed or not", async () => {
    expect(await bag.readText(at("?.txt")).compute(options)).toEqual([
      "one",
      "two",
      "three",
      "four",
      "",
      "five",
    ]);
    expect(await bag.readText([at("c*.gz"), at("d.txt.br")]).compute(options)).toEqual([
      "six",
      "seven",
      "eight",
    ]);
    const raw = bag.readText(at("a.txt"), { lineDelimiter: "\n" });
    expect(await raw.compute(options)).toEqual(["one", "two\r", "three"]);
    expect(await bag.readText(at("empty.log")).compute(options)).toEqual([]);
    const paths = bag.readText(at("[ab].txt"), { includePath: true, filesPerPartition: 2 });
    expect(paths.npartitions).toBe(1);
    expect((await paths.compute(options)).slice(2, 4)).toEqual([
      ["three", at("a.txt")],
      ["four", at("b.txt")],
    ]);
  });

  test("files that only the addon can decompress", async () => {
    const text = [...Array<string>(500).fill("one"), ...Array<string>(500).fill("two")];
    for (const name of ["two.bz2", "two.xz", "two.zst"]) {
      const path = fileURLToPath(new URL(`../../crates/bag/tests/data/${name}`, import.meta.url));
      expect(await bag.readText(path).compute(options)).toEqual(text);
      await writeFile(at(`short-${name}`), (await readFile(path)).subarray(0, -5));
      await expectRejection(
        bag.readText(at(`short-${name}`)).compute(options),
        "CORRUPT_DATA",
        `short-${name} is no`,
      );
    }
  });

  test.each(["gz", "br", "bz2", "xz", "zst"])("files that end in .%s are written so", async (ending) => {
    const lines = Array.from({ length: 700 }, (__, index) => `Zeile ${index} ä`);
    const out = await mkdtemp(join(tmpdir(), "bramble-compressed-"));
    const paths = await bag
      .fromSequence(lines, { npartitions: 2 })
      .toTextFiles(join(out, `*.txt.${ending}`), options);
    const [size = 0] = await Promise.all(paths.map(async (path) => (await readFile(path)).length));
    expect(size).toBeLessThan(2500);
    expect(await bag.readText(paths).compute(options)).toEqual(lines);
    await rm(out, { recursive: true });
  });

  test("blocks of files of JSON, and what is malformed in them", async () => {
    const rows = Array.from({ length: 50 }, (__, id) => ({ id, name: "ä".repeat(id % 7) }));
    await writeFile(at("rows.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const read = bag.readJSONLines<{ id: number }>(at("rows.jsonl"), { blocksize: 100 });
    expect(read.npartitions).toBeGreaterThan(10);
    expect(await read.compute(options)).toEqual(rows);
    await writeFile(at("bad.jsonl"), `${'{"id": 1}\n'.repeat(40)}\n{"id": ,}\n{"id": 2}\n`);
    const bad = bag.readJSONLines(at("bad.jsonl"), { blocksize: "60B" });
    await expectRejection(bad.compute(options), "INVALID_FILE", `${at("bad.jsonl")}, line 42 (byte 401): `);
  });

  test("texts and JSON, a file for each partition", async () => {
    const out = await mkdtemp(at("out-"));
    const items = bag.range(25, { npartitions: 11 }).map((id) => ({ id }));
    const paths = await items.toJSONLines(join(out, "deep", "part-*.jsonl.gz"), options);
    expect(paths).toHaveLength(11);
    expect(paths[3]).toBe(join(out, "deep", "part-03.jsonl.gz"));
    expect(await readdir(join(out, "deep"))).toEqual(paths.map((path) => path.split("/").at(-1)));
    expect(await bag.readJSONLines(join(out, "**", "*.jsonl.gz")).compute(options)).toEqual(
      await items.compute(SYNC),
    );
    const texts = bag.fromSequence(["ä", "b"], { npartitions: 2 });
    const named = await texts.toTextFiles(join(out, "*.txt"), {
      ...options,
      nameFunction: (n) => "xy"[n] ?? "",
    });
    expect(named).toEqual([join(out, "x.txt"), join(out, "y.txt")]);
    expect(await readFile(join(out, "x.txt"), "utf8")).toBe("ä\n");
  });

  test("a folder that nobody can make is an error", async () => {
    // Of a folder in /proc the system says that there is none to make it in.
    for (const place of [at("a.txt"), "/proc/bramble", "/proc/bramble/out"]) {
      const writing = bag.fromSequence(["a"]).toTextFiles(`${place}/*.txt`, options);
      await expect(writing).rejects.toMatchObject({ code: expect.stringMatching(/^FILE_/) });
    }
  });

  test("nothing is left of what could not be written as a whole", async () => {
    const out = await mkdtemp(at("out-"));
    await writeFile(join(out, "0.txt"), "before");
    const items = bag.range(4, { npartitions: 4 }).map((x) => {
      if (x === 3) throw new Error("three");
      return String(x);
    });
    await expect(items.toTextFiles(join(out, "*.txt"), options)).rejects.toThrow("three");
    expect(await readdir(out)).toEqual(["0.txt"]);
    expect(await readFile(join(out, "0.txt"), "utf8")).toBe("before");
    await expect(bag.range(2).toTextFiles(join(out, "*.txt"), options)).rejects.toThrow("`map(String)`");
    await expectRejection(
      bag.fromSequence(["a"]).toTextFiles("/dev/null/x/*.txt", options),
      "FILE_ACCESS",
      "/dev/null/x",
    );
  });

  test("damaged files are named", async () => {
    const whole = gzipSync("text ".repeat(1000));
    await writeFile(at("short.gz"), whole.subarray(0, whole.length / 2));
    await writeFile(at("none.gz"), "plain text");
    for (const name of ["short.gz", "none.gz"]) {
      await expectRejection(
        bag.readText(at(name)).compute(options),
        "CORRUPT_DATA",
        `${at(name)} is no gzip file`,
      );
    }
    const gone = bag.readText(at("empty.log"));
    await writeFile(at("gone.txt"), "x");
    const removed = bag.readText(at("gone.txt"));
    await rm(at("gone.txt"));
    expect(await gone.count().compute(options)).toBe(0);
    await expectRejection(removed.compute(options), "FILE_NOT_FOUND", "gone.txt");
  });
});

test("other encodings and delimiters", async () => {
  await writeFile(at("wide.txt"), Buffer.from("\ufeffä\nȊ\n𝄞\n", "utf16le"));
  const wide = bag.readText(at("wide.txt"), { encoding: "utf-16le", blocksize: 3 });
  expect(await wide.compute(SYNC)).toEqual(["ä", "Ȋ", "𝄞"]);
  await writeFile(at("latin.txt"), Buffer.from("\xe4;\xf6", "latin1"));
  expect(
    await bag.readText(at("latin.txt"), { encoding: "latin1", lineDelimiter: ";" }).compute(SYNC),
  ).toEqual(["ä", "ö"]);
  await writeFile(at("bom.txt"), "\ufeffa\nb");
  expect(await bag.readText(at("bom.txt")).compute(SYNC)).toEqual(["a", "b"]);
});

test("every record is in one block, wherever blocks begin", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "\n", "ä"), maxLength: 60 });
  const delimiter = fc.constantFrom("\n", "ab", "\n\n", "aa", "aba", "ä");
  await fc.assert(
    fc.asyncProperty(
      text,
      delimiter,
      fc.integer({ min: 1, max: 20 }),
      async (content, lineDelimiter, blocksize) => {
        await writeFile(at("blocks.txt"), content);
        const whole = content.split(lineDelimiter);
        if (whole.at(-1) === "") whole.pop();
        const read = bag.readText(at("blocks.txt"), { lineDelimiter, blocksize });
        expect(await read.compute(SYNC)).toEqual(whole);
      },
    ),
    { numRuns: 200 },
  );
});

test("records that are longer than what is looked through at a time", async () => {
  const lines = Array.from({ length: 20 }, (_, index) => String(index % 10).repeat(20_000 * (index % 8) + 1));
  await writeFile(at("long.txt"), lines.join("||"));
  const read = bag.readText(at("long.txt"), { lineDelimiter: "||", blocksize: 50_000 });
  expect(await read.compute(SYNC)).toEqual(lines);
});

test("what a URL answers", async () => {
  const server = createServer((request, response) => {
    response.statusCode = request.url === "/lines" ? 200 : 404;
    response.end("a\nb\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await bag.fromURL([`${base}/lines`, new URL(`${base}/lines`)]).compute(SYNC)).toEqual([
      "a",
      "b",
      "a",
      "b",
    ]);
    await expectRejection(bag.fromURL(`${base}/none`).compute(SYNC), "NETWORK", "404");
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test("two writers to one folder are refused", async () => {
  const out = await mkdtemp(at("out-"));
  const slow = bag.fromSequence(["a"]).map(async (text) => {
    // Until the second writer was refused.
    while (!existsSync(`${out}.go`)) await new Promise((resolve) => setTimeout(resolve, 5));
    return text;
  });
  const first = slow.toTextFiles(join(out, "*.txt"), SYNC);
  const second = bag.fromSequence(["b"]).toTextFiles(join(out, "*.txt"), SYNC);
  await expectRejection(second, "FILE_EXISTS", "is being written to by process");
  await writeFile(`${out}.go`, "");
  await first;
  expect(await readFile(join(out, "0.txt"), "utf8")).toBe("a\n");
  // What a killed writer left is taken over.
  await writeFile(join(out, ".bramble-writing"), `4194305 of ${hostname()}`);
  await bag.fromSequence(["c"]).toTextFiles(join(out, "*.txt"), SYNC);
  expect(await readdir(out)).toEqual(["0.txt"]);
});

test("what is not there, and what makes no sense", async () => {
  expectError(() => bag.readText(at("x*.txt")), "FILE_NOT_FOUND", `There is ${folder}, which has`);
  expectError(
    () => bag.readText(at("no/such/folder/*.txt")),
    "FILE_NOT_FOUND",
    `There is ${folder}, which has`,
  );
  expectError(() => bag.readText(at("aa.txt")), "FILE_NOT_FOUND", "a.txt");
  // A file is no folder.
  expectError(() => bag.readText(at("a.txt/b.txt")), "FILE_NOT_FOUND", at("a.txt/b.txt"));
  expectError(() => bag.readText(at("a.txt/b/*.txt")), "FILE_NOT_FOUND", at("a.txt/b/*.txt"));
  expectError(() => bag.readText([]), "INVALID_ARGUMENT", "at least one path");
  expectError(
    () => bag.readText(at("c.txt.gz"), { blocksize: 10 }),
    "INVALID_ARGUMENT",
    "leave `blocksize` out",
  );
  expectError(() => bag.readText(at("a.txt"), { encoding: "no" }), "INVALID_ARGUMENT", "options.encoding");
  expectError(
    () => bag.readText(at("a.txt"), { lineDelimiter: "" }),
    "INVALID_ARGUMENT",
    "options.lineDelimiter",
  );
  expectError(() => bag.readText(at("a.txt"), { compression: "zip" as never }), "INVALID_ARGUMENT", '"gzip"');
  expectError(() => bag.fromURL("ftp://x"), "INVALID_ARGUMENT", "http or https");
  const texts = bag.fromSequence(["a", "b"]);
  await expectRejection(texts.toTextFiles("*/x.txt"), "INVALID_ARGUMENT", "one asterisk");
  await expectRejection(texts.toTextFiles([at("x")]), "INVALID_ARGUMENT", "2 paths in one folder");
  const same = texts.toTextFiles(at("*.txt"), { nameFunction: () => "x" });
  await expectRejection(same, "INVALID_ARGUMENT", "the same file");
});
