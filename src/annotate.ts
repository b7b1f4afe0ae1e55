import { AsyncLocalStorage } from "node:async_hooks";
import { checkInteger, checkOptions, invalid } from "./check.js";

/** What is asked for calls of functions beyond their result. */
export interface Annotations {
  /**
   * How often a call that fails is made again before its computation fails: for what fails now and then, such as a
   * request. Default: 0.
   */
  readonly retries?: number | undefined;
}

const contexts = new AsyncLocalStorage<Annotations>();

/**
 * Asks something for all calls of functions that are written down in a function: those of delayed functions, of
 * `mapBlocks` and of `blockwise`. Of two around each other the inner one counts.
 *
 * @returns what the function returns.
 * @example
 * const pages = annotate({ retries: 3 }, () => urls.map((url) => load(url)));
 */
export function annotate<T>(annotations: Annotations, fn: () => T): T {
  const checked = checkAnnotations(annotations, "annotations");
  if (typeof fn !== "function") throw invalid("a function", "fn", fn);
  return contexts.run({ ...contexts.getStore(), ...checked }, fn);
}

/** What is asked for a call that is written down now. */
export function currentAnnotations(): Annotations {
  return contexts.getStore() ?? {};
}

function checkAnnotations(annotations: unknown, name: string): Annotations {
  checkOptions(annotations, name, ["retries"]);
  const { retries } = annotations as Annotations;
  return retries === undefined ? {} : { retries: checkRetries(retries, `${name}.retries`) };
}

/** Checks a number of retries. */
export function checkRetries(value: unknown, name: string): number {
  return checkInteger(value, name, 0, 2 ** 31);
}
