import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BrambleError } from "../errors.js";
import { CONTENT, type Environment } from "./environment.js";
import { codeOf } from "./file-errors.js";
import type { Dependencies } from "./packages.js";

/** A lock file of npm's, as far as it is used here. */
export interface LockFile {
  readonly lockfileVersion: number;
  /** By path, such as `node_modules/d3-array`; the environment itself under "". */
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** A package of a lock file. */
export interface LockedPackage {
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly inBundle?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly optionalDependencies?: Dependencies;
}

/** The packages that were asked for. What npm installed globally in the environment is among them. */
export async function readDependencies(environment: Environment): Promise<Dependencies> {
  const manifest = (await readJson(join(environment.path, CONTENT.manifest))) as {
    dependencies?: Dependencies;
  };
  return manifest.dependencies ?? {};
}

/** Writes what npm reads. */
export async function writeDependencies(folder: string, dependencies: Dependencies): Promise<void> {
  const manifest = { private: true, description: "A project environment of Bramble", dependencies };
  await writeFile(join(folder, CONTENT.manifest), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** The exact versions of an environment; undefined if it has no packages. */
export async function readLockFile(environment: Environment): Promise<LockFile | undefined> {
  try {
    return (await readJson(join(environment.path, CONTENT.lock))) as LockFile;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BrambleError("ENVIRONMENT_DAMAGED", `${file} is no JSON`, { cause: error });
  }
}
