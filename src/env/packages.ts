import npa from "npm-package-arg";
import { BrambleError } from "../errors.js";

/** Packages by name, with the range, tag or place that was asked for; `*` if only the name was. */
export type Dependencies = Readonly<Record<string, string>>;

/** What an environment may get from a file that somebody else wrote: nothing of this machine, no program to run. */
const SHAREABLE = ["range", "version", "tag", "alias", "remote"];
/** What npm looks up in a registry. */
const REGISTERED = ["range", "version", "tag", "alias"];

/** What is on this machine, relative to the current folder unless its path is absolute. */
const LOCAL = ["file", "directory"];

/** A package as somebody wrote it: `name`, `name@range`, a folder, an archive or an address. */
export interface PackageSpec {
  readonly text: string;
  /** Unknown where only the package itself says it. */
  readonly name: string | undefined;
  readonly range: string;
  /** Whether another machine can get it by the same words. */
  readonly isShareable: boolean;
}

/**
 * Reads the name and range of a package.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT`
 */
export function parsePackage(text: string): PackageSpec {
  try {
    const { name, type, rawSpec, saveSpec, fetchSpec } = npa(text);
    const elsewhere = LOCAL.includes(type) ? `file:${fetchSpec}` : (saveSpec ?? rawSpec);
    const range = REGISTERED.includes(type) ? rawSpec || "*" : elsewhere;
    return {
      text,
      name: name ?? undefined,
      range,
      isShareable: SHAREABLE.includes(type),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : "";
    throw new BrambleError("INVALID_ARGUMENT", `${JSON.stringify(text)} is no package: ${reason}`, {
      cause: error,
    });
  }
}

/** How a dependency is written on the command line and in files. */
export function packageText(name: string, range: string): string {
  return range === "*" ? name : `${name}@${range}`;
}
