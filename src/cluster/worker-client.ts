import { invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import { currentTask, Task } from "../executors/current-task.js";
import type { Client } from "./client.js";
import { workerPlace } from "./worker-place.js";

/** The connection of this thread, made when it is first wanted. */
let connection: Promise<Client> | undefined;

/** The client of the task that runs here; undefined outside of a cluster. */
export function clientOfTask(): Promise<Client> | undefined {
  const place = workerPlace();
  if (place === undefined) return undefined;
  const { scheduler, key, insecure } = place;
  connection ??= import("./client.js").then(({ Client: Connected }) =>
    Connected.connect(scheduler, { key, insecure, setAsDefault: false }),
  );
  return connection;
}

/**
 * A client for use inside a task: of the cluster whose worker makes it.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT` outside of a task of a cluster.
 * @example
 * client.submit(async (n: number) => {
 *   const inner = await getClient();
 *   return inner.submit((x: number) => x + 1, n).result();
 * }, 1);
 */
export async function getClient(): Promise<Client> {
  const client = clientOfTask();
  if (client === undefined)
    throw new BrambleError(
      "INVALID_ARGUMENT",
      "getClient is for tasks on a cluster: use Client.connect here",
    );
  return client;
}

/**
 * Has a task use a client of the cluster that runs it, and wait for other tasks: meanwhile it leaves its place to others, so
 * that those for which it waits always find one.
 *
 * @param use - what the task does with the client; once it has ended the task has its place again.
 * @returns what that gives.
 * @throws {BrambleError} `INVALID_ARGUMENT` outside of a task of a cluster. A task that has awaited something is
 *   not known any more: call this before.
 * @example
 * const fibonacci = (n: number): Promise<number> | number =>
 *   n < 2 ? n : workerClient(async (client) => {
 *     const [a, b] = [client.submit(fibonacci, n - 1), client.submit(fibonacci, n - 2)];
 *     return (await a.result()) + (await b.result());
 *   });
 */
export async function workerClient<T>(use: (client: Client) => T | Promise<T>): Promise<T> {
  if (typeof use !== "function") throw invalid("a function", "use", use);
  const task = currentTask();
  if (!(task instanceof Task) || workerPlace() === undefined) {
    throw new BrambleError(
      "INVALID_ARGUMENT",
      "workerClient is for tasks on a cluster, before they await anything: use Client.connect here",
    );
  }
  task.setAside(true);
  try {
    return await use(await getClient());
  } finally {
    task.setAside(false);
  }
}
