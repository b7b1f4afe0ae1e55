import { existsSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import semver from "semver";
import { BrambleError } from "../errors.js";
import { installPackages } from "./create.js";
import {
  CONTENT,
  type Environment,
  environmentAt,
  findEnvironment,
  findWholeEnvironment,
} from "./environment.js";
import { type EnvironmentFile, readNodeRange, updateFileText } from "./file.js";
import { lockForNpm } from "./file-lock.js";
import { copyContent, installNpm, installPrograms, nodeVersion, recover, remake } from "./folder.js";
import type { Home } from "./home.js";
import { withLock } from "./lock.js";
import { readDependencies, writeDependencies } from "./manifest.js";
import { checkEnvironmentName, nearest } from "./names.js";
import { getNode, SYSTEM } from "./node.js";
import { runNpm } from "./npm.js";
import { type FetchOptions, readNpmOptions } from "./npm-config.js";
import { type Dependencies, packageText, parsePackage } from "./packages.js";
import { lookUpPackages, parsePackages } from "./registry.js";
import { writeSettings } from "./settings.js";
import { shareFiles } from "./store.js";

/** A change of the content of an environment's folder, given what it depends on. */
type Change = (folder: string, dependencies: Dependencies) => Promise<void>;

/** Makes a change aside, so that the environment has all of it or nothing. */
async function change(home: Home, { name }: Environment, work: Change): Promise<void> {
  await withLock(home, name, async () => {
    await recover(home, name);
    const environment = await findWholeEnvironment(home, name);
    await remake(home, environment, async (folder) => {
      await copyContent(environment, folder);
      await installNpm(home, folder);
      await writeSettings(home, folder);
      await work(folder, await readDependencies(environment));
    });
  });
}

/**
 * Installs packages into an environment.
 *
 * @throws {BrambleError} as `createEnvironment`; the environment is then as it was.
 */
export async function addPackages(
  home: Home,
  environment: Environment,
  texts: readonly string[],
  options: FetchOptions,
): Promise<void> {
  const specs = parsePackages(texts);
  const added = await lookUpPackages(specs, await readNpmOptions(home, options));
  await change(home, environment, async (folder, present) => {
    await setDependencies(home, folder, { ...present, ...added }, options);
  });
}

/**
 * Removes packages from an environment.
 *
 * @throws {BrambleError} `PACKAGE_NOT_FOUND`, naming every package that was not asked for before.
 */
export async function removePackages(
  home: Home,
  environment: Environment,
  names: readonly string[],
): Promise<void> {
  await change(home, environment, async (folder, present) => {
    checkPresent(names, present, environment);
    const kept = Object.entries(present).filter(([name]) => !names.includes(name));
    // What stays is installed already.
    await setDependencies(home, folder, Object.fromEntries(kept), { offline: true });
  });
}

/**
 * Brings packages to the newest versions in their ranges: those named, or all.
 *
 * @throws {BrambleError} as `removePackages` and `createEnvironment`.
 */
export async function updatePackages(
  home: Home,
  environment: Environment,
  names: readonly string[],
  options: FetchOptions,
): Promise<void> {
  await change(home, environment, async (folder, present) => {
    checkPresent(names, present, environment);
    if (Object.keys(present).length === 0) return;
    const node = join(folder, CONTENT.node);
    await runNpm(home, { folder, node, args: ["update", ...names, "--no-save"] }, options);
    await shareFiles(home, join(folder, CONTENT.packages));
  });
}

/** How an environment is made to agree with a file. */
export interface UpdateFromFileOptions extends FetchOptions {
  /** Whether packages go that the file does not name. */
  readonly prune?: boolean | undefined;
}

/**
 * Gives an environment the Node and packages of a file.
 *
 * @throws {BrambleError} as `createEnvironment`; the environment is then as it was.
 */
export async function updateFromFile(
  home: Home,
  environment: Environment,
  file: { readonly text: string; readonly content: EnvironmentFile },
  options: UpdateFromFileOptions,
): Promise<void> {
  const { node, dependencies: wanted, lock } = file.content;
  if (lock === undefined) {
    const specs = Object.entries(wanted).map(([name, range]) => parsePackage(packageText(name, range)));
    await lookUpPackages(specs, await readNpmOptions(home, options));
  }
  await change(home, environment, async (folder, present) => {
    const dependencies = options.prune ? wanted : { ...present, ...wanted };
    if (node !== undefined) await changeNode(home, environment, folder, node, options);
    const before = await readFile(join(folder, CONTENT.file), "utf8");
    const text = updateFileText(file.text, {
      lock: undefined,
      node: node ?? readNodeRange(before) ?? SYSTEM,
    });
    await writeFile(join(folder, CONTENT.file), text);
    if (lock !== undefined) await writeFile(join(folder, CONTENT.lock), lockForNpm(lock, dependencies));
    await setDependencies(home, folder, dependencies, options);
  });
}

async function changeNode(
  home: Home,
  environment: Environment,
  folder: string,
  range: string,
  options: FetchOptions,
): Promise<void> {
  const fits = range !== SYSTEM && semver.satisfies(await nodeVersion(environment), range);
  if (!fits) await installPrograms(home, folder, await getNode(home, range, options));
}

async function setDependencies(
  home: Home,
  folder: string,
  dependencies: Dependencies,
  options: FetchOptions,
): Promise<void> {
  await writeDependencies(folder, dependencies);
  const file = join(folder, CONTENT.file);
  await writeFile(file, updateFileText(await readFile(file, "utf8"), { dependencies }));
  await installPackages(home, folder, dependencies, options);
}

function checkPresent(names: readonly string[], present: Dependencies, { name }: Environment): void {
  const known = Object.keys(present);
  const missing = names.filter((wanted) => !known.includes(wanted));
  if (missing.length === 0) return;
  const messages = missing.map((wanted) => {
    const near = nearest(wanted, known);
    return `${name} was not given a package ${wanted}${near === undefined ? "" : `: did you mean ${near}?`}`;
  });
  throw new BrambleError("PACKAGE_NOT_FOUND", messages.join("\n"));
}

/**
 * Removes an environment, a damaged one too. It is gone at once; its files go then.
 *
 * @throws {BrambleError} `ENVIRONMENT_NOT_FOUND`
 */
export async function removeEnvironment(home: Home, name: string): Promise<void> {
  const found = await findEnvironment(home, name);
  await withLock(home, name, async () => {
    await recover(home, name);
    const partial = join(home.environments, `.${name}.partial-removed`);
    if (existsSync(found.path)) await rename(found.path, partial);
    await rm(partial, { recursive: true, force: true });
  });
}

/**
 * Gives an environment another name.
 *
 * @throws {BrambleError} `ENVIRONMENT_NOT_FOUND`, `ENVIRONMENT_EXISTS`, `INVALID_ARGUMENT`.
 */
export async function renameEnvironment(home: Home, from: string, to: string): Promise<void> {
  checkEnvironmentName(to);
  const { path } = await findEnvironment(home, from);
  const target = environmentAt(home, to);
  if (from === to) return;
  // Always in the same order, or two renames could wait for each other.
  const [first = from, second = to] = [from, to].toSorted();
  await withLock(home, first, () =>
    withLock(home, second, async () => {
      if (existsSync(target.path))
        throw new BrambleError("ENVIRONMENT_EXISTS", `There is an environment ${to} already`);
      await rename(path, target.path);
    }),
  );
}
