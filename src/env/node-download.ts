import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import pacote from "pacote";
import semver from "semver";
import { BrambleError } from "../errors.js";
import { codeOf } from "./file-errors.js";
import type { Home } from "./home.js";
import { type FetchOptions, type NpmOptions, readNpmOptions } from "./npm-config.js";
import { explainPackageError } from "./registry.js";

/** How Node's makers name the architectures, where not as Node itself does. */
const ARCHITECTURES: Readonly<Record<string, string>> = { arm: "armv7l" };

/**
 * Fetches a Node: from the npm package that carries it, or else from nodejs.org (`NODEJS_ORG_MIRROR` names a
 * mirror). Nothing of what is fetched runs, and it must be what its checksum says.
 *
 * @param folder - gets the file `node`.
 * @returns the version
 * @throws {BrambleError} `PACKAGE_NOT_FOUND`, `PACKAGE_INTEGRITY` or `NETWORK`.
 */
export async function downloadNode(
  home: Home,
  range: string,
  folder: string,
  options: FetchOptions,
): Promise<string> {
  const npmOptions = await readNpmOptions(home, options);
  const platform = `${process.platform}-${ARCHITECTURES[process.arch] ?? process.arch}`;
  process.stderr.write(`Fetching Node ${range} for ${platform} ...\n`);
  const unpacked = join(folder, "unpacked");
  try {
    const version =
      (await fromNpm(`node-${platform}`, range, unpacked, npmOptions)) ??
      (await fromNodeOrg(platform, range, unpacked, npmOptions));
    await rename(join(unpacked, "bin", "node"), join(folder, "node"));
    return version;
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

/** Resolves to undefined if the package has no such version. */
async function fromNpm(
  name: string,
  range: string,
  folder: string,
  options: NpmOptions,
): Promise<string | undefined> {
  const spec = `${name}@${range}`;
  try {
    const { version } = await pacote.manifest(spec, options);
    await pacote.extract(`${name}@${version}`, folder, options);
    return version;
  } catch (error) {
    if (["E404", "ETARGET", "ENOTCACHED"].includes(codeOf(error) ?? "")) return undefined;
    throw explainPackageError(error, spec, options);
  }
}

async function fromNodeOrg(
  platform: string,
  range: string,
  folder: string,
  options: NpmOptions,
): Promise<string> {
  const mirror = (process.env["NODEJS_ORG_MIRROR"] || "https://nodejs.org/dist").replace(/\/+$/, "");
  const inMirror = { ...options, registry: mirror };
  try {
    const version = await newestVersion(mirror, platform, range, inMirror);
    const file = `node-v${version}-${platform}.tar.gz`;
    const sums = await fetchText(`${mirror}/v${version}/SHASUMS256.txt`, inMirror);
    const [sum] = sums.match(new RegExp(`^[0-9a-f]{64}(?=\\s+${file.replaceAll(".", "\\.")}$)`, "m")) ?? [];
    if (sum === undefined) throw nothingFits(platform, range, mirror);
    const integrity = `sha256-${Buffer.from(sum, "hex").toString("base64")}`;
    await pacote.extract(`${mirror}/v${version}/${file}`, folder, { ...options, integrity });
    return version;
  } catch (error) {
    throw explainPackageError(error, `Node ${range}`, inMirror);
  }
}

async function newestVersion(
  mirror: string,
  platform: string,
  range: string,
  options: NpmOptions,
): Promise<string> {
  const releases = JSON.parse(await fetchText(`${mirror}/index.json`, options)) as {
    version: string;
    files: string[];
  }[];
  const versions = releases
    .filter(({ files }) => files.includes(platform))
    .map(({ version }) => version.replace(/^v/, ""));
  const version = semver.maxSatisfying(versions, range);
  if (version === null) throw nothingFits(platform, range, mirror);
  return version;
}

function nothingFits(platform: string, range: string, mirror: string): BrambleError {
  return new BrambleError(
    "PACKAGE_NOT_FOUND",
    `No Node ${range} for ${platform} is among npm's packages or at ${mirror}; ` +
      "`--node system` takes the machine's own",
  );
}

/** pacote knows the user's proxies and certificates. */
async function fetchText(url: string, options: NpmOptions): Promise<string> {
  return (await pacote.tarball(url, options)).toString("utf8");
}
