import { AsyncLocalStorage } from "node:async_hooks";
import { checkInteger, checkOptions, describe, invalid } from "./check.js";
import type { Annotations as Asked } from "./generated/layers.js";

/** What is asked for tasks beyond their result. */
export interface Annotations {
  /**
   * Of the tasks that could run, those with the highest number do so first. What they read need not have it. Default: 0.
   */
  readonly priority?: number | undefined;
  /**
   * How often a task that fails is made again before its computation fails: for what fails now and then, such as a
   * request. Default: 0.
   */
  readonly retries?: number | undefined;
  /**
   * What a worker of a cluster must have to spare while it makes such a task, of what `bramble worker --resources` says
   * that it has: `{ GPU: 1 }`. On this machine nobody counts.
   */
  readonly resources?: Readonly<Record<string, number>> | undefined;
  /** The only workers of a cluster that may make such a task, by name or address. This machine has all its own. */
  readonly workers?: string | readonly string[] | undefined;
}

/** What `annotate` gives without a function. */
export interface AnnotationScope extends Disposable {
  /** Asks no more. */
  restore(): void;
}

/** The names of what can be asked. */
export const ANNOTATION_NAMES = ["priority", "retries", "resources", "workers"] as const;

/** Nothing is asked. */
export const NO_ANNOTATIONS: Annotations = Object.freeze({});
const contexts = new AsyncLocalStorage<Annotations>();
let scopes: readonly Annotations[] = [];

/**
 * Asks something for all tasks that are written down in a function: those of delayed functions, arrays and bags. When
 * they are computed makes no difference. Of two around each other the inner one counts. Data frames are computed without.
 *
 * Without a function it holds for all that is written down from now on, until it is undone.
 *
 * @returns what the function returns.
 * @throws {BrambleError} `INVALID_ARGUMENT` for a negative number of retries, or an amount that is no positive number.
 * @example
 * const pages = annotate({ retries: 3 }, () => urls.map((url) => load(url)));
 * { using _ = annotate({ priority: 10 }); first = delayed(urgent)(x); }
 */
export function annotate<T>(annotations: Annotations, fn: () => T): T;
export function annotate(annotations: Annotations): AnnotationScope;
export function annotate(annotations: Annotations, ...rest: readonly [fn?: () => unknown]): unknown {
  const checked = checkAnnotations(annotations, "annotations");
  if (rest.length === 0) return openScope(checked);
  const [fn] = rest;
  if (typeof fn !== "function") throw invalid("a function", "fn", fn);
  return withAnnotations({ ...contexts.getStore(), ...checked }, fn);
}

/** What is asked for a task that is written down now. */
export function currentAnnotations(): Annotations {
  const store = contexts.getStore();
  if (scopes.length === 0) return store ?? NO_ANNOTATIONS;
  return Object.assign({}, ...scopes, store) as Annotations;
}

/** Calls a function in which just this is asked. */
export function withAnnotations<T>(annotations: Annotations, fn: () => T): T {
  return contexts.run(annotations, fn);
}

/**
 * What is asked, as it travels; undefined if that is nothing. Functions are called again by what calls them, so that
 * retries of theirs are nobody else's business.
 */
export function askedOf(annotations: Annotations, isCalled: boolean): Asked | undefined {
  const { priority = 0, resources = {}, workers = [] } = annotations;
  const retries = isCalled ? 0 : (annotations.retries ?? 0);
  const names = typeof workers === "string" ? [workers] : [...workers];
  const isNothing =
    priority === 0 && retries === 0 && names.length === 0 && Object.keys(resources).length === 0;
  return isNothing ? undefined : { priority, retries, resources, workers: names };
}

/** Checks what is asked, and leaves out what is not. */
export function checkAnnotations(annotations: unknown, name: string): Annotations {
  checkOptions(annotations, name, ANNOTATION_NAMES);
  const { priority, retries, resources, workers } = annotations as Annotations;
  if ((priority ?? retries ?? resources ?? workers) === undefined) return NO_ANNOTATIONS;
  return {
    ...(priority !== undefined && { priority: checkPriority(priority, `${name}.priority`) }),
    ...(retries !== undefined && { retries: checkRetries(retries, `${name}.retries`) }),
    ...(resources !== undefined && { resources: checkResources(resources, `${name}.resources`) }),
    ...(workers !== undefined && { workers: checkWorkers(workers, `${name}.workers`) }),
  };
}

/** Checks a number of retries. */
export function checkRetries(value: unknown, name: string): number {
  return checkInteger(value, name, 0, 2 ** 31);
}

function checkPriority(value: unknown, name: string): number {
  return checkInteger(value, name, -(2 ** 31), 2 ** 31 - 1);
}

/** Checks amounts of things by their names. */
export function checkResources(value: unknown, name: string): Readonly<Record<string, number>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid("amounts by names, such as { GPU: 1 }", name, value);
  }
  for (const [key, amount] of Object.entries(value)) {
    if (typeof amount === "number" && Number.isFinite(amount) && amount > 0) continue;
    throw invalid("a positive number", `${name}.${key}`, amount);
  }
  return { ...(value as Record<string, number>) };
}

function checkWorkers(value: unknown, name: string): readonly string[] {
  const names: readonly unknown[] = Array.isArray(value) ? value : [value];
  const wrong = names.find((entry) => typeof entry !== "string" || entry === "");
  if (names.length > 0 && wrong === undefined) return names as readonly string[];
  throw invalid(`names or addresses of workers, and no ${describe(wrong)}`, name, value);
}

function openScope(annotations: Annotations): AnnotationScope {
  scopes = [...scopes, annotations];
  const restore = (): void => {
    scopes = scopes.filter((other) => other !== annotations);
  };
  return { restore, [Symbol.dispose]: restore };
}
