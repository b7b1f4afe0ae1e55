import { bytesOf } from "../../dtype/index.js";
import { compileWhole } from "../../delayed/compile.js";
import { identity } from "../../delayed/helpers.js";
import { type Dependency, isNodeBlock, type Task } from "../../delayed/task.js";
import { answersOf, errorOf } from "../../engine/native-answers.js";
import { BrambleError } from "../../errors.js";
import { decodeValue } from "../../executors/codec.js";
import { encodeWholeProgram } from "../../executors/program.js";
import { collect, encode } from "../../graph/index.js";
import type { NativeKeptNews } from "../../native/binding.js";
import { loadNative } from "../../native/load.js";
import { withOwnErrors } from "../../native/own-errors.js";
import type { SurroundingsCheck } from "../surroundings.js";
import { FutureState, type Place } from "./state.js";

/** Somebody wants a result. */
interface Order {
  readonly place: Place;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A graph on the cluster: its calls in order, and how many of them are wanted. */
interface Run {
  readonly states: (FutureState | undefined)[];
  wanted: number;
}

/** Longest that a timer runs, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/**
 * The calls of a client on its cluster. What is handed in at the same time goes as one graph, whose results stay on
 * the workers; results of earlier graphs that it reads are lent to it.
 */
export class FutureDesk {
  readonly #client: number;
  readonly #surroundings: SurroundingsCheck;
  /** Calls that were not handed in yet. */
  readonly #waiting: FutureState[] = [];
  /** By task, what has become of those that are waiting or stand for a result. */
  readonly #states = new WeakMap<Task, FutureState>();
  /** Those whose keys may be asked for again. */
  readonly #byKey = new Map<string, FutureState>();
  /** Who else hears of graphs that the client keeps. */
  readonly #watchers = new Map<number, (news: NativeKeptNews) => void>();
  /** Graphs of which something is wanted. */
  readonly #runs = new Map<number, Run>();
  #orders: Order[] = [];
  #released: FutureState[] = [];
  #isFlushing = false;
  /** How many wait for a call; while there are any the process stays. */
  #waiters = 0;
  #stay: NodeJS.Timeout | undefined;

  constructor(client: number, surroundings: SurroundingsCheck) {
    this.#client = client;
    this.#surroundings = surroundings;
    withOwnErrors(() => loadNative().watchKept(client, (news) => void this.#hear(news)));
  }

  /** Has a call made. Those of one turn of the event loop are handed in together. */
  submit(task: Task, isShared = false): FutureState {
    const known = isShared ? this.#byKey.get(task.key) : undefined;
    if (known !== undefined && known.status !== "cancelled") return known;
    const state = new FutureState(task.key, task);
    this.#states.set(task, state);
    if (isShared) this.#byKey.set(task.key, state);
    for (const dependency of task.dependencies) {
      if (!isNodeBlock(dependency)) this.#states.get(dependency)?.readers.add(state);
    }
    // An array that cannot be computed fails all calls of its graph.
    const isAlone = task.dependencies.some(isNodeBlock);
    if (isAlone) this.handIn();
    this.#waiting.push(state);
    if (isAlone) this.handIn();
    this.#flushSoon();
    return state;
  }

  /** Waits until a call is over. */
  async settled(state: FutureState, timeout?: number): Promise<void> {
    if (!state.isPending) return;
    this.#enter();
    try {
      if (timeout === undefined) return await state.settled();
      await within(state.settled(), timeout, `${state.key} was not done`);
    } finally {
      this.#leave();
    }
  }

  /** Waits for something that others do, while the process stays. */
  async stayFor<T>(promise: Promise<T>): Promise<T> {
    this.#enter();
    try {
      return await promise;
    } finally {
      this.#leave();
    }
  }

  /** The result of a call that was made. Those that are asked for at the same time come together. */
  get(state: FutureState): Promise<unknown> {
    const { place } = state;
    if (place === undefined)
      return Promise.reject(new BrambleError("CANCELLED", `${state.key} was released`));
    return new Promise((resolve, reject) => {
      this.#orders.push({ place, resolve, reject });
      this.#flushSoon();
    });
  }

  /** The calls that were handed in and whose results are wanted. */
  states(): FutureState[] {
    const all = [...this.#runs.values()].flatMap(({ states }) => states);
    return all.filter((state) => state !== undefined);
  }

  /** What a call is named, of which something is wanted. */
  keyOf(run: number, number: number): string | undefined {
    return this.#runs.get(run)?.states[number]?.key;
  }

  cancel(state: FutureState): void {
    for (const cancelled of state.cancel()) this.#letGoOf(cancelled);
  }

  retry(state: FutureState): void {
    const cause = state.status === "error" ? state.cause : undefined;
    if (cause?.place === undefined || !this.#runs.has(cause.place.run)) return;
    cause.revive();
    loadNative().retryKept(this.#client, cause.place.run, [cause.place.number]);
  }

  /** A future that stood for a call is gone. */
  release(state: FutureState): void {
    state.users -= 1;
    if (state.users === 0) this.#letGoOf(state);
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      this.handIn();
      this.#fetch();
      this.#letGo();
    });
  }

  /** Hands in what waits, as one graph. */
  handIn(): void {
    const waiting = this.#waiting.splice(0).filter((state) => state.isPending);
    if (waiting.length === 0) return;
    try {
      this.#keep(waiting);
    } catch (error) {
      // One that cannot travel must not keep the others from it.
      if (waiting.length > 1) for (const state of waiting) this.#handInAlone(state);
      else waiting[0]?.fail(error);
    }
  }

  #handInAlone(state: FutureState): void {
    if (!state.isPending || state.place !== undefined) return;
    try {
      this.#keep([state]);
    } catch (error) {
      state.fail(error);
    }
  }

  #keep(waiting: readonly FutureState[]): void {
    this.#surroundings.beforeCalls();
    const { node, tasks } = compileWhole(waiting.map(({ task }) => task));
    const { layers, outputs, annotations, buffers, functions, args } = collect([node]);
    const writer = layers.find(({ kind }) => "write" in kind);
    if (writer !== undefined) {
      const message = `${writer.name} writes a file, which this process does: compute it with \`compute\`, not by a call`;
      throw new BrambleError("INVALID_ARGUMENT", message);
    }
    const program = encodeWholeProgram({ functions, args });
    const states = tasks.map((task) => this.#states.get(task) ?? new FutureState(task.key, task));
    const loans = states.flatMap(({ place }, number) =>
      place === undefined ? [] : [number, place.run, place.number],
    );
    const run = withOwnErrors(() =>
      loadNative().keepOnCluster(
        this.#client,
        encode({ layers, outputs, annotations }),
        buffers.map(bytesOf),
        program,
        0,
        Uint32Array.from(loans),
        false,
      ),
    );
    const byTask = new Map(tasks.map((task, number) => [task as Dependency, states[number]]));
    const isWanted = new Set(waiting);
    for (const [number, state] of states.entries()) {
      for (const dependency of tasks[number]?.dependencies ?? []) byTask.get(dependency)?.readers.add(state);
      if (state.place !== undefined) continue;
      state.place = { run, number };
      // From now on it is lent to those that read it.
      state.task = { key: state.key, isPure: false, call: identity, dependencies: [], args: [] };
      this.#states.set(state.task, state);
    }
    this.#runs.set(run, { states, wanted: waiting.length });
    const unwanted = states.flatMap((state, number) => (isWanted.has(state) ? [] : [number]));
    if (unwanted.length > 0) loadNative().releaseKept(this.#client, run, unwanted);
    for (const number of unwanted) {
      const { place } = states[number] ?? {};
      if (place?.run === run && states[number] !== undefined) states[number].place = undefined;
    }
    // What reads something that has failed already fails too.
    for (const state of states) {
      if (state.status === "error") state.failReaders();
    }
  }

  /** Asks for results. */
  #fetch(): void {
    const orders = groupBy(this.#orders, ({ place }) => place.run);
    this.#orders = [];
    for (const [run, group] of orders) void this.#get(run, group);
  }

  async #get(run: number, orders: readonly Order[]): Promise<void> {
    try {
      const numbers = orders.map(({ place }) => place.number);
      const outcome = await withOwnErrors(() => loadNative().getKept(this.#client, run, numbers));
      const [answer] = await answersOf(outcome, { valueOf: decodeValue });
      const values = answer !== undefined && "values" in answer ? answer.values : [];
      for (const [index, { resolve }] of orders.entries()) resolve(values[index]);
    } catch (error) {
      const [first] = orders;
      if (orders.length === 1) first?.reject(error);
      // One of them is to blame; the others are there.
      else await Promise.all(orders.map((order) => this.#get(run, [order])));
    }
  }

  #letGoOf(state: FutureState): void {
    this.#released.push(state);
    this.#flushSoon();
  }

  /** Tells the cluster what nobody wants any more. */
  #letGo(): void {
    const places: Place[] = [];
    for (const state of this.#released) {
      const { place, key } = state;
      if (this.#byKey.get(key) === state) this.#byKey.delete(key);
      if (place === undefined) continue;
      if (state.isPending && state.isNeeded) {
        // Should it fail, those that read it must hear of it.
        state.whenSettled(() => this.#letGoOf(state));
        continue;
      }
      state.place = undefined;
      if (state.isPending) state.cancel();
      places.push(place);
    }
    this.#released = [];
    for (const [number, group] of groupBy(places, ({ run }) => run)) {
      const run = this.#runs.get(number);
      if (run === undefined) continue;
      for (const place of group) run.states[place.number] = undefined;
      run.wanted -= group.length;
      if (run.wanted === 0) this.#runs.delete(number);
      const numbers = group.map((place) => place.number);
      loadNative().releaseKept(this.#client, number, numbers);
    }
  }

  /** Has a function called with what becomes of a graph, which is not one of calls. Gives what ends that. */
  watch(run: number, onNews: (news: NativeKeptNews) => void): () => void {
    this.#watchers.set(run, onNews);
    return () => void this.#watchers.delete(run);
  }

  async #hear(news: NativeKeptNews): Promise<void> {
    const { run, made, failed, error } = news;
    this.#watchers.get(run)?.(news);
    const { states } = this.#runs.get(run) ?? {};
    if (states === undefined) return;
    for (const number of made ?? []) states[number]?.finish();
    if (error === undefined) return;
    const failure = await errorOf(error, { valueOf: decodeValue });
    if (failed !== undefined) {
      states[failed]?.fail(named(failure, states[failed]));
      return;
    }
    this.#runs.delete(run);
    for (const state of states) state?.fail(failure);
  }

  #enter(): void {
    this.#waiters += 1;
    this.#stay ??= setInterval(() => {}, LONGEST);
  }

  #leave(): void {
    this.#waiters -= 1;
    if (this.#waiters > 0) return;
    clearInterval(this.#stay);
    this.#stay = undefined;
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** An error with the key of the call that it comes from. */
function named(error: unknown, { key }: FutureState): unknown {
  const task = error instanceof Error ? (error as { task?: object }).task : undefined;
  return task === undefined ? error : Object.assign(error as Error, { task: { ...task, key } });
}

/**
 * Waits so many seconds for something.
 *
 * @throws {BrambleError} `TIMEOUT`
 */
export async function within<T>(promise: Promise<T>, seconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const give = (): void => reject(new BrambleError("TIMEOUT", `${what} within ${seconds} s`));
    timer = setTimeout(give, Math.min(1000 * seconds, LONGEST));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
