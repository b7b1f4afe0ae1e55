import { checkBoolean, checkOptions, invalid } from "../../check.js";
import { checkRetries } from "../../annotate.js";
import { readArguments } from "../../delayed/arguments.js";
import { nameOfFunction, uniqueKey } from "../../delayed/keys.js";
import { withRetries } from "../../delayed/retries.js";
import type { Task } from "../../delayed/task.js";
import { tokenize } from "../../delayed/tokenize.js";
import type { TaskFunction } from "../../engine/engine.js";
import type { FutureDesk } from "./desk.js";
import { Future } from "./future.js";

/** How calls are submitted. */
export interface SubmitOptions {
  /** What the call is named in errors and logs. A call of a key that somebody has a future of is that call. */
  readonly key?: string | undefined;
  /** Whether calls with equal arguments give equal results, so that they are made once. Default: false. */
  readonly pure?: boolean | undefined;
  /** How often a call that fails is made again. Default: what `annotate` says, else 0. */
  readonly retries?: number | undefined;
}

const OPTIONS = ["key", "pure", "retries"] as const;

/** Checks how a call is to be submitted. */
export function checkSubmitOptions(options: SubmitOptions): SubmitOptions {
  checkOptions(options, "options", OPTIONS);
  const { key, pure, retries } = options;
  if (key !== undefined && (typeof key !== "string" || key === ""))
    throw invalid("a key", "options.key", key);
  if (pure !== undefined) checkBoolean(pure, "options.pure");
  if (retries !== undefined) checkRetries(retries, "options.retries");
  return options;
}

/** Submits a call. */
export function submitCall(
  desk: FutureDesk,
  { key, pure = false, retries }: SubmitOptions,
  fn: unknown,
  args: readonly unknown[],
  traverse = true,
): Future {
  if (typeof fn !== "function") throw invalid("a function", "fn", fn);
  const name = nameOfFunction(fn as CallableFunction);
  const task: Task = {
    key: key ?? (pure ? `${name}-${tokenize(fn, ...args)}` : uniqueKey(name)),
    isPure: false,
    call: withRetries(fn as TaskFunction, retries),
    ...readArguments(args, traverse),
  };
  return new Future(desk, desk.submit(task, pure || key !== undefined));
}
