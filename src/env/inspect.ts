import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "./environment.js";
import { readDependencies, readLockFile } from "./manifest.js";

/** A package that is in an environment. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** The range that was asked for; undefined for what other packages need. */
  readonly asked: string | undefined;
}

/** The packages of an environment, by name; of what is there twice, each version. */
export async function installedPackages(environment: Environment): Promise<InstalledPackage[]> {
  const asked = await readDependencies(environment);
  const packages = (await readLockFile(environment))?.packages ?? {};
  const seen = new Map<string, InstalledPackage>();
  for (const [path, entry] of Object.entries(packages)) {
    // A lock knows the packages of every platform; those of others are not here. What is linked is elsewhere.
    if (!path.startsWith("node_modules/") || !existsSync(join(environment.path, path))) continue;
    const { version = "" } = entry.link ? (packages[entry.resolved ?? ""] ?? {}) : entry;
    const name = nameOf(path);
    const isTop = path === `node_modules/${name}`;
    const found = { name, version, asked: isTop ? asked[name] : undefined };
    const key = `${name}@${version}`;
    if (seen.get(key)?.asked === undefined) seen.set(key, found);
  }
  return [...seen.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The package at a path of a lock file. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}
