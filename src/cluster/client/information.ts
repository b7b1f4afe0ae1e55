import { checkBoolean, checkInteger } from "../../check.js";
import { BrambleError } from "../../errors.js";
import { checkSeconds, type WaitOptions } from "../client-options.js";
import { NUMBER } from "../current.js";
import { Future, STATE } from "../futures/future.js";
import type { FutureState } from "../futures/state.js";
import { checkFutures } from "../futures/wait.js";
import {
  bytesOfResults,
  type ClusterDump,
  type ClusterVersions,
  clusterVersions,
  dumpCluster,
  keysByWorker,
  type SchedulerInfo,
  schedulerInfo,
  whoHas,
} from "../info.js";
import { findWorkers, type WorkerName } from "../placement.js";
import type { WireTaskSpan } from "../requests.js";
import { type StoryStep, storyOf } from "../story.js";
import { type TaskStream, taskStream } from "../task-stream.js";
import { until } from "../until.js";
import { ClientConnection } from "./connection.js";

/** What a client can ask about its cluster. */
export abstract class ClientInformation extends ClientConnection {
  /**
   * Waits until there are so many workers.
   *
   * @throws {BrambleError} `NETWORK` if they have not come in time.
   */
  async waitForWorkers(count: number, { timeout = 30 }: WaitOptions = {}): Promise<void> {
    checkInteger(count, "count", 0, 2 ** 31);
    checkSeconds(timeout, "options.timeout");
    await until(
      () => this.status(),
      ({ workers }) => workers.length >= count,
      timeout,
      ({ workers }) =>
        new BrambleError(
          "NETWORK",
          `${workers.length} of ${count} workers have come to ${this.address} within ${timeout} s`,
        ),
    );
  }

  /** The scheduler, and its workers by their addresses. */
  async schedulerInfo(): Promise<SchedulerInfo> {
    return schedulerInfo(this.address, await this.status());
  }

  /** By key, the addresses of the workers that have a result: of the futures given, else of all of this client. */
  async whoHas(futures?: Future | Iterable<Future>): Promise<Record<string, string[]>> {
    return whoHas(this[NUMBER], this.statesOf(futures), (await this.status()).workers);
  }

  /** By address, the keys of this client's results that a worker has: of the workers named, else of all. */
  async hasWhat(workers?: readonly WorkerName[]): Promise<Record<string, string[]>> {
    const named = findWorkers(workers, (await this.status()).workers);
    return keysByWorker(this[NUMBER], this.desk.states(), named, "held");
  }

  /** By address, the keys of this client's calls that a worker was handed and has not made. */
  async processing(workers?: readonly WorkerName[]): Promise<Record<string, string[]>> {
    const named = findWorkers(workers, (await this.status()).workers);
    return keysByWorker(this[NUMBER], this.desk.states(), named, "running");
  }

  /** Bytes of results: by what their keys begin with, or by key. */
  async nbytes(
    futures?: Future | Iterable<Future>,
    { summary = true }: { readonly summary?: boolean } = {},
  ): Promise<Record<string, number>> {
    checkBoolean(summary, "options.summary");
    return bytesOfResults(this[NUMBER], this.statesOf(futures), summary);
  }

  /** What this process and the workers are built of: Bramble, Node, V8, the platform. */
  async getVersions(): Promise<ClusterVersions> {
    return clusterVersions(this[NUMBER]);
  }

  /**
   * The tasks that were done lately, of all clients; the scheduler remembers the last 10,000.
   *
   * @param options - `since`: how many had been done that need not be told, which is the `total` of an earlier answer.
   */
  async getTaskStream({ since = 0 }: { readonly since?: number | undefined } = {}): Promise<TaskStream> {
    checkInteger(since, "options.since", 0);
    const keyOf = ({ client, run, block }: WireTaskSpan): string | undefined =>
      client === this.id ? this.desk.keyOf(run, block[0] ?? 0) : undefined;
    return taskStream(this[NUMBER], since, keyOf, (await this.status()).workers);
  }

  /**
   * What became of calls, step by step: who was handed them, gave them back, failed at them, died with them. The scheduler
   * remembers the last 50,000 steps of all calls.
   *
   * @param calls - futures, or keys of this client's calls; all that it has if absent.
   * @throws {BrambleError} `INVALID_ARGUMENT` if this client has no call of a key.
   * @example
   * const steps = await client.story(future);
   * steps.map(({ turn, worker }) => `${turn} ${worker}`); // ["processing pi-1", "lost pi-1", "processing pi-2", "memory pi-2"]
   */
  async story(calls?: Future | string | Iterable<Future | string>): Promise<StoryStep[]> {
    const list = typeof calls === "string" || calls instanceof Future ? [calls] : calls;
    const states = list === undefined ? this.desk.states() : this.#named(list);
    return storyOf(this[NUMBER], states, (await this.status()).workers);
  }

  /** All that is known of the cluster and of this client's calls, to be written down when something goes wrong. */
  async dumpState(): Promise<ClusterDump> {
    return dumpCluster(this[NUMBER], this.address, this.desk.states(), await this.status());
  }

  /** Calls by their futures or keys. */
  #named(calls: Iterable<Future | string>): FutureState[] {
    const all = this.desk.states();
    return Array.from(calls, (call) => {
      if (typeof call !== "string") return checkFutures([call])[0]?.[STATE];
      const named = all.find(({ key }) => key === call);
      if (named !== undefined) return named;
      throw new BrambleError("INVALID_ARGUMENT", `This client has no call of the key ${call}`);
    }).filter((state) => state !== undefined);
  }
}
