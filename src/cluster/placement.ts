import { invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import type { FutureState, Place } from "./futures/state.js";
import { ask, type KeptBlocks, type Located } from "./requests.js";
import type { WorkerStatus } from "./status.js";
import { until } from "./until.js";

/** A worker: its name or its address. */
export type WorkerName = string;

/** Seconds that blocks may take to move. */
const LONGEST_MOVE = 600;

/** A call of which a result was handed in, and where that is. */
export interface Placed {
  readonly state: FutureState;
  readonly located: Located;
}

/**
 * The workers that are meant.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT`, naming those that there are.
 */
export function findWorkers(
  names: readonly WorkerName[] | undefined,
  workers: readonly WorkerStatus[],
): WorkerStatus[] {
  if (names === undefined) return [...workers];
  if (!Array.isArray(names)) throw invalid("a list of names or addresses of workers", "workers", names);
  return names.map((name: unknown) => {
    const found = workers.find((worker) => worker.name === name || worker.address === name);
    if (found !== undefined) return found;
    const known = workers.map((worker) => worker.name).join(", ") || "none";
    throw new BrambleError("INVALID_ARGUMENT", `There is no worker ${String(name)}; there are: ${known}`);
  });
}

/** Where results lie, of those that the cluster knows of. */
export async function locate(client: number, states: Iterable<FutureState>): Promise<Placed[]> {
  const { blocks, order } = placesByRun(states);
  const { located = [] } = await ask(client, { locate: { blocks } });
  const flat = located.flat();
  return order.flatMap(({ state }, index) => {
    const block = flat[index];
    return block === undefined ? [] : [{ state, located: block }];
  });
}

/** Has workers take copies until so many have each result, and waits until they do. */
export async function replicate(
  client: number,
  states: Iterable<FutureState>,
  copies: number,
  workers: readonly number[] | undefined,
): Promise<void> {
  const all = [...states];
  const { blocks } = placesByRun(all);
  await ask(client, { replicate: { blocks, copies, workers: workers ?? null } });
  await untilMoved(async () => {
    const placed = await locate(client, all);
    return placed.every(({ located: { holders } }) => {
      const there = holders.filter((holder) => workers?.includes(holder) ?? true);
      // What nobody has any more is made again; its copies are not waited for.
      return there.length >= copies || holders.length === 0;
    });
  });
}

/** Moves results from workers that hold much to those that hold little, and waits until they are there. */
export async function rebalance(
  client: number,
  states: Iterable<FutureState>,
  workers: readonly number[] | undefined,
): Promise<void> {
  const all = [...states];
  const { blocks } = placesByRun(all);
  const { moving = [] } = await ask(client, { rebalance: { blocks, workers: workers ?? null } });
  const moved = moving.map(({ run, number, to }) => ({
    to,
    state: all.find(({ place }) => place?.run === run && place.number === number),
  }));
  await untilMoved(async () => {
    const placed = await locate(
      client,
      moved.flatMap(({ state }) => state ?? []),
    );
    const holders = new Map(placed.map(({ state, located }) => [state, located.holders]));
    return moved.every(({ to, state }) => {
      const here = state && holders.get(state);
      return here === undefined || here.length === 0 || here.includes(to);
    });
  });
}

function untilMoved(hasMoved: () => Promise<boolean>): Promise<void> {
  const late = (): BrambleError =>
    new BrambleError("TIMEOUT", `Blocks have not moved within ${LONGEST_MOVE} s`);
  return until(hasMoved, (moved) => moved, LONGEST_MOVE, late);
}

interface WithPlace {
  readonly state: FutureState;
  readonly place: Place;
}

/** The places of what was handed in by their graphs, and the order in which they then are. */
export function placesByRun(states: Iterable<FutureState>): { blocks: KeptBlocks[]; order: WithPlace[] } {
  const groups = new Map<number, WithPlace[]>();
  for (const state of states) {
    const { place } = state;
    if (place === undefined) continue;
    const group = groups.get(place.run);
    if (group === undefined) groups.set(place.run, [{ state, place }]);
    else group.push({ state, place });
  }
  const blocks = [...groups].map(([run, group]) => ({
    run,
    numbers: group.map(({ place }) => place.number),
  }));
  return { blocks, order: [...groups.values()].flat() };
}
