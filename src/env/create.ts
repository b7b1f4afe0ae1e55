import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BrambleError } from "../errors.js";
import { CONTENT, type Environment, environmentAt, findWholeEnvironment } from "./environment.js";
import { type EnvironmentFile, newFileText, readNodeRange, updateFileText } from "./file.js";
import { lockForNpm } from "./file-lock.js";
import { copyContent, installNpm, installPrograms, remake } from "./folder.js";
import type { Home } from "./home.js";
import { withLock } from "./lock.js";
import { readDependencies, writeDependencies } from "./manifest.js";
import { checkEnvironmentName } from "./names.js";
import { checkNodeRange, getNode, ownRange } from "./node.js";
import { runNpm } from "./npm.js";
import { type FetchOptions, readNpmOptions } from "./npm-config.js";
import { type Dependencies, packageText, parsePackage } from "./packages.js";
import { lookUpPackages, parsePackages } from "./registry.js";
import { writeSettings } from "./settings.js";
import { shareFiles } from "./store.js";

/** What a new environment is to have. */
export interface CreateOptions extends FetchOptions {
  /** Packages as on the command line. */
  readonly packages?: readonly string[] | undefined;
  /** Version or range of Node, or "system"; the Node that runs this if absent. */
  readonly node?: string | undefined;
  /** Name of an environment to begin with. */
  readonly clone?: string | undefined;
  /** A file to begin with, and its text. */
  readonly file?: { readonly text: string; readonly content: EnvironmentFile } | undefined;
  /** Whether it replaces an environment of the same name. */
  readonly force?: boolean | undefined;
}

/**
 * Makes an environment, whole or not at all.
 *
 * @throws {BrambleError} `ENVIRONMENT_EXISTS`, `PACKAGE_NOT_FOUND` with every package that there is not,
 *   `PACKAGE_INTEGRITY`, `NETWORK`, `DISK_FULL`, `INVALID_ARGUMENT`.
 */
export async function createEnvironment(
  home: Home,
  name: string,
  options: CreateOptions,
): Promise<Environment> {
  checkEnvironmentName(name);
  const specs = parsePackages(options.packages ?? []);
  if (options.node !== undefined) checkNodeRange(options.node);
  const environment = environmentAt(home, name);
  await withLock(home, name, async () => {
    if (options.force !== true) checkNew(environment);
    const added = await lookUp(home, [...fileSpecs(options.file?.content), ...specs], options);
    await remake(home, environment, (folder) => fill(home, folder, added, options));
  });
  return environment;
}

function checkNew({ name, path }: Environment): void {
  if (!existsSync(path)) return;
  throw new BrambleError(
    "ENVIRONMENT_EXISTS",
    `There is an environment ${name} already. \`bramble install -n ${name} PACKAGE\` adds to it, ` +
      "`--force` makes it anew",
  );
}

/** Packages that a lock has are not looked up again: the lock says all about them. */
function fileSpecs(file: EnvironmentFile | undefined): ReturnType<typeof parsePackage>[] {
  if (file === undefined || file.lock !== undefined) return [];
  return Object.entries(file.dependencies).map(([name, range]) => parsePackage(packageText(name, range)));
}

async function lookUp(
  home: Home,
  specs: Parameters<typeof lookUpPackages>[0],
  options: FetchOptions,
): Promise<Dependencies> {
  return specs.length === 0 ? {} : lookUpPackages(specs, await readNpmOptions(home, options));
}

async function fill(home: Home, folder: string, added: Dependencies, options: CreateOptions): Promise<void> {
  const before = await begin(home, folder, options);
  const node = options.node ?? before.node ?? ownRange();
  if (options.clone === undefined || options.node !== undefined)
    await installPrograms(home, folder, await getNode(home, node, options));
  else await installNpm(home, folder);
  const dependencies = { ...before.dependencies, ...added };
  await writeSettings(home, folder);
  await writeDependencies(folder, dependencies);
  await writeFile(join(folder, CONTENT.file), updateFileText(before.text, { node, dependencies }));
  await installPackages(home, folder, dependencies, options);
}

/** What there is before the options count: nothing, another environment or a file. */
async function begin(
  home: Home,
  folder: string,
  { clone, file }: CreateOptions,
): Promise<{ text: string; node: string | undefined; dependencies: Dependencies }> {
  if (clone !== undefined) {
    const other = await findWholeEnvironment(home, clone);
    await copyContent(other, folder);
    const text = await readFile(join(other.path, CONTENT.file), "utf8");
    return { text, node: readNodeRange(text), dependencies: await readDependencies(other) };
  }
  if (file === undefined) return { text: newFileText(ownRange(), {}), node: undefined, dependencies: {} };
  const { node, dependencies, lock } = file.content;
  if (lock !== undefined) await writeFile(join(folder, CONTENT.lock), lockForNpm(lock, dependencies));
  return { text: updateFileText(file.text, { lock: undefined }), node, dependencies };
}

/** Lets npm make `node_modules` agree with the manifest, and shares its files with other environments. */
export async function installPackages(
  home: Home,
  folder: string,
  dependencies: Dependencies,
  options: FetchOptions,
): Promise<void> {
  const packages = join(folder, CONTENT.packages);
  if (Object.keys(dependencies).length === 0) {
    await rm(packages, { recursive: true, force: true });
    await rm(join(folder, CONTENT.lock), { force: true });
    return;
  }
  const node = join(folder, CONTENT.node);
  await runNpm(home, { folder, node, args: ["install"] }, options);
  await shareFiles(home, packages);
}
