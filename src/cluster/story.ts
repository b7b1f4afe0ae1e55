import type { FutureState } from "./futures/state.js";
import { placesByRun } from "./placement.js";
import { ask, type StoryTurn } from "./requests.js";
import type { WorkerStatus } from "./status.js";

/** Something that happened to a call on a cluster. */
export interface StoryStep {
  /** The call's. */
  readonly key: string;
  /** When, in milliseconds since 1970 by the clock of this machine. */
  readonly time: number;
  /**
   * `processing`: a worker was handed it; `memory`: it has made the result; `failed`: it has failed at it; `returned`: it
   * gave it back, since it had not begun or could not have what the call reads; `lost`: the call, or the only copy of its
   * result, was with a worker that is gone, and it is made again; `erred`: it is not tried any more; `retried`: it is,
   * since somebody said so.
   */
  readonly turn: StoryTurn;
  /** Name of the worker that it happened on. */
  readonly worker: string | undefined;
}

/** What became of calls, step by step, in the order in which it happened. */
export async function storyOf(
  client: number,
  states: Iterable<FutureState>,
  workers: readonly WorkerStatus[],
): Promise<StoryStep[]> {
  const { blocks, order } = placesByRun(states);
  const { story } = await ask(client, { story: { blocks } });
  if (story === undefined) return [];
  const names = new Map([...story.gone, ...workers.map(({ id, name }) => [id, name] as const)]);
  const started = Date.now() - 1000 * story.now;
  const steps = story.steps.flatMap((ofBlock, index) =>
    ofBlock.map(({ at, turn, worker }) => ({
      key: order[index]?.state.key ?? "",
      time: started + 1000 * at,
      turn,
      worker: worker === null ? undefined : (names.get(worker) ?? String(worker)),
    })),
  );
  return steps.sort((one, other) => one.time - other.time);
}
