import { Meeting, type MeetingOptions, type MeetingWait, opened, sealed } from "./meet.js";

/**
 * A value under a name that all clients of a cluster and all tasks see. It stays until it is deleted or the scheduler
 * ends.
 *
 * @example
 * const best = new Variable<number>("best");
 * await best.set(1);
 * await best.get(); // 1, in tasks too
 */
export class Variable<T = unknown> {
  readonly #meeting: Meeting;

  constructor(name: string, options: MeetingOptions = {}) {
    this.#meeting = new Meeting("variable", name, options);
  }

  get name(): string {
    return this.#meeting.name;
  }

  /** Gives it a value; whoever waits for one gets it. */
  async set(value: T): Promise<void> {
    await this.#meeting.ask({ setVariable: { name: this.name } }, sealed(value, `the value of ${this.name}`));
  }

  /**
   * The value, once it has one.
   *
   * @throws {BrambleError} `TIMEOUT`
   */
  async get(options: MeetingWait = {}): Promise<T> {
    const wish = { getVariable: { name: this.name } };
    const { buffers } = await this.#meeting.wait(wish, options, `${this.name} got no value`);
    return (await opened(buffers[0])) as T;
  }

  /** Takes its value away. */
  async delete(): Promise<void> {
    await this.#meeting.ask({ deleteVariable: { name: this.name } });
  }
}
