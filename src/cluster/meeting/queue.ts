import { checkInteger, checkOptions } from "../../check.js";
import { Meeting, type MeetingOptions, type MeetingWait, opened, sealed } from "./meet.js";

/** What a queue has room for, and where it is. */
export interface QueueOptions extends MeetingOptions {
  /** How many values it has room for; `put` waits while there are as many. Default: any number. */
  readonly maxSize?: number | undefined;
}

/**
 * Values that clients of a cluster and tasks hand to each other, first in, first out. Each is given to one of them.
 *
 * @example
 * const queue = new Queue<number>("work");
 * await queue.put(1);
 * await queue.get(); // 1
 */
export class Queue<T = unknown> {
  readonly #meeting: Meeting;
  readonly #most: number;

  constructor(name: string, options: QueueOptions = {}) {
    checkOptions(options, "options", ["maxSize", "client"]);
    const { maxSize = 0, client } = options;
    checkInteger(maxSize, "options.maxSize", 0, 2 ** 31);
    this.#meeting = new Meeting("queue", name, { client });
    this.#most = maxSize;
  }

  get name(): string {
    return this.#meeting.name;
  }

  /**
   * Adds a value, once there is room.
   *
   * @throws {BrambleError} `TIMEOUT`
   */
  async put(value: T, options: MeetingWait = {}): Promise<void> {
    const wish = { put: { name: this.name, most: this.#most } };
    const values = sealed(value, `a value of ${this.name}`);
    await this.#meeting.wait(wish, options, `${this.name} had no room`, values);
  }

  /**
   * Takes the first value, once there is one.
   *
   * @throws {BrambleError} `TIMEOUT`
   */
  async get(options: MeetingWait = {}): Promise<T> {
    const wish = { take: { name: this.name } };
    const { buffers } = await this.#meeting.wait(wish, options, `${this.name} was empty`);
    return (await opened(buffers[0])) as T;
  }

  /** How many values there are. */
  async size(): Promise<number> {
    return (await this.#meeting.ask({ countQueue: { name: this.name } })).number ?? 0;
  }
}
