import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { BrambleError } from "../errors.js";
import type { Home } from "./home.js";

const require = createRequire(import.meta.url);

/** How packages are fetched and whether their scripts run. */
export interface FetchOptions {
  /** Take everything from the cache. */
  readonly offline?: boolean | undefined;
  /** Let packages run the scripts that they bring for their installation. */
  readonly allowScripts?: boolean | undefined;
}

/** What pacote takes: the registries, keys, proxies and certificates of the user's `.npmrc`. */
export type NpmOptions = Readonly<Record<string, unknown>>;

/** The parts of `@npmcli/config` that are used; it has no types of its own. */
interface ConfigModule {
  new (options: object): NpmConfig;
}

interface NpmConfig {
  load(): Promise<void>;
  get(name: string): unknown;
  readonly flat: NpmOptions;
}

/** The folder of npm's own package. */
export function npmFolder(): string {
  return dirname(require.resolve("npm/package.json"));
}

/** The program of npm in its folder. */
export const NPM_PROGRAM = join("bin", "npm-cli.js");

/** Reads npm's configuration as npm itself does, but for that of the current folder. */
export async function readNpmOptions(home: Home, options: FetchOptions): Promise<NpmOptions> {
  return (await loadConfig(home, options)).flat;
}

/** The file of npm's configuration for all users of the Node that runs this; it need not be there. */
export async function machineConfigFile(home: Home): Promise<string> {
  return String((await loadConfig(home, {})).get("globalconfig"));
}

async function loadConfig(home: Home, options: FetchOptions): Promise<NpmConfig> {
  const Config = require("@npmcli/config") as ConfigModule;
  const { definitions, shorthands, flatten } = require("@npmcli/config/lib/definitions") as object & {
    definitions: object;
    shorthands: object;
    flatten: object;
  };
  const argv = [process.execPath, "npm", ...npmFlags(home, options)];
  // As for `npm install --global`: the .npmrc of whatever project one happens to be in has no say.
  const config = new Config({ npmPath: npmFolder(), definitions, shorthands, flatten, argv, cwd: "/" });
  try {
    await config.load();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BrambleError("PACKAGE_MANAGER", `npm's configuration can't be read: ${reason}`, {
      cause: error,
    });
  }
  return config;
}

/** What npm is told in words, whatever the user's configuration says. */
export function npmFlags(home: Home, { offline, allowScripts }: FetchOptions): string[] {
  return [
    `--cache=${home.cache}`,
    offline ? "--offline" : "--prefer-offline=false",
    allowScripts ? "--no-ignore-scripts" : "--ignore-scripts",
    "--location=project",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--no-dry-run",
    "--package-lock",
    "--install-strategy=hoisted",
  ];
}
