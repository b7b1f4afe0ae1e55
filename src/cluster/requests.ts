import { BrambleError, type ErrorCode } from "../errors.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";

/** Output blocks of a graph that is kept. */
export interface KeptBlocks {
  readonly run: number;
  readonly numbers: readonly number[];
}

/** What the scheduler is asked beside graphs; `crates/cluster/src/protocol/service.rs` says what each means. */
export type Request =
  | { readonly locate: { readonly blocks: readonly KeptBlocks[] } }
  | { readonly call: { readonly workers: readonly number[] | null } }
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
    };

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

/** How a worker answered a call. */
export interface CallAnswer {
  readonly worker: number;
  readonly name: string;
  readonly address: string;
  readonly end: "gave" | "threw" | { readonly failed: string };
}

/** What the scheduler answers. */
interface Replies {
  readonly refused: { readonly code: ErrorCode; readonly message: string };
  readonly located: readonly (readonly Located[])[];
  readonly called: readonly CallAnswer[];
  readonly moving: readonly Move[];
}

/** An answer: what it says, by its kind, and the buffers that came with it. */
export interface Answered extends Partial<Replies> {
  readonly buffers: readonly Uint8Array[];
}

/**
 * Asks the scheduler something.
 *
 * @throws {BrambleError} with which it was refused; `SCHEDULER_LOST` if the connection has ended.
 */
export async function ask(
  client: number,
  request: Request,
  buffers: readonly Uint8Array[] = [],
): Promise<Answered> {
  const answered = await withOwnErrors(() =>
    loadNative().askCluster(client, JSON.stringify(request), buffers),
  );
  if (answered.reply === undefined)
    throw new BrambleError("SCHEDULER_LOST", "The connection to the scheduler has ended");
  const reply = JSON.parse(answered.reply) as string | Partial<Replies>;
  const { refused, ...rest } = typeof reply === "string" ? ({} as Partial<Replies>) : reply;
  if (refused !== undefined) throw new BrambleError(refused.code, refused.message);
  return { ...rest, buffers: answered.buffers };
}
