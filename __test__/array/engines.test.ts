import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { selectEngine } from "../../dist/engine/select.js";
import { expectError } from "../support/errors.js";

let folder = "";
const variables = ["BRAMBLE_NATIVE", "BRAMBLE_ENGINE"] as const;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bramble-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

afterEach(() => {
  for (const name of variables) delete process.env[name];
});

/** A file that begins like a shared library for a machine, by its number in ELF. */
function libraryFor(machine: number): string {
  const path = join(folder, `bramble-${machine}.node`);
  const header = Buffer.alloc(64);
  header.write("\u007fELF", "latin1");
  header.writeUInt16LE(machine, 18);
  writeFileSync(path, header);
  return path;
}

describe("selectEngine", () => {
  it("says for which platform a binary was built that does not load", () => {
    const [machine, name] = process.arch === "arm64" ? [62, "linux-x64-gnu"] : [183, "linux-arm64-gnu"];
    process.env["BRAMBLE_NATIVE"] = libraryFor(machine);
    expectError(
      () => selectEngine("native"),
      "ENGINE_UNAVAILABLE",
      `bramble-${machine}.node: built for ${name}`,
    );
  });

  it("says what was tried and what to do", () => {
    process.env["BRAMBLE_NATIVE"] = join(folder, "missing.node");
    expectError(
      () => selectEngine("native"),
      "ENGINE_UNAVAILABLE",
      "missing.node: not there\nRun `npm run build`",
    );
  });

  it("falls back to js with one warning", async () => {
    process.env["BRAMBLE_NATIVE"] = join(folder, "missing.node");
    const warnings: Error[] = [];
    const listen = (warning: Error): unknown => warnings.push(warning);
    process.on("warning", listen);
    expect(selectEngine().name).toBe("js");
    expect(selectEngine().name).toBe("js");
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toContain("missing.node: not there");
    expect(warnings[0]?.message).toContain("BRAMBLE_ENGINE=js");
  });

  it("takes the engine that BRAMBLE_ENGINE names", () => {
    process.env["BRAMBLE_ENGINE"] = "js";
    expect(selectEngine().name).toBe("js");
    process.env["BRAMBLE_ENGINE"] = "wasm";
    expectError(
      () => selectEngine(),
      "INVALID_ARGUMENT",
      '"native", "js" for `BRAMBLE_ENGINE` but received \'wasm\'',
    );
  });
});
