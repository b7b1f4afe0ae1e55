import { checkOptions, invalid } from "../../check.js";
import { BrambleError } from "../../errors.js";
import { pack, unpack, VALUES } from "../../executors/codec.js";
import { encode } from "../../values/index.js";
import type { Client } from "../client.js";
import { currentCluster, NUMBER } from "../current.js";
import { type Answered, ask, type Meet } from "../requests.js";
import { clientOfTask } from "../worker-client.js";

/** Where something that clients have in common is. */
export interface MeetingOptions {
  /** Default: the client that was connected last; in a task, the cluster of its worker. */
  readonly client?: Client | undefined;
}

/** How long to wait. */
export interface MeetingWait {
  /** Seconds. Default: for ever. */
  readonly timeout?: number | undefined;
}

/** A name under which clients meet, at their scheduler. */
export class Meeting {
  readonly name: string;
  readonly #client: Client | undefined;

  constructor(kind: string, name: unknown, options: MeetingOptions) {
    if (typeof name !== "string" || name === "") throw invalid(`the name of a ${kind}`, "name", name);
    checkOptions(options, "options", ["client"]);
    this.name = name;
    this.#client = options.client;
  }

  /** Asks the scheduler. */
  async ask(wish: Meet, value?: readonly Uint8Array[]): Promise<Answered> {
    return ask(await this.#number(), { meet: wish }, value);
  }

  /**
   * Asks for something that may not be there yet.
   *
   * @param what - was not there, for the error.
   * @throws {BrambleError} `TIMEOUT`
   */
  async wait(
    wish: Meet,
    options: MeetingWait,
    what: string,
    value?: readonly Uint8Array[],
  ): Promise<Answered> {
    const { timeout } = checkWait(options);
    const answered = await ask(await this.#number(), { meet: wish }, value, timeout);
    if (answered.hasGivenUp) throw new BrambleError("TIMEOUT", `${what} within ${timeout} s`);
    return answered;
  }

  async #number(): Promise<number> {
    const client = this.#client ?? currentCluster() ?? (await clientOfTask());
    if (client !== undefined) return client[NUMBER];
    throw new BrambleError(
      "INVALID_ARGUMENT",
      `${this.name} is on no cluster: connect with Client.connect, or give { client }`,
    );
  }
}

/** Checks how long to wait. */
export function checkWait(options: MeetingWait): MeetingWait {
  checkOptions(options, "options", ["timeout"]);
  const { timeout } = options;
  if (timeout !== undefined && !(typeof timeout === "number" && timeout >= 0))
    throw invalid("a number of seconds", "options.timeout", timeout);
  return options;
}

/** A value as it travels. */
export function sealed(value: unknown, what: string): Uint8Array[] {
  return [pack(encode(value, what))];
}

/** A value that has travelled. */
export async function opened(value: Uint8Array | undefined): Promise<unknown> {
  return value === undefined ? undefined : VALUES.decode(unpack(value));
}
