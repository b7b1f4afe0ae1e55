import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BrambleError } from "../errors.js";
import { CONTENT, type Environment } from "./environment.js";
import { updateFileText } from "./file.js";
import { portableLock } from "./file-lock.js";
import type { Home } from "./home.js";
import { readDependencies, readLockFile } from "./manifest.js";
import { readNpmOptions } from "./npm-config.js";
import { type Dependencies, packageText, parsePackage } from "./packages.js";

/** What goes into a file beside what was asked for. */
export interface ExportOptions {
  /** Whether exact versions and checksums for all platforms do. */
  readonly lock?: boolean | undefined;
  /** A file whose comments and order are kept; the environment's own if absent. */
  readonly text?: string | undefined;
}

/**
 * The file from which any machine makes the same environment.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT` if the environment holds packages that only this machine has.
 */
export async function exportEnvironment(
  home: Home,
  environment: Environment,
  options: ExportOptions,
): Promise<string> {
  const { name, path } = environment;
  const dependencies = await readDependencies(environment);
  checkShareable(dependencies, name);
  const text = options.text ?? (await readFile(join(path, CONTENT.file), "utf8"));
  const lock = options.lock ? await exportLock(home, environment) : undefined;
  return updateFileText(text, { name, dependencies, lock });
}

async function exportLock(home: Home, environment: Environment): ReturnType<typeof readLockFile> {
  const present = await readLockFile(environment);
  if (present === undefined) return undefined;
  const registry = String((await readNpmOptions(home, {}))["registry"]);
  const { lock, local } = portableLock(present, registry);
  if (local.length > 0) throw onlyHere(local, environment.name);
  return lock;
}

function checkShareable(dependencies: Dependencies, name: string): void {
  const local = Object.entries(dependencies)
    .map(([dependency, range]) => packageText(dependency, range))
    .filter((text) => !parsePackage(text).isShareable);
  if (local.length > 0) throw onlyHere(local, name);
}

function onlyHere(packages: readonly string[], name: string): BrambleError {
  return new BrambleError(
    "INVALID_ARGUMENT",
    `${name} can't be exported: another machine can't get ${packages.join(", ")}. ` +
      "Publish it, or install it from a registry or an https:// address",
  );
}
