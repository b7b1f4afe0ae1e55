import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { BrambleError } from "../../errors.js";

/** Loads a library that not everybody has: beside Bramble, or where the program runs. */
export async function loadDriver(name: string, purpose: string): Promise<unknown> {
  const here = createRequire(join(process.cwd(), "package.json"));
  for (const find of [() => name, () => pathToFileURL(here.resolve(name)).href]) {
    try {
      return (await import(find())) as unknown;
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  throw new BrambleError(
    "NOT_INSTALLED",
    `${purpose} needs the package ${name}, which is not installed here: npm install ${name}`,
  );
}

function isMissing(error: unknown): boolean {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
}
