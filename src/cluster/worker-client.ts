import { BrambleError } from "../errors.js";
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
