import { BrambleError } from "../errors.js";
import type { LockedPackage, LockFile } from "./manifest.js";

/** The registry that npm takes to stand for whichever one is configured. */
const REGISTRY = "https://registry.npmjs.org/";
/** Paths of packages: npm writes to them, so none may lead out of the environment. */
const PATH = /^(?:node_modules\/(?:@[\w.~-]+\/)?[\w.~-]+)(?:\/node_modules\/(?:@[\w.~-]+\/)?[\w.~-]+)*$/;
/** What npm reads when it installs from a lock. */
const FIELDS = [
  "name",
  "version",
  "resolved",
  "integrity",
  "optional",
  "peer",
  "inBundle",
  "hasInstallScript",
  "hasShrinkwrap",
  "os",
  "cpu",
  "libc",
  "engines",
  "bin",
  "dependencies",
  "optionalDependencies",
  "peerDependencies",
  "peerDependenciesMeta",
  "bundleDependencies",
];

/**
 * Reads the lock of an environment file.
 *
 * @throws {BrambleError} `INVALID_FILE` if it could make npm fetch anything that no checksum covers, or write
 *   outside of the environment.
 */
export function readLock(value: unknown): LockFile | undefined {
  if (value === undefined || value === null) return undefined;
  const { lockfileVersion, packages } = value as Partial<LockFile>;
  if (typeof value !== "object" || lockfileVersion !== 3 || typeof packages !== "object" || packages === null)
    throw new BrambleError("INVALID_FILE", "lock is none that `bramble env export --lock` wrote");
  for (const [path, entry] of Object.entries(packages)) if (path !== "") checkLocked(path, entry);
  return { lockfileVersion, packages: pick(packages) };
}

function checkLocked(path: string, entry: unknown): void {
  const { resolved, integrity, link, inBundle } = (entry ?? {}) as Partial<LockedPackage>;
  const hasPlace = PATH.test(path) && !path.split("/").some((word) => word === "." || word === "..");
  if (!hasPlace)
    throw new BrambleError("INVALID_FILE", `lock: ${JSON.stringify(path)} is no place of a package`);
  const isCovered =
    inBundle === true || (typeof integrity === "string" && /^sha(?:512|384|256)-/.test(integrity));
  const isRemote = resolved === undefined || /^https?:\/\//.test(resolved);
  if (link === true || !isCovered || !isRemote)
    throw new BrambleError(
      "INVALID_FILE",
      `lock: ${path} has no checksum, or is not fetched from a registry`,
    );
}

function pick(packages: LockFile["packages"]): LockFile["packages"] {
  const entries = Object.entries(packages).map(([path, entry]) => {
    const fields = Object.entries(entry).filter(([field]) => FIELDS.includes(field));
    return [path, Object.fromEntries(fields)] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * A lock as other machines can use it: without paths of this one, and whichever registry they have.
 *
 * @param registry - the one that this machine uses.
 * @returns the lock, and the packages that no other machine can get.
 */
export function portableLock(lock: LockFile, registry: string): { lock: LockFile; local: string[] } {
  const base = registry.endsWith("/") ? registry : `${registry}/`;
  const { "": _environment, ...packages } = pick(lock.packages);
  const local: string[] = [];
  const entries = Object.entries(packages).map(([path, entry]) => {
    const { resolved } = entry;
    if (lock.packages[path]?.link || resolved?.startsWith("file:")) local.push(path);
    return [
      path,
      resolved?.startsWith(base) ? { ...entry, resolved: REGISTRY + resolved.slice(base.length) } : entry,
    ];
  });
  return {
    lock: {
      lockfileVersion: lock.lockfileVersion,
      packages: Object.fromEntries(entries) as LockFile["packages"],
    },
    local,
  };
}

/** A lock as npm reads it, for an environment with these dependencies. */
export function lockForNpm(lock: LockFile, dependencies: Readonly<Record<string, string>>): string {
  const packages = { "": { dependencies }, ...lock.packages };
  return `${JSON.stringify({ lockfileVersion: lock.lockfileVersion, requires: true, packages }, undefined, 2)}\n`;
}
