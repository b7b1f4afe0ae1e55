import { BrambleError } from "../errors.js";
import { restartHere } from "./inside.js";
import type { ClusterStatus } from "./status.js";
import { until } from "./until.js";
import { callWorkers } from "./worker-calls.js";

/** Has all workers end, and waits until as many others have come. */
export async function restartWorkers(
  client: number,
  status: () => Promise<ClusterStatus>,
  timeout: number,
): Promise<void> {
  const outcomes = await callWorkers(client, undefined, { fn: restartHere as never, args: [] });
  for (const [, outcome] of outcomes) {
    if ("error" in outcome && isWrong(outcome.error)) throw outcome.error;
  }
  // Those that call no functions hold nothing that a restart would mend.
  const ended = outcomes.filter(([, outcome]) => "value" in outcome).map(([{ worker }]) => worker);
  const expected = outcomes.length;
  const left = ({ workers }: ClusterStatus): number => workers.filter(({ id }) => ended.includes(id)).length;
  await until(
    status,
    (seen) => left(seen) === 0 && seen.workers.length >= expected,
    timeout,
    (seen) => {
      const back = seen.workers.length - left(seen);
      return new BrambleError("TIMEOUT", `${back} of ${expected} workers were back within ${timeout} s`);
    },
  );
}

/** Whether an error is of a worker that there is and that cannot be started again. */
function isWrong(error: unknown): boolean {
  return error instanceof BrambleError && error.code === "INVALID_ARGUMENT";
}
