import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Where project environments and all that they share are kept. */
export interface Home {
  readonly root: string;
  /** A folder per environment. Names that begin with a dot are under way or being removed. */
  readonly environments: string;
  /** One copy of every file of every package; the environments hold hard links to them. */
  readonly files: string;
  /** Node programs, one of each version and architecture. */
  readonly nodes: string;
  /** npm and what runs inside environments, one folder per release. */
  readonly tools: string;
  /** npm's cache, from which environments are made without a network. */
  readonly cache: string;
  readonly locks: string;
}

/** The folder in `BRAMBLE_HOME`, or else `~/.bramble`. */
export function findHome(variables: NodeJS.ProcessEnv = process.env): Home {
  const root = resolve(variables["BRAMBLE_HOME"] || join(homedir(), ".bramble"));
  return {
    root,
    environments: join(root, "envs"),
    files: join(root, "store", "files"),
    nodes: join(root, "store", "node"),
    tools: join(root, "store", "tools"),
    cache: join(root, "store", "npm"),
    locks: join(root, "locks"),
  };
}
