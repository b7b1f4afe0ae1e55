import type { Surroundings } from "../../env/surroundings.js";
import { BrambleError } from "../../errors.js";
import type { NativeConnection } from "../../native/binding.js";
import { loadNative } from "../../native/load.js";
import { withOwnErrors } from "../../native/own-errors.js";
import { NUMBER } from "../current.js";
import { FutureDesk } from "../futures/desk.js";
import { Future, STATE } from "../futures/future.js";
import type { FutureState } from "../futures/state.js";
import { checkFutures } from "../futures/wait.js";
import { findWorkers, type WorkerName } from "../placement.js";
import { type ClusterStatus, readStatus } from "../status.js";
import { SurroundingsCheck } from "../surroundings.js";

/** What everything that a client can do needs: where it is connected to, and its futures. */
export abstract class ClientConnection {
  /** Where the scheduler is. */
  readonly address: string;
  /** @internal Its number in this process. */
  readonly [NUMBER]: number;
  /** The number that the cluster has for it. */
  protected readonly id: number;
  protected readonly surroundings: SurroundingsCheck;
  protected readonly desk: FutureDesk;

  protected constructor(address: string, { client = 0, id = 0 }: NativeConnection, own: Surroundings) {
    this.address = address;
    this[NUMBER] = client;
    this.id = id;
    this.surroundings = new SurroundingsCheck(client, own);
    this.desk = new FutureDesk(client, this.surroundings);
  }

  /** The cluster as it is now. */
  async status(): Promise<ClusterStatus> {
    const json = await withOwnErrors(() => loadNative().clusterStatus(this[NUMBER]));
    if (json === null)
      throw new BrambleError("SCHEDULER_LOST", `The connection to ${this.address} has ended`);
    return readStatus(json);
  }

  protected async numbersOf(workers: readonly WorkerName[] | undefined): Promise<number[] | undefined> {
    if (workers === undefined) return undefined;
    return findWorkers(workers, (await this.status()).workers).map(({ id }) => id);
  }

  protected statesOf(futures: Future | Iterable<Future> | undefined): FutureState[] {
    if (futures === undefined) return this.desk.states();
    return checkFutures(futures instanceof Future ? [futures] : futures).map((future) => future[STATE]);
  }
}
