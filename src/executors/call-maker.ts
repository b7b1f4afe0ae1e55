import type { NativeValue } from "../native/binding.js";

/** Who makes the calls of one run. */
export interface CallMaker {
  /** Where the run leaves them. */
  readonly queue: number;
  /** What they refer to, for executors elsewhere. */
  readonly program?: readonly Uint8Array[] | undefined;
  /** Begins to make them; the run has started. `onFailure` is called if nobody can make them. */
  begin(onFailure: (error: unknown) => void): void;
  /** A value that a function gave or threw; a promise where modules must be loaded first. */
  valueOf(value: NativeValue): unknown;
  /** Tells functions that run that nobody wants their results. */
  abort(reason: unknown): void;
  /** The run is over. */
  end(): void;
}
