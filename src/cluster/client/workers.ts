import { checkInteger, checkOneOf, checkOptions, invalid } from "../../check.js";
import { BrambleError } from "../../errors.js";
import { type Actor, type ActorClass, makeActor } from "../actors/actor.js";
import { checkSeconds, type RunOptions, type WaitOptions } from "../client-options.js";
import { NUMBER } from "../current.js";
import { checkInstallOptions, type InstallEnvironmentOptions, installOnWorkers } from "../environments.js";
import type { Future } from "../futures/future.js";
import { findWorkers, rebalance, replicate, type WorkerName } from "../placement.js";
import {
  checkPlugin,
  type SchedulerPlugin,
  setUpPlugin,
  setUpSchedulerPlugin,
  tearDownPlugin,
  tearDownSchedulerPlugin,
  type WorkerPlugin,
} from "../plugins.js";
import { ask } from "../requests.js";
import { restartWorkers } from "../restart.js";
import { until } from "../until.js";
import { readUpload, saveUpload } from "../uploads.js";
import { callScheduler, callWorkers, outcomesByAddress } from "../worker-calls.js";
import { ClientInformation } from "./information.js";

/** What a client can do with the workers of its cluster. */
export abstract class ClientWorkers extends ClientInformation {
  /**
   * Has every worker call a function at once, beside its tasks and not as one: to look at them, or to set them up. It
   * is called in a thread that makes no tasks; what it sets on `globalThis` they do not see.
   *
   * @returns by address, what each gave.
   * @throws what the first has thrown; {@link BrambleError} `WORKER_LOST` of a worker that is gone or calls no
   *   functions.
   */
  run<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    ...args: A
  ): Promise<Record<string, Awaited<R>>> {
    return this.runWith({}, fn, ...args);
  }

  /** Has workers call a function as {@link Client.run} does, and says which, and what becomes of errors. */
  async runWith<A extends readonly unknown[], R>(
    options: RunOptions,
    fn: (...args: A) => R,
    ...args: A
  ): Promise<Record<string, Awaited<R>>> {
    checkOptions(options, "options", ["workers", "onError"]);
    const { workers, onError = "raise" } = options;
    checkOneOf(onError, "options.onError", ["raise", "return", "ignore"]);
    if (typeof fn !== "function") throw invalid("a function", "fn", fn);
    const numbers = await this.numbersOf(workers);
    const outcomes = await callWorkers(this[NUMBER], numbers, { fn: fn as never, args });
    return outcomesByAddress(outcomes, onError) as Record<string, Awaited<R>>;
  }

  /**
   * Has the process of the scheduler call a function: that of `bramble scheduler`, or the one that started a
   * `LocalCluster`. Who may call functions on workers may do this; while it runs, the scheduler goes on.
   *
   * @returns what it gave.
   * @throws what it has thrown; {@link BrambleError} `SCHEDULER_LOST` if the scheduler was started again meanwhile, or runs
   *   without Node.
   * @example
   * await client.runOnScheduler(() => process.version);
   */
  async runOnScheduler<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    ...args: A
  ): Promise<Awaited<R>> {
    if (typeof fn !== "function") throw invalid("a function", "fn", fn);
    return (await callScheduler(this[NUMBER], { fn: fn as never, args })) as Awaited<R>;
  }

  /**
   * Sets a plugin up in the process of the scheduler. What happens on the cluster it hears as every client does, with
   * `subscribeTopic("scheduler", …)`.
   */
  async registerSchedulerPlugin(plugin: SchedulerPlugin): Promise<void> {
    await this.runOnScheduler(setUpSchedulerPlugin, checkPlugin(plugin), this.address);
  }

  /** Takes a plugin away from the process of the scheduler. */
  async unregisterSchedulerPlugin(name: string): Promise<void> {
    await this.runOnScheduler(tearDownSchedulerPlugin, name, this.address);
  }

  /**
   * Makes an object of a class on a worker. Its methods are called there, one after the other as JavaScript is, in a
   * thread that makes no tasks; what they give is promised here.
   *
   * It lives until it is released or its worker ends.
   *
   * @throws {BrambleError} `WORKER_LOST`, now and from each method, when its worker is gone: what it knew is lost.
   * @example
   * class Counter { n = 0; add(by: number) { return (this.n += by); } }
   * await using counter = await client.actor(Counter);
   * await counter.add(2); // 2
   */
  actor<T extends object, A extends readonly unknown[]>(
    make: ActorClass<T, A>,
    ...args: A
  ): Promise<Actor<T>> {
    return this.actorOn(undefined, make, ...args);
  }

  /** Makes an actor as {@link Client.actor} does, on the worker named. */
  async actorOn<T extends object, A extends readonly unknown[]>(
    worker: WorkerName | undefined,
    make: ActorClass<T, A>,
    ...args: A
  ): Promise<Actor<T>> {
    if (typeof make !== "function") throw invalid("a class", "make", make);
    const { workers } = await this.status();
    const named = findWorkers(worker === undefined ? undefined : [worker], workers);
    // Where least is to be done.
    const [home] = named.toSorted((one, other) => one.processing - other.processing || one.cpu - other.cpu);
    if (home === undefined) throw new BrambleError("WORKER_LOST", "There is no worker for an actor");
    return makeActor(this[NUMBER], home, make, args);
  }

  /**
   * Copies a file to all workers that are there now, for tasks that import or read it: there `uploaded(name)` says
   * where it is.
   */
  async uploadFile(path: string): Promise<void> {
    const { name, bytes } = await readUpload(path);
    await this.run(saveUpload, name, bytes);
  }

  /** Sets a plugin up on all workers that are there now. */
  async registerWorkerPlugin(plugin: WorkerPlugin): Promise<void> {
    await this.run(setUpPlugin, checkPlugin(plugin));
  }

  /** Takes a plugin away from all workers. */
  async unregisterWorkerPlugin(name: string): Promise<void> {
    await this.run(tearDownPlugin, name);
  }

  /**
   * Starts the processes of all workers anew, and waits until they are back. What this client has submitted is
   * cancelled; results of others that lay there are made again.
   *
   * @throws {BrambleError} `TIMEOUT` if they have not come back in time.
   */
  async restart({ timeout = 60 }: WaitOptions = {}): Promise<void> {
    checkSeconds(timeout, "options.timeout");
    for (const state of this.desk.states()) this.desk.cancel(state);
    await restartWorkers(this[NUMBER], () => this.status(), timeout);
  }

  /**
   * Makes a project environment on the machines of all workers that call functions, each for its own architecture, and
   * starts the workers again in it, one after the other: what one holds goes to the others first. An environment of
   * that name that is there gets what the file says. Who may call functions there may do this, unless the worker was
   * started with `--no-env-install`. Workers that come later are started with `--env`.
   *
   * @param file - an environment file, as `bramble env export` writes it.
   * @throws {BrambleError} of the first worker that failed, with what each said: then all are where they were. `TIMEOUT`
   *   if one has not come back in time.
   * @example
   * await client.installEnvironment("project1.yml");
   */
  async installEnvironment(file: string, options: InstallEnvironmentOptions = {}): Promise<void> {
    const checked = checkInstallOptions(file, options);
    await installOnWorkers({ client: this[NUMBER], status: () => this.status() }, file, checked);
  }

  /**
   * Has workers leave once others have what they have, and waits until they have left. One that `bramble worker` has
   * started ends; a `LocalCluster` has as many fewer.
   *
   * @throws {BrambleError} `TIMEOUT` if they have not left in time.
   */
  async retireWorkers(workers: readonly WorkerName[], { timeout = 60 }: WaitOptions = {}): Promise<void> {
    checkSeconds(timeout, "options.timeout");
    const numbers = (await this.numbersOf(workers)) ?? [];
    await ask(this[NUMBER], { retire: { workers: numbers } });
    await until(
      () => this.status(),
      (status) => !status.workers.some(({ id }) => numbers.includes(id)),
      timeout,
      (status) => {
        const left = status.workers.filter(({ id }) => numbers.includes(id)).map(({ name }) => name);
        return new BrambleError("TIMEOUT", `${left.join(", ")} did not leave within ${timeout} s`);
      },
    );
  }

  /**
   * Has results lie on several workers, so that one may be lost, and waits until they do.
   *
   * @param copies - on how many. Default: on all.
   */
  async replicate(
    futures: Future | Iterable<Future>,
    copies?: number,
    workers?: readonly WorkerName[],
  ): Promise<void> {
    const known = findWorkers(workers, (await this.status()).workers);
    const count = copies ?? known.length;
    checkInteger(count, "copies", 1, 2 ** 31);
    const states = this.statesOf(futures);
    await Promise.all(states.map((state) => this.desk.settled(state)));
    const numbers = workers === undefined ? undefined : known.map(({ id }) => id);
    await replicate(this[NUMBER], states, count, numbers);
  }

  /** Moves results from workers that hold much to those that hold little, and waits until they are there. */
  async rebalance(futures?: Future | Iterable<Future>, workers?: readonly WorkerName[]): Promise<void> {
    await rebalance(this[NUMBER], this.statesOf(futures), await this.numbersOf(workers));
  }
}
