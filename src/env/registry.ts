import pacote from "pacote";
import { BrambleError } from "../errors.js";
import { codeOf } from "./file-errors.js";
import type { NpmOptions } from "./npm-config.js";
import { type Dependencies, type PackageSpec, parsePackage } from "./packages.js";

const UNREACHABLE = [
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "FETCH_ERROR",
  "ERR_SOCKET_TIMEOUT",
];

/** What Node says of a certificate that it does not trust. */
const UNTRUSTED = /CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE/;

/**
 * Looks all packages up before anything is made.
 *
 * @throws {BrambleError} naming every package that can't be had, not the first alone.
 */
export async function lookUpPackages(
  specs: readonly PackageSpec[],
  options: NpmOptions,
): Promise<Dependencies> {
  const found = await Promise.allSettled(specs.map((spec) => lookUp(spec, options)));
  const failures = found.flatMap((result) =>
    result.status === "rejected" ? [result.reason as unknown] : [],
  );
  if (failures.length > 0) throw summary(failures, options);
  const entries = found.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  return Object.fromEntries(entries);
}

/** The name and range of a package that is there. */
async function lookUp(spec: PackageSpec, options: NpmOptions): Promise<[string, string]> {
  try {
    const manifest = await pacote.manifest(spec.text, options);
    return [spec.name ?? manifest.name, spec.range];
  } catch (error) {
    throw explainPackageError(error, spec.text, options);
  }
}

/** One error for all: of the first one's kind, with every message. */
function summary(failures: readonly unknown[], options: NpmOptions): unknown {
  const known = failures.filter((failure) => failure instanceof BrambleError);
  const [first] = known;
  if (first === undefined) return failures[0];
  if (known.every(({ code }) => code === "NETWORK") && !options["offline"]) return first;
  const messages = [...new Set(known.map(({ message }) => message))];
  return messages.length === 1 ? first : new BrambleError(first.code, messages.join("\n"));
}

/** What npm's libraries say, in words about the package. */
export function explainPackageError(error: unknown, text: string, options: NpmOptions): unknown {
  const code = codeOf(error) ?? "";
  const context = { cause: error };
  const registry = String(options["registry"]);
  if (code === "E404")
    return new BrambleError("PACKAGE_NOT_FOUND", `No package is called ${text} at ${registry}`, context);
  if (code === "ETARGET")
    return new BrambleError(
      "PACKAGE_NOT_FOUND",
      `${text}: there is no such version${offered(error)}`,
      context,
    );
  if (code === "EINTEGRITY")
    return new BrambleError(
      "PACKAGE_INTEGRITY",
      `${text} is not what its checksum says, so it was not installed: ${messageOf(error)}`,
      context,
    );
  if (code === "ENOTCACHED")
    return new BrambleError("NETWORK", `${text} is not in the cache: leave out --offline once`, context);
  if (UNREACHABLE.includes(code))
    return new BrambleError(
      "NETWORK",
      `${registry} can't be reached (${code}). With --offline, packages come from the cache`,
      context,
    );
  if (UNTRUSTED.test(code))
    return new BrambleError(
      "NETWORK",
      `The certificate of ${registry} is not trusted (${code}). If it is your network's own, ` +
        "`npm config set cafile FILE` names the one that signs it",
      context,
    );
  return error;
}

/** The versions that there are, as far as npm says so. */
function offered(error: unknown): string {
  const { versions } = error as { versions?: unknown };
  if (!Array.isArray(versions) || versions.length === 0) return "";
  const newest = versions.slice(-5).toReversed().join(", ");
  return `. There is ${newest}${versions.length > 5 ? " and older ones" : ""}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Reads packages from the command line.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT`, naming every one that is none.
 */
export function parsePackages(texts: readonly string[]): PackageSpec[] {
  const problems: string[] = [];
  const specs = texts.flatMap((text) => {
    try {
      return [parsePackage(text)];
    } catch (error) {
      problems.push(messageOf(error));
      return [];
    }
  });
  if (problems.length > 0) throw new BrambleError("INVALID_ARGUMENT", problems.join("\n"));
  return specs;
}
