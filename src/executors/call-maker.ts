import type { NativeValue } from "../native/binding.js";

/** Who makes the calls of one run. */
export interface CallMaker {
  /** Where the run leaves them. */
  readonly queue: number;
  /** What they refer to, for executors elsewhere. */
  readonly program?: Uint8Array | undefined;
  /** Begins to make them; the run has started. */
  begin(): void;
  /** A value that a function gave or threw. */
  valueOf(value: NativeValue): unknown;
  /** Tells functions that run that nobody wants their results. */
  abort(reason: unknown): void;
  /** The run is over. */
  end(): void;
}
