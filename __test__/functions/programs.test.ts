import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

/** What a program printed, run as a user would. */
async function outputOf(name: string, ...flags: string[]): Promise<unknown> {
  const file = fileURLToPath(new URL(`programs/${name}`, import.meta.url));
  const { stdout } = await run(process.execPath, [...flags, file]);
  return JSON.parse(stdout);
}

const TYPED = {
  imports: ["b", "mm"],
  destructured: ["1", true],
  functions: ["A!", "B!"],
  classes: 2,
  names: ["inner", "Inner"],
};

test("functions of ES modules travel", async () => {
  expect(await outputOf("esm.mjs")).toEqual({
    imports: ["b", true, "function", "mm"],
    packages: [1, "x"],
    json: "settings",
    meta: true,
    dynamic: "mm",
    classes: 7,
    strict: true,
  });
});

test("functions of CommonJS modules travel", async () => {
  expect(await outputOf("cjs.cjs")).toEqual({
    imports: ["b", "cm", "cm", "v", true],
    packages: [1, "x"],
    locals: 3,
    sloppy: true,
    dynamic: "mm",
    inside: "d",
  });
});

test("functions that tsx compiled travel", async () => {
  expect(await outputOf("typed.ts", "--import", "tsx")).toEqual(TYPED);
});

const IN_EACH = [
  [true, 64],
  [true, 64],
];

test("modules of one's own are imported in threads and processes, and their classes are the same everywhere", async () => {
  expect(await outputOf("own-modules.cjs")).toEqual(IN_EACH);
  expect(await outputOf("own-modules.ts", "--import", "tsx")).toEqual(IN_EACH);
});

// From Node 22 on.
if ("typescript" in process.features) {
  test("functions that Node stripped of types travel", async () => {
    expect(await outputOf("typed.ts")).toEqual(TYPED);
    expect(await outputOf("own-modules.ts")).toEqual(IN_EACH);
  });
}

const CHECK = new URL("programs/check.mjs", import.meta.url);
const ESBUILD = fileURLToPath(new URL("../../node_modules/.bin/esbuild", import.meta.url));

test.each([
  [["--keep-names"], TYPED],
  [["--minify", "--keep-names"], TYPED],
  [["--target=es2022", "--sourcemap=inline"], TYPED],
  // Without names functions have none, here and there.
  [["--minify"], { ...TYPED, names: ["", ""] }],
])("functions that esbuild bundled with %j travel", async (flags, expected) => {
  const folder = mkdtempSync(join(tmpdir(), "bramble-bundled-"));
  try {
    const [source, file] = [fileURLToPath(new URL("typed.ts", CHECK)), join(folder, "typed.mjs")];
    const bundling = ["--bundle", "--platform=node", "--format=esm", "--external:./check.mjs"];
    await run(ESBUILD, [source, ...bundling, ...flags, `--outfile=${file}`, "--log-level=error"]);
    writeFileSync(file, readFileSync(file, "utf8").replace("./check.mjs", CHECK.href));
    const { stdout } = await run(process.execPath, [file]);
    expect(JSON.parse(stdout)).toEqual(expected);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
