import { Meeting, type MeetingOptions, type MeetingWait } from "./meet.js";

/**
 * Something that happens once, for which clients of a cluster and tasks wait.
 *
 * @example
 * const ready = new Event("ready");
 * await ready.wait({ timeout: 10 });
 */
export class Event {
  readonly #meeting: Meeting;

  constructor(name: string, options: MeetingOptions = {}) {
    this.#meeting = new Meeting("event", name, options);
  }

  get name(): string {
    return this.#meeting.name;
  }

  /** It has happened: whoever waits goes on. */
  async set(): Promise<void> {
    await this.#meeting.ask({ setEvent: { name: this.name } });
  }

  /** It has not happened any more. */
  async clear(): Promise<void> {
    await this.#meeting.ask({ clearEvent: { name: this.name } });
  }

  /** Whether it has happened. */
  async isSet(): Promise<boolean> {
    return (await this.#meeting.ask({ isEventSet: { name: this.name } })).flag ?? false;
  }

  /**
   * Waits until it has happened.
   *
   * @throws {BrambleError} `TIMEOUT`
   */
  async wait(options: MeetingWait = {}): Promise<void> {
    await this.#meeting.wait({ waitEvent: { name: this.name } }, options, `${this.name} did not happen`);
  }
}
