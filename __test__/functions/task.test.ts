import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { task } from "../../dist/functions/index.js";
import { type Elsewhere, openThread } from "../support/elsewhere.js";
import { expectError } from "../support/errors.js";

let there: Elsewhere;
beforeAll(() => {
  there = openThread();
});
afterAll(() => there.close());

test("task calls the function, and sends the captures that were named", async () => {
  let factor = 3;
  const scale = task((x: number) => x * factor, { captures: { factor } });
  factor = 4;
  expect(scale(2)).toBe(8);
  expect(await there.run(scale, 2)).toBe(6);
});

test("a name that the captures leave out is an error", async () => {
  const factor = 3;
  const offset = 1;
  const scale = task((x: number) => x * factor + offset, { captures: { factor } });
  await expect(there.run(scale, 2)).rejects.toThrow(/uses `offset`, which its captures don't name/);
});

test("task.fromModule imports the function where it runs", async () => {
  const url = new URL("programs/tasks.mjs", import.meta.url);
  const shout = task.fromModule<[string], string>(url, "shout");
  expect(await shout("a")).toBe("A!");
  expect(await there.run(shout, "b")).toBe("B!");
  const missing = task.fromModule(url, "whisper");
  await expect(missing()).rejects.toThrow(/whisper/);
  await expect(there.run(missing)).rejects.toThrow(/tasks\.mjs exports no `whisper`/);
  expectError(() => task.fromModule("./tasks.mjs", "shout"), "INVALID_ARGUMENT", "import.meta.url");
});

test("where the inspector is off, an error says what to do, and named captures work", () => {
  const program = fileURLToPath(new URL("programs/without-inspector.mjs", import.meta.url));
  const major = Number(process.versions.node.split(".")[0]);
  const permission = major < 23 ? "--experimental-permission" : "--permission";
  const output = execFileSync(
    process.execPath,
    [permission, "--allow-fs-read=*", "--allow-addons", program],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  expect(JSON.parse(output)).toEqual({ refused: true, named: 6, alone: 5 });
});
