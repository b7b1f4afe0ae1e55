import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import semver from "semver";
import { BrambleError } from "../errors.js";
import { codeOf } from "./file-errors.js";
import type { Home } from "./home.js";
import { linkOrCopy, putInPlace } from "./links.js";
import { downloadNode } from "./node-download.js";
import type { FetchOptions } from "./npm-config.js";

/** The Node that an environment gets. */
export interface NodeProgram {
  readonly path: string;
  /** Whether the environment follows it when it changes, instead of keeping it. */
  readonly isFollowed: boolean;
}

/** What an environment may ask for: a version or range, or the Node of the machine's packages. */
export const SYSTEM = "system";

/**
 * Checks what was asked for.
 *
 * @returns the range that an environment file takes
 * @throws {BrambleError} `INVALID_ARGUMENT`
 */
export function checkNodeRange(text: string): string {
  if (text === SYSTEM) return text;
  if (semver.validRange(text) === null || text.trim() === "") {
    throw new BrambleError(
      "INVALID_ARGUMENT",
      `Expected "system" or a version or range such as 22, 22.11.0 or ">=22" for Node, but received ${JSON.stringify(text)}`,
    );
  }
  const minimum = oldestNode();
  if (semver.intersects(text, minimum)) return text;
  throw new BrambleError("INVALID_ARGUMENT", `Bramble needs Node ${minimum}, so Node ${text} can't be used`);
}

/** The range that stands for the Node that runs this: its major version, which other machines have too. */
export function ownRange(): string {
  return String(semver.major(process.version));
}

/**
 * Gets a Node: the one that runs this if it fits, else one that was used before, else one from npm or nodejs.org.
 *
 * @throws {BrambleError} `PACKAGE_NOT_FOUND` if there is none for this machine, `NETWORK`.
 */
export async function getNode(home: Home, range: string, options: FetchOptions): Promise<NodeProgram> {
  if (range === SYSTEM) return { path: await findSystemNode(home), isFollowed: true };
  if (semver.satisfies(process.version, range)) return { path: await keepOwnNode(home), isFollowed: false };
  const kept = await findKeptNode(home, range);
  const path = kept ?? (await downloadAndKeep(home, range, options));
  return { path, isFollowed: false };
}

/** The first Node on the PATH that belongs to no environment. */
async function findSystemNode(home: Home): Promise<string> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const found = folders
    .map((folder) => join(resolve(folder), "node"))
    .find((path) => existsSync(path) && !path.startsWith(`${home.environments}/`));
  if (found !== undefined) return found;
  throw new BrambleError("FILE_NOT_FOUND", "No Node is on the PATH; leave out `--node system`");
}

/** The copy of the Node that runs this; a hard link where that can be, which costs no disk. */
async function keepOwnNode(home: Home): Promise<string> {
  const place = placeOf(home, process.version);
  if (existsSync(place)) return place;
  const partial = await newPartial(home);
  await linkOrCopy(await realpath(process.execPath), join(partial, "node"));
  return keep(partial, place);
}

async function downloadAndKeep(home: Home, range: string, options: FetchOptions): Promise<string> {
  const partial = await newPartial(home);
  try {
    const version = await downloadNode(home, range, partial, options);
    await chmod(join(partial, "node"), 0o755);
    return await keep(partial, placeOf(home, version));
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function newPartial(home: Home): Promise<string> {
  await mkdir(home.nodes, { recursive: true });
  return mkdtemp(join(home.nodes, ".partial-"));
}

async function keep(partial: string, place: string): Promise<string> {
  // A file put over a file of the same content harms nobody, so two creates may meet here.
  await putInPlace(join(partial, "node"), place);
  await rm(partial, { recursive: true, force: true });
  return place;
}

function placeOf(home: Home, version: string): string {
  return join(home.nodes, `node-${semver.clean(version) ?? version}-${process.platform}-${process.arch}`);
}

/** The newest Node that fits among those that environments of this home had. */
async function findKeptNode(home: Home, range: string): Promise<string | undefined> {
  const names = await readdir(home.nodes).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  });
  const ending = `-${process.platform}-${process.arch}`;
  const versions = names
    .filter((name) => name.startsWith("node-") && name.endsWith(ending))
    .map((name) => name.slice("node-".length, -ending.length));
  const version = semver.maxSatisfying(versions, range);
  return version === null ? undefined : placeOf(home, version);
}

/** The range of Nodes that Bramble itself runs in. */
function oldestNode(): string {
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { engines: { node: string } }).engines.node;
}
