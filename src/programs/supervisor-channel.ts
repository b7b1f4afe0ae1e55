// What a worker and its supervisor say to each other.

import type { WorkerHost } from "../cluster/host.js";
import type { EnvironmentOrder } from "../env/follow.js";
import { BrambleError, type ErrorCode } from "../errors.js";

/** What a worker asks for. The answer bears the same number. */
export type Question = { readonly number: number } & Wish;

type Wish = { readonly make: EnvironmentOrder } | { readonly enter: string };

/** A worker says that it was able to start where it is. */
export const RUNS = "runs";

/** What a worker says. */
export type FromWorker = Question | typeof RUNS;

/** What became of something. */
export interface Reply {
  readonly number: number;
  readonly failure?: { readonly code: ErrorCode; readonly message: string };
}

/** Does what was asked for, and says what became of it. */
export async function replyTo(number: number, work: () => Promise<void>): Promise<Reply> {
  try {
    await work();
    return { number };
  } catch (error) {
    const code = error instanceof BrambleError ? error.code : "INTERNAL";
    return { number, failure: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}

/** Throws what a reply tells of. */
export function throwFailure({ failure }: Reply): void {
  if (failure !== undefined) throw new BrambleError(failure.code, failure.message);
}

/** The supervisor of this process, at the other end of the channel. */
export function supervisorHost(): WorkerHost {
  const waiting = new Map<number, (reply: Reply) => void>();
  let last = 0;
  process.on("message", (reply: Reply) => {
    waiting.get(reply.number)?.(reply);
    waiting.delete(reply.number);
  });
  const ask = async (wish: Wish): Promise<void> => {
    last += 1;
    const number = last;
    throwFailure(
      await new Promise<Reply>((resolve) => {
        waiting.set(number, resolve);
        process.send?.({ number, ...wish } satisfies Question);
      }),
    );
  };
  return { make: (order) => ask({ make: order }), enter: (environment) => ask({ enter: environment }) };
}
