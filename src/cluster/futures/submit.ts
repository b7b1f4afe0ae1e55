import { checkBoolean, checkOptions, invalid } from "../../check.js";
import { ANNOTATION_NAMES, type Annotations, checkAnnotations } from "../../annotate.js";
import { readArguments } from "../../delayed/arguments.js";
import { nameOfFunction, uniqueKey } from "../../delayed/keys.js";
import { withRetries } from "../../delayed/retries.js";
import { askedNow, type Task } from "../../delayed/task.js";
import { tokenize } from "../../delayed/tokenize.js";
import type { TaskFunction } from "../../engine/engine.js";
import type { FutureDesk } from "./desk.js";
import { Future } from "./future.js";

/** How calls are submitted. */
export interface SubmitOptions extends Annotations {
  /** What the call is named in errors and logs. A call of a key that somebody has a future of is that call. */
  readonly key?: string | undefined;
  /** Whether calls with equal arguments give equal results, so that they are made once. Default: false. */
  readonly pure?: boolean | undefined;
}

const OPTIONS = ["key", "pure", ...ANNOTATION_NAMES] as const;

/** Checks how a call is to be submitted. */
export function checkSubmitOptions(options: SubmitOptions): SubmitOptions {
  checkOptions(options, "options", OPTIONS);
  const { key, pure, ...annotations } = options;
  if (key !== undefined && (typeof key !== "string" || key === ""))
    throw invalid("a key", "options.key", key);
  if (pure !== undefined) checkBoolean(pure, "options.pure");
  return { key, pure, ...checkAnnotations(annotations, "options") };
}

/** Submits a call. */
export function submitCall(
  desk: FutureDesk,
  { key, pure = false, ...annotations }: SubmitOptions,
  fn: unknown,
  args: readonly unknown[],
  traverse = true,
): Future {
  if (typeof fn !== "function") throw invalid("a function", "fn", fn);
  const name = nameOfFunction(fn as CallableFunction);
  const task: Task = {
    key: key ?? (pure ? `${name}-${tokenize(fn, ...args)}` : uniqueKey(name)),
    isPure: false,
    call: withRetries(fn as TaskFunction, annotations.retries),
    ...readArguments(args, traverse),
    asked: askedNow(annotations),
  };
  return new Future(desk, desk.submit(task, pure || key !== undefined));
}
