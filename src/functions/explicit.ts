/** Captures that somebody named, by the function that uses them. */
const explicit = new WeakMap<CallableFunction, ExplicitCaptures>();

/** A function, and the values of the names around it. */
export interface ExplicitCaptures {
  readonly target: CallableFunction;
  readonly captures: Readonly<Record<string, unknown>>;
}

/** Notes what a function's names stand for. */
export function setExplicit(fn: CallableFunction, captures: ExplicitCaptures): void {
  explicit.set(fn, captures);
}

/** What somebody said that a function's names stand for. */
export function explicitOf(fn: CallableFunction): ExplicitCaptures | undefined {
  return explicit.get(fn);
}
