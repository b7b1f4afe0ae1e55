/** What a function can find out about the task that calls it. */
export interface CurrentTask {
  /** The layer and the block that it makes, such as `mapBlocks-3f2a91 (2, 0)`. */
  readonly name: string;
  /** Aborted when nobody wants the result any more. */
  readonly signal: AbortSignal;
}

/** How long a function that was told to stop may take, in milliseconds, before nobody waits for it any more. */
export const GRACE = 2000;

let current: CurrentTask | undefined;

/**
 * The task that calls this function; undefined outside of one. An `async` function asks before its first `await`:
 * behind it another task may have begun.
 *
 * @example
 * const load = delayed(async (url) => (await fetch(url, { signal: currentTask()?.signal })).text());
 */
export function currentTask(): CurrentTask | undefined {
  return current;
}

/** Whether it is called as a task of which {@link Task.hasCopies} holds; to be asked before the first `await`, too. */
export function hasCopies(): boolean {
  return current instanceof Task && current.hasCopies;
}

/** Calls a function as a task. */
export function callAs(
  task: CurrentTask,
  call: (...args: readonly unknown[]) => unknown,
  args: readonly unknown[],
): unknown {
  const before = current;
  current = task;
  try {
    return call(...args);
  } finally {
    current = before;
  }
}

/** A task whose signal is made when somebody asks for it. */
export class Task implements CurrentTask {
  readonly #name: () => string;
  readonly #onAside: ((waits: boolean) => void) | undefined;
  /** Whether what it gets and gives is copied on the way, so that what holds its memory may be emptied behind it. */
  readonly hasCopies: boolean;
  #controller: AbortController | undefined;
  #reason: { readonly reason: unknown } | undefined;

  /** @param onAside - leaves its place to other tasks while it waits; absent where they need none. */
  constructor(name: () => string, onAside?: (waits: boolean) => void, hasCopies = false) {
    this.#name = name;
    this.#onAside = onAside;
    this.hasCopies = hasCopies;
  }

  /** It waits for other tasks, which may have its place meanwhile; or it goes on. */
  setAside(waits: boolean): void {
    this.#onAside?.(waits);
  }

  get name(): string {
    return this.#name();
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason !== undefined) this.#controller.abort(this.#reason.reason);
    return this.#controller.signal;
  }

  /** Nobody wants the result any more. */
  abort(reason: unknown): void {
    this.#reason ??= { reason };
    this.#controller?.abort(reason);
  }
}
