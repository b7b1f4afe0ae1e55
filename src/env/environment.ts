import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { BrambleError } from "../errors.js";
import { codeOf } from "./file-errors.js";
import type { Home } from "./home.js";
import { nearest } from "./names.js";

/** A project environment: a folder with its own Node, packages and programs. */
export interface Environment {
  readonly name: string;
  readonly path: string;
}

/** What is in the folder of an environment. */
export const CONTENT = {
  node: join("bin", "node"),
  packages: "node_modules",
  manifest: "package.json",
  lock: "package-lock.json",
  /** What npm is told of registries, proxies and certificates for the whole machine. */
  machineConfig: join("etc", "npmrc"),
  /** What was asked for, with the comments of whoever wrote it. */
  file: "environment.yml",
} as const;

/** The environment of a name, whether or not it is there. */
export function environmentAt(home: Home, name: string): Environment {
  return { name, path: join(home.environments, name) };
}

/** All environments, by name. */
export async function listEnvironments(home: Home): Promise<Environment[]> {
  const entries = await readdir(home.environments, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => environmentAt(home, name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The environment of a name.
 *
 * @throws {BrambleError} `ENVIRONMENT_NOT_FOUND`, with the nearest name.
 */
export async function findEnvironment(home: Home, name: string): Promise<Environment> {
  const all = await listEnvironments(home);
  const found = all.find((environment) => environment.name === name);
  if (found !== undefined) return found;
  const names = all.map((environment) => environment.name);
  throw new BrambleError(
    "ENVIRONMENT_NOT_FOUND",
    `No environment is called ${JSON.stringify(name)}${advice(name, names)}`,
  );
}

function advice(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  if (near !== undefined) return `: did you mean ${near}?`;
  if (names.length === 0) return ". There are none yet: `bramble env create --name NAME` makes one";
  return `. There are ${names.join(", ")}`;
}

/**
 * The environment of a name, whole.
 *
 * @throws {BrambleError} `ENVIRONMENT_NOT_FOUND`, or `ENVIRONMENT_DAMAGED` if something of its own is missing.
 */
export async function findWholeEnvironment(home: Home, name: string): Promise<Environment> {
  const environment = await findEnvironment(home, name);
  const needed = [CONTENT.node, CONTENT.manifest, CONTENT.file];
  const missing = needed.filter((path) => !existsSync(join(environment.path, path)));
  if (missing.length === 0) return environment;
  throw new BrambleError(
    "ENVIRONMENT_DAMAGED",
    `The environment ${name} is damaged: it lacks ${missing.join(", ")}. ` +
      `\`bramble env remove ${name}\` takes it away, \`bramble env create --name ${name} --force\` makes it anew`,
  );
}

/** The name of the environment that is active in the shell, if one of this home is. */
export function activeName(home: Home, variables: NodeJS.ProcessEnv = process.env): string | undefined {
  const prefix = variables["BRAMBLE_PREFIX"];
  if (prefix === undefined || prefix === "" || dirname(prefix) !== home.environments) return undefined;
  return basename(prefix);
}

/**
 * The environment that a command is about: the one that was named, or else the active one.
 *
 * @throws {BrambleError} as `findWholeEnvironment`, and `ENVIRONMENT_NOT_FOUND` if none is active.
 */
export async function chosenEnvironment(home: Home, name: string | undefined): Promise<Environment> {
  const chosen = name ?? activeName(home);
  if (chosen !== undefined) return findWholeEnvironment(home, chosen);
  throw new BrambleError(
    "ENVIRONMENT_NOT_FOUND",
    "No environment is active: give one with `-n NAME`, or first `source bramble-activate NAME`",
  );
}
