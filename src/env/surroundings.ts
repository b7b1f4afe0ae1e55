import { createHash } from "node:crypto";
import { readLockFile } from "./manifest.js";

/** What functions find around them in a process. */
export interface Surroundings {
  /** The version of Node, such as `v20.19.2`. */
  readonly node: string;
  /** The name of the project environment, if it runs in one. */
  readonly environment?: string | undefined;
  /**
   * A hash of the exact versions of the environment's packages, on every platform the same; absent if it has none or
   * there is no environment.
   */
  readonly lock?: string | undefined;
}

/**
 * What this process has around it.
 *
 * @throws {BrambleError} `ENVIRONMENT_DAMAGED` if the lock of its environment can't be read.
 */
export async function ownSurroundings(variables: NodeJS.ProcessEnv = process.env): Promise<Surroundings> {
  const { BRAMBLE_ENV: name, BRAMBLE_PREFIX: path } = variables;
  const node = process.version;
  if (!name || !path) return { node };
  return { node, environment: name, lock: await lockHash({ name, path }) };
}

/** Exact versions, in an order of their own: npm's lock says more, which differs between machines. */
async function lockHash(environment: { name: string; path: string }): Promise<string | undefined> {
  const packages = (await readLockFile(environment))?.packages ?? {};
  const lines = Object.entries(packages)
    .filter(([place]) => place !== "")
    .map(([place, { version, integrity }]) => `${place} ${version} ${integrity}\n`)
    .toSorted();
  if (lines.length === 0) return undefined;
  return createHash("sha256").update(lines.join("")).digest("hex");
}
