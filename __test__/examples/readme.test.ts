import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeExampleFile } from "../support/example-file.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readme = await readFile(join(root, "README.md"), "utf8");
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code ?? "");

/** What a line prints, where its comment says so: not a remark that begins with a lower-case word. */
function promised(code: string): string[] {
  const printed = [...code.matchAll(/^console\.log\(await .*\); +\/\/ (.*)$/gm)].map(
    ([, text]) => text ?? "",
  );
  return printed.filter((text) => !/^[a-z]/.test(text));
}

describe("the examples of the README", () => {
  let folder = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bramble-readme-"));
    await makeExampleFile(join(folder, "myfile.hdf5"), { rows: 300, columns: 200, chunk: 100 });
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("are there", () => {
    expect(examples.length).toBeGreaterThanOrEqual(2);
    expect(examples.flatMap(promised)).not.toEqual([]);
  });

  test.each(examples.map((code, number) => ({ code, number })))(
    "example $number prints what it says",
    async ({ code, number }) => {
      const resolved = code.replace(/"bramble(?:\/(\w+))?"/g, (_, entry = "index") =>
        JSON.stringify(pathToFileURL(join(root, `dist/${entry}.js`)).href),
      );
      const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
      const file = join(folder, `example-${number}.mjs`);
      await writeFile(file, ts.transpileModule(resolved, { compilerOptions: options }).outputText);
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], { cwd: folder });
      expect(stderr).toBe("");
      expect(stdout).not.toBe("");
      for (const text of promised(code)) expect(stdout).toContain(text);
    },
  );
});
