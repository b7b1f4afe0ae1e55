import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { BrambleError } from "../errors.js";
import type { Environment } from "./environment.js";
import { nameOf } from "./inspect.js";
import { type LockedPackage, type LockFile, readLockFile } from "./manifest.js";

/** A kind of machine, as Node names it: `process.platform` and `process.arch`. */
export interface Platform {
  readonly os: string;
  readonly cpu: string;
}

/** A package that does not fit a platform, or may not. */
export interface Misfit {
  readonly platform: string;
  readonly package: string;
  /** Whether it can't run there, or is compiled there by a script that must be allowed. */
  readonly kind: "no build" | "compiled there";
  readonly reason: string;
}

const ARCHITECTURES = ["arm", "arm64", "x64", "ia32", "loong64", "ppc64", "riscv64", "s390x"];
const SYSTEMS = ["linux", "darwin", "win32", "freebsd", "openbsd", "android", "aix", "sunos"];

/**
 * Reads platforms such as `linux-arm,linux-arm64-gnu`.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT`
 */
export function parsePlatforms(text: string): Platform[] {
  return text.split(",").map((word) => {
    const [os = "", cpu = ""] = word.trim().split("-");
    if (SYSTEMS.includes(os) && ARCHITECTURES.includes(cpu)) return { os, cpu };
    throw new BrambleError(
      "INVALID_ARGUMENT",
      `${JSON.stringify(word.trim())} is no platform: write linux-arm, linux-arm64, linux-x64, darwin-arm64 and the like`,
    );
  });
}

/** The packages of an environment that have no build for a platform. */
export async function findMisfits(
  environment: Environment,
  platforms: readonly Platform[],
): Promise<Misfit[]> {
  const lock = await readLockFile(environment);
  if (lock === undefined) return [];
  const misfits: Misfit[] = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === "") continue;
    const prebuilt = await prebuiltPlatforms(join(environment.path, path));
    for (const platform of platforms) {
      const found = misfit(lock, path, entry, platform, prebuilt);
      if (found !== undefined) misfits.push(found);
    }
  }
  return misfits;
}

/** Folders of `prebuilds`, where prebuildify puts a binary per platform; undefined if there is none. */
async function prebuiltPlatforms(folder: string): Promise<string[] | undefined> {
  const prebuilds = join(folder, "prebuilds");
  return existsSync(prebuilds) ? readdir(prebuilds) : undefined;
}

function misfit(
  lock: LockFile,
  path: string,
  entry: LockedPackage,
  platform: Platform,
  prebuilt: readonly string[] | undefined,
): Misfit | undefined {
  const found = { platform: `${platform.os}-${platform.cpu}`, package: `${nameOf(path)}@${entry.version}` };
  // What is optional is left out where it does not fit; what needs it is looked at itself.
  if (entry.optional) return undefined;
  if (!fits(entry, platform))
    return {
      ...found,
      kind: "no build",
      reason: `it is for ${[entry.os, entry.cpu].flat().filter(Boolean).join(", ")}`,
    };
  const binaries = platformPackages(lock, path, entry);
  if (binaries.length > 0 && !binaries.some((binary) => fits(binary, platform)))
    return { ...found, kind: "no build", reason: `none of its ${binaries.length} binary packages fits` };
  if (prebuilt !== undefined && !prebuilt.some((name) => isFor(name, platform)))
    return { ...found, kind: "compiled there", reason: "it brings binaries, but none that fits" };
  if (entry.hasInstallScript && binaries.length === 0 && prebuilt === undefined)
    return { ...found, kind: "compiled there", reason: "it has an install script: needs --allow-scripts" };
  return undefined;
}

function fits({ os, cpu }: LockedPackage, platform: Platform): boolean {
  return admits(os, platform.os) && admits(cpu, platform.cpu);
}

/** npm's rule: a word with `!` before it excludes, and any others are all that there is. */
function admits(list: readonly string[] | undefined, value: string): boolean {
  if (list === undefined) return true;
  if (list.includes(`!${value}`)) return false;
  const included = list.filter((word) => !word.startsWith("!"));
  return included.length === 0 || included.includes("any") || included.includes(value);
}

/** The packages that carry the binaries of a package: its optional ones that are each for one kind of processor. */
function platformPackages(lock: LockFile, path: string, entry: LockedPackage): LockedPackage[] {
  return Object.keys(entry.optionalDependencies ?? {}).flatMap((name) => {
    const found = lock.packages[`${path}/node_modules/${name}`] ?? lock.packages[`node_modules/${name}`];
    return found?.cpu !== undefined && found.os !== undefined ? [found] : [];
  });
}

/** Whether a folder's name, such as `linux-arm` or `darwin-x64+arm64`, means a platform. */
function isFor(name: string, { os, cpu }: Platform): boolean {
  const [system, architectures = ""] = name.split("-");
  return system === os && architectures.split("+").includes(cpu);
}
