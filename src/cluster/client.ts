import { setTimeout } from "node:timers/promises";
import { checkInteger, checkOptions, invalid } from "../check.js";
import { userFolder } from "../config/files.js";
import type { Answer, RunRequest } from "../engine/engine.js";
import { BrambleError, type ErrorCode } from "../errors.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";
import { enter, leave } from "./current.js";
import { LocalCluster } from "./local-cluster.js";
import { runOnCluster } from "./run.js";
import { type ClusterStatus, readStatus } from "./status.js";

/** How a client connects. */
export interface ConnectOptions {
  /** Seconds that it tries. Default: 30. */
  readonly timeout?: number | undefined;
  /** The cluster's key. Default: what `BRAMBLE_KEY` or the file of keys has, as `bramble key show` prints it. */
  readonly key?: string | undefined;
  /** Connects without a key, to a scheduler that was started with `--insecure`. Default: false. */
  readonly insecure?: boolean | undefined;
}

/** How long to wait for something. */
export interface WaitOptions {
  /** Seconds. Default: 30. */
  readonly timeout?: number | undefined;
}

/** Time between two looks at who is there, in milliseconds. */
const LOOK = 20;

/**
 * A connection to a scheduler. While it is open, what can be computed on the cluster is computed there, unless
 * `compute({ scheduler })` or `config` says otherwise; the results come straight from the workers.
 *
 * @example
 * await using client = await Client.connect("192.168.0.1:8786");
 * await x.sum().compute(); // now on the cluster
 */
export class Client {
  /** Where the scheduler is. */
  readonly address: string;
  readonly #client: number;
  #isOpen = true;

  private constructor(address: string, client: number) {
    this.address = address;
    this.#client = client;
    enter(this);
  }

  /**
   * Connects to a scheduler: to its address, such as `"192.168.0.1:8786"`, or to that of a `LocalCluster`. It tries
   * again while the timeout lasts.
   *
   * @throws {BrambleError} `NETWORK` if nothing answers in time or something else than a scheduler does;
   *   `CLUSTER_KEY` if the scheduler has another key, or there is none.
   */
  static async connect(to: string | LocalCluster, options: ConnectOptions = {}): Promise<Client> {
    checkOptions(options, "options", ["timeout", "key", "insecure"]);
    const { timeout = 30 } = options;
    checkSeconds(timeout, "options.timeout");
    const address = to instanceof LocalCluster ? to.address : to;
    if (typeof address !== "string") throw invalid("an address or a LocalCluster", "to", to);
    const key = to instanceof LocalCluster ? to.key : keyOf(options);
    const connecting = withOwnErrors(() => loadNative().connectCluster(address, key, timeout));
    const { client, error } = await connecting;
    if (error !== undefined) throw new BrambleError(error.code as ErrorCode, error.message);
    return new Client(address, client ?? 0);
  }

  /** The cluster as it is now. */
  async status(): Promise<ClusterStatus> {
    const json = await withOwnErrors(() => loadNative().clusterStatus(this.#client));
    if (json === null)
      throw new BrambleError("SCHEDULER_LOST", `The connection to ${this.address} has ended`);
    return readStatus(json);
  }

  /**
   * Waits until there are so many workers.
   *
   * @throws {BrambleError} `NETWORK` if they have not come in time.
   */
  async waitForWorkers(count: number, { timeout = 30 }: WaitOptions = {}): Promise<void> {
    checkInteger(count, "count", 0, 2 ** 31);
    checkSeconds(timeout, "options.timeout");
    const end = performance.now() + 1000 * timeout;
    for (;;) {
      const { workers } = await this.status();
      if (workers.length >= count) return;
      if (performance.now() > end) {
        const message = `${workers.length} of ${count} workers have come to ${this.address} within ${timeout} s`;
        throw new BrambleError("NETWORK", message);
      }
      await setTimeout(LOOK);
    }
  }

  /** What `compute` does while this is the latest client. */
  async run(request: RunRequest): Promise<readonly Answer[]> {
    return runOnCluster(this.#client, request);
  }

  /** Ends the connection. What is under way fails with `SCHEDULER_LOST`. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    leave(this);
    loadNative().closeClient(this.#client);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

function keyOf({ key, insecure = false }: ConnectOptions): string | undefined {
  if (insecure) return undefined;
  return key ?? withOwnErrors(() => loadNative().findKey(userFolder())).text;
}

function checkSeconds(value: unknown, name: string): void {
  if (typeof value !== "number" || !(value >= 0)) throw invalid("a number of seconds", name, value);
}
