import { setTimeout } from "node:timers/promises";
import { BrambleError } from "../errors.js";
import { restartHere } from "./inside.js";
import type { ClusterStatus } from "./status.js";
import { callWorkers } from "./worker-calls.js";

/** Time between two looks at who has come back, in milliseconds. */
const LOOK = 20;

/** Has all workers end, and waits until as many others have come. */
export async function restartWorkers(
  client: number,
  status: () => Promise<ClusterStatus>,
  timeout: number,
): Promise<void> {
  const end = performance.now() + 1000 * timeout;
  const outcomes = await callWorkers(client, undefined, { fn: restartHere as never, args: [] });
  // Those that call no functions hold nothing that a restart would mend.
  const ended = outcomes.filter(([, outcome]) => "value" in outcome).map(([{ worker }]) => worker);
  const expected = outcomes.length;
  for (;;) {
    const { workers } = await status();
    const left = workers.filter(({ id }) => ended.includes(id)).length;
    if (left === 0 && workers.length >= expected) return;
    if (performance.now() > end) {
      const back = workers.length - left;
      throw new BrambleError("TIMEOUT", `${back} of ${expected} workers were back within ${timeout} s`);
    }
    await setTimeout(LOOK);
  }
}
