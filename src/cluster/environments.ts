import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { readEnvironmentFile } from "../cli/read-file.js";
import { checkBoolean, checkOptions, invalid } from "../check.js";
import { checkEnvironmentName } from "../env/names.js";
import { BrambleError, type ErrorCode } from "../errors.js";
import { enterEnvironmentHere, makeEnvironmentHere } from "./environment-here.js";
import type { ClusterStatus, WorkerStatus } from "./status.js";
import { callWorkers } from "./worker-calls.js";

/** How an environment is installed on workers. */
export interface InstallEnvironmentOptions {
  /** The name that it gets there. Default: that of the file. */
  readonly name?: string | undefined;
  /** Whether packages run the scripts that they bring for their installation. Default: false. */
  readonly allowScripts?: boolean | undefined;
  /** Whether everything is taken from the caches of the machines. Default: false. */
  readonly offline?: boolean | undefined;
  /** Seconds in which each worker comes back. Default: 120. */
  readonly timeout?: number | undefined;
}

/** Checks what somebody wrote. */
export function checkInstallOptions(
  file: unknown,
  options: InstallEnvironmentOptions,
): InstallEnvironmentOptions {
  if (typeof file !== "string") throw invalid("the path of an environment file", "file", file);
  checkOptions(options, "options", ["name", "allowScripts", "offline", "timeout"]);
  const { name, allowScripts, offline, timeout } = options;
  if (name !== undefined) checkEnvironmentName(name);
  if (allowScripts !== undefined) checkBoolean(allowScripts, "options.allowScripts");
  if (offline !== undefined) checkBoolean(offline, "options.offline");
  if (timeout !== undefined && !(timeout >= 0))
    throw invalid("a number of seconds", "options.timeout", timeout);
  return options;
}

/** What is asked of the cluster. */
export interface Cluster {
  readonly client: number;
  status(): Promise<ClusterStatus>;
}

/** Time between two looks at who has come back, in milliseconds. */
const LOOK = 50;

/**
 * Makes an environment on the machines of all workers that call functions, and starts these again in it.
 *
 * @throws {BrambleError} of the first that failed, with what each said; then none was started again.
 */
export async function installOnWorkers(
  cluster: Cluster,
  path: string,
  options: InstallEnvironmentOptions,
): Promise<void> {
  const { text, content } = await readEnvironmentFile(path);
  const name = options.name ?? content.name;
  if (name === undefined) {
    const message = `Give the environment a name with \`options.name\`: ${path} says none`;
    throw new BrambleError("INVALID_ARGUMENT", message);
  }
  const { allowScripts = false, offline = false, timeout = 120 } = options;
  const workers = (await cluster.status()).workers.filter(({ surroundings }) => surroundings !== undefined);
  const order = { name, text, source: resolve(path), allowScripts, offline };
  await callAll(cluster, workers, makeEnvironmentHere, [order]);
  // One after the other, so that what one holds can go to the others.
  for (const worker of workers) {
    await callAll(cluster, [worker], enterEnvironmentHere, [name]);
    await comesBack(cluster, worker, name, timeout);
  }
}

async function callAll<A extends readonly unknown[]>(
  { client }: Cluster,
  workers: readonly WorkerStatus[],
  fn: (...args: A) => unknown,
  args: A,
): Promise<void> {
  const ids = workers.map(({ id }) => id);
  const call = { fn: fn as (...args: readonly unknown[]) => unknown, args };
  const outcomes = await callWorkers(client, ids, call);
  const failures = outcomes.flatMap(([{ name }, outcome]) =>
    "error" in outcome ? [{ name, error: outcome.error }] : [],
  );
  const [first] = failures;
  if (first === undefined) return;
  const code = first.error instanceof BrambleError ? first.error.code : ("PACKAGE_MANAGER" as ErrorCode);
  const lines = failures.map(
    ({ name, error }) => `${name}: ${error instanceof Error ? error.message : String(error)}`,
  );
  throw new BrambleError(code, lines.join("\n"), { cause: first.error });
}

async function comesBack(
  cluster: Cluster,
  { id, name }: WorkerStatus,
  environment: string,
  timeout: number,
): Promise<void> {
  const end = performance.now() + 1000 * timeout;
  for (;;) {
    const { workers } = await cluster.status();
    const isBack = workers.some(
      (worker) => worker.id > id && worker.name === name && worker.surroundings?.environment === environment,
    );
    if (isBack) return;
    if (performance.now() > end) {
      const message = `The worker ${name} did not come back in the environment ${environment} within ${timeout} s`;
      throw new BrambleError("TIMEOUT", message);
    }
    await setTimeout(LOOK);
  }
}
