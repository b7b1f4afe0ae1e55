import { resolve } from "node:path";
import { checkBoolean, checkOptions, invalid } from "../check.js";
import { checkEnvironmentName } from "../env/names.js";
import { readEnvironmentFile } from "../env/read-file.js";
import { BrambleError, type ErrorCode } from "../errors.js";
import { findWorkers, type WorkerName } from "./placement.js";
import { enterEnvironmentHere, makeEnvironmentHere } from "./environment-here.js";
import type { ClusterStatus, WorkerStatus } from "./status.js";
import { until } from "./until.js";
import { callWorkers } from "./worker-calls.js";

/** How an environment is installed on workers. */
export interface InstallEnvironmentOptions {
  /** The name that it gets there. Default: that of the file. */
  readonly name?: string | undefined;
  /** Names or addresses of workers. Default: all that call functions. */
  readonly workers?: readonly WorkerName[] | undefined;
  /** Whether packages run the scripts that they bring for their installation. Default: false. */
  readonly allowScripts?: boolean | undefined;
  /** Whether everything is taken from the caches of the machines. Default: false. */
  readonly offline?: boolean | undefined;
  /** Seconds in which each worker comes back. Default: 120. */
  readonly timeout?: number | undefined;
  /** Told how far each worker is. */
  readonly onProgress?: ((progress: InstallProgress) => void) | undefined;
}

/** How far a worker is with an environment. */
export interface InstallProgress {
  /** Its name. */
  readonly worker: string;
  /** It makes it, has made it, leaves to be started again in it, runs in it, or could not. */
  readonly state: "making" | "made" | "leaving" | "back" | "failed";
  /** What was wrong. */
  readonly error?: unknown;
}

const OPTIONS = ["name", "workers", "allowScripts", "offline", "timeout", "onProgress"] as const;

/** Checks what somebody wrote. */
export function checkInstallOptions(
  file: unknown,
  options: InstallEnvironmentOptions,
): InstallEnvironmentOptions {
  if (typeof file !== "string") throw invalid("the path of an environment file", "file", file);
  checkOptions(options, "options", OPTIONS);
  const { name, allowScripts, offline, timeout, onProgress } = options;
  if (name !== undefined) checkEnvironmentName(name);
  if (allowScripts !== undefined) checkBoolean(allowScripts, "options.allowScripts");
  if (offline !== undefined) checkBoolean(offline, "options.offline");
  if (timeout !== undefined && !(timeout >= 0))
    throw invalid("a number of seconds", "options.timeout", timeout);
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw invalid("a function", "options.onProgress", onProgress);
  return options;
}

/** What is asked of the cluster. */
export interface Cluster {
  readonly client: number;
  status(): Promise<ClusterStatus>;
}

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
  const { allowScripts = false, offline = false, timeout = 120, onProgress } = options;
  const workers = findWorkers(options.workers, (await cluster.status()).workers).filter(
    ({ surroundings }) => options.workers !== undefined || surroundings !== undefined,
  );
  const order = { name, text, source: resolve(path), allowScripts, offline };
  const tell = onProgress ?? (() => {});
  const made = workers.map(async (worker) => {
    tell({ worker: worker.name, state: "making" });
    const failed = await callOne(cluster, worker, makeEnvironmentHere, order);
    tell({ worker: worker.name, ...(failed ?? { state: "made" }) });
    return failed && { worker: worker.name, error: failed.error };
  });
  throwFailures(await Promise.all(made));
  // One after the other, so that what one holds can go to the others.
  for (const worker of workers) {
    tell({ worker: worker.name, state: "leaving" });
    await moves(cluster, worker, name, timeout).catch((error: unknown) => {
      tell({ worker: worker.name, state: "failed", error });
      throw error;
    });
    tell({ worker: worker.name, state: "back" });
  }
}

/** Has a worker call a function; gives what it has thrown, if it has. */
async function callOne<A>(
  { client }: Cluster,
  { id }: WorkerStatus,
  fn: (arg: A) => Promise<void>,
  arg: A,
): Promise<{ readonly state: "failed"; readonly error: unknown } | undefined> {
  const call = { fn: fn as (...args: readonly unknown[]) => unknown, args: [arg] };
  const [first] = await callWorkers(client, [id], call);
  return first !== undefined && "error" in first[1] ? { state: "failed", error: first[1].error } : undefined;
}

interface Failure {
  readonly worker: string;
  readonly error: unknown;
}

function throwFailures(outcomes: readonly (Failure | undefined)[]): void {
  const failures = outcomes.filter((outcome) => outcome !== undefined);
  const [first] = failures;
  if (first === undefined) return;
  const code = first.error instanceof BrambleError ? first.error.code : ("PACKAGE_MANAGER" as ErrorCode);
  const lines = failures.map(
    ({ worker, error }) => `${worker}: ${error instanceof Error ? error.message : String(error)}`,
  );
  throw new BrambleError(code, lines.join("\n"), { cause: first.error });
}

/** Has a worker leave, and waits until it is back in an environment. */
async function moves(
  cluster: Cluster,
  worker: WorkerStatus,
  environment: string,
  timeout: number,
): Promise<void> {
  const before = (await cluster.status()).workers.map(({ id }) => id);
  const failed = await callOne(cluster, worker, enterEnvironmentHere, environment);
  if (failed !== undefined) throwFailures([{ worker: worker.name, error: failed.error }]);
  const isNext = (other: WorkerStatus): boolean =>
    !before.includes(other.id) && givenName(other) === givenName(worker);
  const isThere = ({ surroundings }: WorkerStatus): boolean => surroundings?.environment === environment;
  await until(
    async () => (await cluster.status()).workers.filter(isNext),
    (back) => {
      if (back.length === 0 || back.some(isThere)) return back.length > 0;
      const message = `The worker ${worker.name} does not run in ${environment} and went back; its output says why`;
      throw new BrambleError("WORKER_LOST", message);
    },
    timeout,
    () => {
      const message = `The worker ${worker.name} did not come back in the environment ${environment} within ${timeout} s`;
      return new BrambleError("TIMEOUT", message);
    },
  );
}

/** What a worker was called when it came: where the name was taken, the scheduler has put its number behind it. */
function givenName({ name, id }: WorkerStatus): string {
  return name.endsWith(`-${id}`) ? name.slice(0, -`-${id}`.length) : name;
}
