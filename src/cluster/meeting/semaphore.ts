import { checkInteger, checkOptions } from "../../check.js";
import { Meeting, type MeetingOptions, type MeetingWait } from "./meet.js";

/** How many may do something at once, and where that is agreed on. */
export interface SemaphoreOptions extends MeetingOptions {
  /** How many leases there are; all who use the name must say the same. Default: 1. */
  readonly leases?: number | undefined;
}

/** A lease; it ends with its scope, or by `release`. */
export interface Lease extends AsyncDisposable {
  release(): Promise<void>;
}

/**
 * Lets only so many clients and tasks of a cluster do something at the same time. A lease belongs to the connection
 * that took it: when its process dies it is free again.
 *
 * @example
 * const database = new Semaphore("database", { leases: 2 });
 * await using lease = await database.hold();
 */
export class Semaphore {
  readonly #meeting: Meeting;
  readonly #leases: number;

  constructor(name: string, options: SemaphoreOptions = {}) {
    checkOptions(options, "options", ["leases", "client"]);
    const { leases = 1, client } = options;
    checkInteger(leases, "options.leases", 1, 2 ** 31);
    this.#meeting = new Meeting("semaphore", name, { client });
    this.#leases = leases;
  }

  get name(): string {
    return this.#meeting.name;
  }

  /**
   * Takes a lease, once one is free.
   *
   * @throws {BrambleError} `TIMEOUT`; `INVALID_ARGUMENT` if others say that there is another number of leases.
   */
  async acquire(options: MeetingWait = {}): Promise<void> {
    const wish = { acquire: { name: this.name, leases: this.#leases } };
    await this.#meeting.wait(wish, options, `${this.name} had no free lease`);
  }

  /**
   * Gives a lease back.
   *
   * @throws {BrambleError} `INVALID_ARGUMENT` if this process has none.
   */
  async release(): Promise<void> {
    await this.#meeting.ask({ release: { name: this.name } });
  }

  /** Takes a lease that ends with its scope. */
  async hold(options: MeetingWait = {}): Promise<Lease> {
    await this.acquire(options);
    let isHeld = true;
    const release = async (): Promise<void> => {
      if (!isHeld) return;
      isHeld = false;
      await this.release();
    };
    return { release, [Symbol.asyncDispose]: release };
  }

  /** How many leases are taken. */
  async taken(): Promise<number> {
    return (await this.#meeting.ask({ countLeases: { name: this.name } })).number ?? 0;
  }
}

/**
 * Lets one client or task of a cluster at a time do something. It is released when the process that holds it dies.
 *
 * @example
 * await using lease = await new Lock("printer").hold();
 */
export class Lock extends Semaphore {
  constructor(name: string, options: MeetingOptions = {}) {
    super(name, { ...options, leases: 1 });
  }

  /** Whether somebody holds it. */
  async locked(): Promise<boolean> {
    return (await this.taken()) > 0;
  }
}
