import { BrambleError, type ErrorCode } from "../errors.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";

/** Output blocks of a graph that is kept. */
export interface KeptBlocks {
  readonly run: number;
  readonly numbers: readonly number[];
}

/** What clients have in common; values are buffers. */
export type Meet =
  | { readonly setVariable: Named }
  | { readonly getVariable: Named }
  | { readonly deleteVariable: Named }
  | { readonly put: Named & { readonly most: number } }
  | { readonly take: Named }
  | { readonly countQueue: Named }
  | { readonly setEvent: Named }
  | { readonly clearEvent: Named }
  | { readonly waitEvent: Named }
  | { readonly isEventSet: Named }
  | { readonly acquire: Named & { readonly leases: number } }
  | { readonly release: Named }
  | { readonly countLeases: Named }
  | { readonly log: { readonly topics: readonly string[] } }
  | { readonly logged: { readonly topic: string } }
  | { readonly subscribe: { readonly topic: string } }
  | { readonly unsubscribe: { readonly topic: string } };

interface Named {
  readonly name: string;
}

/** Something that was noted under a topic; a buffer has what a client noted. */
export interface Noted {
  readonly at: number;
  readonly text: string | null;
}

/** What the scheduler is asked beside graphs; `crates/cluster/src/protocol/service.rs` says what each means. */
export type Request =
  | { readonly locate: { readonly blocks: readonly KeptBlocks[] } }
  | { readonly call: { readonly workers: readonly number[] | null } }
  | "callScheduler"
  | { readonly retire: { readonly workers: readonly number[] } }
  | {
      readonly replicate: {
        readonly blocks: readonly KeptBlocks[];
        readonly copies: number;
        readonly workers: readonly number[] | null;
      };
    }
  | {
      readonly rebalance: {
        readonly blocks: readonly KeptBlocks[];
        readonly workers: readonly number[] | null;
      };
    }
  | {
      readonly publish: { readonly name: string; readonly runs: readonly (readonly [number, number])[] };
    }
  | { readonly dataset: Named }
  | "datasets"
  | { readonly unpublish: Named }
  | { readonly tasks: { readonly since: number } }
  | { readonly story: { readonly blocks: readonly KeptBlocks[] } }
  | { readonly meet: Meet }
  | { readonly giveUp: { readonly ticket: number } };

/** What has become of a block. */
export interface Located {
  readonly bytes: number;
  readonly holders: readonly number[];
  readonly running: number | null;
}

/** A block on its way from one worker to another. */
export interface Move {
  readonly run: number;
  readonly number: number;
  readonly from: number;
  readonly to: number;
}

/** How a call ended; a buffer has what it gave or threw. */
export type CallEnd = "gave" | "threw" | { readonly failed: string };

/** How a worker answered a call. */
export interface CallAnswer {
  readonly worker: number;
  readonly name: string;
  readonly address: string;
  readonly end: CallEnd;
}

/** A task that was done; times are seconds after the scheduler's start. */
export interface WireTaskSpan {
  readonly client: number;
  readonly run: number;
  readonly layer: string;
  readonly block: readonly number[];
  readonly worker: number;
  readonly start: number;
  readonly end: number;
  readonly bytes: number;
}

/** What happened to a task; `crates/cluster/src/protocol/service.rs` says what each means. */
export type StoryTurn = "processing" | "memory" | "failed" | "returned" | "lost" | "erred" | "retried";

/** A step of a task, in seconds after the scheduler's start. */
export interface WireStep {
  readonly at: number;
  readonly turn: StoryTurn;
  readonly worker: number | null;
}

/** What the scheduler answers. */
interface Replies {
  readonly refused: { readonly code: ErrorCode; readonly message: string };
  readonly located: readonly (readonly Located[])[];
  readonly called: readonly CallAnswer[];
  readonly answered: CallEnd;
  readonly moving: readonly Move[];
  readonly names: readonly string[];
  readonly tasks: {
    readonly now: number;
    readonly total: number;
    readonly spans: readonly WireTaskSpan[];
  };
  readonly story: {
    readonly now: number;
    readonly steps: readonly (readonly WireStep[])[];
    readonly gone: readonly (readonly [number, string])[];
  };
  readonly number: number;
  readonly flag: boolean;
  readonly noted: readonly Noted[];
}

/** An answer: what it says, by its kind, and the buffers that came with it. */
export interface Answered extends Partial<Replies> {
  /** Set if it was given up before there was an answer. */
  readonly hasGivenUp: boolean;
  readonly buffers: readonly Uint8Array[];
}

/** Longest that a timer runs, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

let lastTicket = 0;

/**
 * Asks the scheduler something.
 *
 * @param seconds - after which the question is given up.
 * @throws {BrambleError} with which it was refused; `SCHEDULER_LOST` if the connection has ended.
 */
export async function ask(
  client: number,
  request: Request,
  buffers: readonly Uint8Array[] = [],
  seconds?: number,
): Promise<Answered> {
  lastTicket = (lastTicket + 1) % 2 ** 32;
  const ticket = lastTicket;
  const asking = withOwnErrors(() =>
    loadNative().askCluster(client, ticket, JSON.stringify(request), buffers),
  );
  // The process stays while somebody waits.
  const giveUp = (): void => void ask(client, { giveUp: { ticket } }).catch(() => {});
  const timer = setTimeout(giveUp, seconds === undefined ? LONGEST : Math.min(1000 * seconds, LONGEST));
  const answered = await asking.finally(() => clearTimeout(timer));
  if (answered.reply === undefined)
    throw new BrambleError("SCHEDULER_LOST", "The connection to the scheduler has ended");
  const reply = JSON.parse(answered.reply) as string | Partial<Replies>;
  const { refused, ...rest } = typeof reply === "string" ? ({} as Partial<Replies>) : reply;
  if (refused !== undefined) throw new BrambleError(refused.code, refused.message);
  return { ...rest, hasGivenUp: reply === "gaveUp", buffers: answered.buffers };
}
