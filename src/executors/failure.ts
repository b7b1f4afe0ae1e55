import { describe } from "../check.js";
import { BrambleError, type TaskPlace } from "../errors.js";

/**
 * What a computation rejects with when a function threw: the error itself, with a field `task` that says which call it
 * was; of anything else that was thrown an error of ours, with it as the cause.
 */
export function taskFailure(thrown: unknown, task: TaskPlace): unknown {
  if (!(thrown instanceof Error)) {
    return new BrambleError("TASK_FAILED", `A task threw ${describe(thrown)}, which is no error`, {
      cause: thrown,
      layer: task.layer,
      block: task.block,
    });
  }
  // A frozen error stays as it is.
  if (Object.isExtensible(thrown)) {
    Object.defineProperty(thrown, "task", {
      value: task,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
  return thrown;
}
