import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseBytes } from "../bytes.js";
import { checkBoolean, checkFilePath, checkInteger, checkOneOf, invalid } from "../check.js";
import { SCHEDULERS, type Scheduler } from "../engine/engine.js";
import { memoryOfProcess } from "../machine.js";

/**
 * Everything that can be set, by `config.set`, in a file `bramble.yaml`, or by a variable of the environment:
 * `array.chunkSize` is `array: { chunkSize: 64MiB }` in a file, and `BRAMBLE_ARRAY__CHUNK_SIZE` in the environment.
 */
export interface Settings {
  /**
   * Where tasks run, unless `compute({ scheduler })` says otherwise. Default: the cluster of the latest client, if there
   * is one and it can do all of it, else what suits the collection, which is `threads` for arrays and delayed values,
   * `processes` for bags.
   */
  readonly scheduler: Scheduler | undefined;
  /** Threads or processes that run tasks. Default: one for each core. */
  readonly numWorkers: number | undefined;
  /** `native` or `js`. Default: `native` where its binary loads. */
  readonly engine: "native" | "js" | undefined;
  /**
   * Memory that the blocks of a computation may take, as a number of bytes or as `"512MiB"`; what is more waits on
   * disk. Default: 70 % of what the machine has, or of what this process may have of it.
   */
  readonly "memory.limit": number | string;
  /** The folder where blocks wait on disk; not one in memory, such as a `/tmp` often is. Default: in the user's cache. */
  readonly "memory.spillFolder": string;
  /** Bytes that a block of an array takes with chunks `"auto"`, as a number or as `"64MiB"`. Default: 32 MiB. */
  readonly "array.chunkSize": number | string;
  /** Blocks that a step of a reduction merges, unless it has an option `splitEvery`. Default: 16. */
  readonly "array.splitEvery": number;
  /** Whether equal calls of delayed functions are one, unless `delayed(f, { pure })` says otherwise. Default: false. */
  readonly "delayed.pure": boolean;
  /**
   * What happens when functions are to run on a cluster whose workers have other packages or another major version of
   * Node than this program: `warn`, `refuse` or `ignore`. Default: `warn`.
   */
  readonly "cluster.mismatch": MismatchPolicy;
  /**
   * What is logged, a line of JSON each: `error` computations that fail, `warn` workers that are lost too, `info`
   * computations that end too, `debug` what begins too. Default: `off`.
   */
  readonly "log.level": LogLevel;
  /** The file to which lines of the log are added. Default: none, which is the standard error stream. */
  readonly "log.file": string | undefined;
}

/** What is done about workers that differ. */
export type MismatchPolicy = (typeof MISMATCH_POLICIES)[number];

const MISMATCH_POLICIES = ["warn", "refuse", "ignore"] as const;

/** How much is logged; each level includes those before it. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The levels. */
export const LOG_LEVELS = ["off", "error", "warn", "info", "debug"] as const;

/** The name of something that can be set. */
export type SettingName = keyof Settings;

/** How a setting is checked, and what it is where nobody set it. */
interface Rule<T> {
  readonly default: T;
  /** Throws unless the value is one that it may have; `name` says where it was written. */
  readonly check: (value: unknown, name: string) => T;
}

/** The rules of all settings; to add one is a line here and its line above. */
export const RULES: { readonly [N in SettingName]: Rule<Settings[N]> } = {
  scheduler: optional((value, name) => checkOneOf(value, name, SCHEDULERS)),
  numWorkers: optional((value, name) => checkInteger(value, name, 1, 1024)),
  engine: optional((value, name) => checkOneOf(value, name, ["native", "js"])),
  "memory.limit": { default: mostMemory(), check: checkBytes },
  "memory.spillFolder": { default: join(cacheFolder(), "spill"), check: checkPath },
  "array.chunkSize": { default: 32 * 2 ** 20, check: checkBytes },
  "array.splitEvery": { default: 16, check: (value, name) => checkInteger(value, name, 2, 2 ** 31) },
  "delayed.pure": { default: false, check: checkBoolean },
  "cluster.mismatch": {
    default: "warn",
    check: (value, name) => checkOneOf(value, name, MISMATCH_POLICIES),
  },
  "log.level": { default: "off", check: (value, name) => checkOneOf(value, name, LOG_LEVELS) },
  "log.file": optional(checkPath),
};

/** The names of all settings. */
export const SETTING_NAMES = Object.keys(RULES) as SettingName[];

/** The rule of something that need not be set. */
function optional<T>(check: Rule<T>["check"]): Rule<T | undefined> {
  return {
    default: undefined,
    check: (value, name) => (value === undefined ? undefined : check(value, name)),
  };
}

function mostMemory(): number {
  return Math.floor(0.7 * memoryOfProcess());
}

/** Where this user's programs keep what can be made again. */
function cacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "bramble");
}

/**
 * A path, made absolute.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT`.
 */
export function checkPath(value: unknown, name: string): string {
  checkFilePath(value, name);
  return resolve(value);
}

/** Checks a size in bytes. */
export function checkBytes(value: unknown, name: string): number {
  const bytes = typeof value === "string" ? parseBytes(value) : value;
  if (Number.isSafeInteger(bytes) && (bytes as number) >= 1) return bytes as number;
  throw invalid('a number of bytes or a size such as "64MiB"', name, value);
}
