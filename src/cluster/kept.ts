import type { RunRequest } from "../engine/engine.js";
import { errorOf } from "../engine/native-answers.js";
import { decodeValue } from "../executors/codec.js";
import { gridBlocks, type Keeper, product } from "../graph/index.js";
import type { NativeKeptNews } from "../native/binding.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";
import { DoneTaskReader } from "./done-tasks.js";
import type { FutureDesk } from "./futures/desk.js";
import { encodeRun } from "./run.js";
import type { SurroundingsCheck } from "./surroundings.js";

/** A graph whose output blocks lie on workers. */
export interface Kept {
  /** The number that the cluster has for the client that keeps it. */
  readonly client: number;
  /** That client's number for it. */
  readonly run: number;
  /** Who keeps it, for as long as somebody refers to it. */
  readonly keeper: Keeper;
}

/** A connection, as far as it can keep something. */
export interface KeepingClient {
  readonly client: number;
  /** The number that the cluster has for it. */
  readonly id: number;
  readonly desk: FutureDesk;
  readonly surroundings: SurroundingsCheck;
  /** What refers to the graph will refer to this; no other graph does. */
  readonly keeper: Keeper;
}

/** A client that keeps something. */
export class ClientKeeper implements Keeper {
  readonly address: string;
  readonly #isConnected: () => boolean;

  constructor(address: string, isConnected: () => boolean) {
    this.address = address;
    this.#isConnected = isConnected;
  }

  get isConnected(): boolean {
    return this.#isConnected();
  }
}

/** Graphs that nobody refers to any more are given up. */
const abandoned = new FinalizationRegistry<{ readonly client: number; readonly run: number }>(
  ({ client, run }) => loadNative().abandonKept(client, run),
);

/** Computes a graph whose output blocks stay on the workers, and waits until they are there. */
export async function keepOnCluster(keeping: KeepingClient, request: RunRequest): Promise<Kept> {
  const { client, id, desk, keeper } = keeping;
  const { graph, buffers, program } = encodeRun(request, keeping.surroundings);
  request.signal?.throwIfAborted();
  const isFollowed = request.onTasks !== undefined;
  const run = withOwnErrors(() =>
    loadNative().keepOnCluster(client, graph, buffers, program, 0, new Uint32Array(), isFollowed),
  );
  try {
    await desk.stayFor(untilMade(desk, run, request));
  } catch (error) {
    loadNative().abandonKept(client, run);
    throw error;
  }
  abandoned.register(keeper, { client, run });
  return { client: id, run, keeper };
}

/** Waits until all output blocks of a graph were made. */
async function untilMade(desk: FutureDesk, run: number, request: RunRequest): Promise<void> {
  const { signal, onProgress, onTasks } = request;
  const progress = new Progress(request);
  const doneTasks = onTasks && new DoneTaskReader(onTasks);
  let stop = (): void => {};
  try {
    await new Promise<void>((resolve, reject) => {
      const hear = async ({ tasks, made = [], error }: NativeKeptNews): Promise<void> => {
        if (tasks !== undefined) doneTasks?.read(tasks);
        if (error !== undefined) return reject(await errorOf(error, { valueOf: decodeValue }));
        const events = made.map((number) => progress.note(number));
        if (events.length > 0) onProgress?.(events);
        if (progress.isOver) resolve();
      };
      const abort = (): void => reject(signal?.reason);
      signal?.addEventListener("abort", abort, { once: true });
      const unwatch = desk.watch(run, (news) => void hear(news).catch(reject));
      stop = () => {
        unwatch();
        signal?.removeEventListener("abort", abort);
      };
      if (progress.isOver) resolve();
    });
  } finally {
    stop();
  }
}

/** How far the outputs of a graph are. */
class Progress {
  readonly #outputs: {
    readonly layer: string;
    readonly first: number;
    readonly total: number;
    done: number;
  }[];
  #left: number;

  constructor({ layers, outputs }: RunRequest) {
    this.#left = 0;
    this.#outputs = outputs.flatMap((output) => {
      const layer = layers[output];
      if (layer === undefined) return [];
      const total = product(gridBlocks(layer.grid));
      const first = this.#left;
      this.#left += total;
      return [{ layer: layer.name, first, total, done: 0 }];
    });
  }

  get isOver(): boolean {
    return this.#left === 0;
  }

  /** A block was made. */
  note(number: number): { readonly layer: string; readonly done: number; readonly total: number } {
    this.#left -= 1;
    const output = this.#outputs.findLast(({ first, total }) => total > 0 && first <= number);
    if (output === undefined) return { layer: "", done: 0, total: 0 };
    output.done += 1;
    const { layer, done, total } = output;
    return { layer, done, total };
  }
}
