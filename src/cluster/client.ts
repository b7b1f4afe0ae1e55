import { checkBoolean, checkInteger, checkOneOf, checkOptions, invalid } from "../check.js";
import type { Answer, RunRequest } from "../engine/engine.js";
import { ownSurroundings, type Surroundings } from "../env/surroundings.js";
import { BrambleError, type ErrorCode } from "../errors.js";
import type { NativeConnection } from "../native/binding.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";
import { identity } from "../delayed/helpers.js";
import type { Delayed } from "../delayed/delayed.js";
import type { Resolved } from "../delayed/types.js";
import type { LazyArray } from "../array/index.js";
import type { Keeper } from "../graph/index.js";
import { type Actor, type ActorClass, makeActor } from "./actors/actor.js";
import {
  type ConnectOptions,
  checkSeconds,
  keyOf,
  type RunOptions,
  type WaitOptions,
} from "./client-options.js";
import { enter, leave, NUMBER, within } from "./current.js";
import { type Dataset, listPublished, publish, published, unpublish } from "./datasets.js";
import { checkInstallOptions, type InstallEnvironmentOptions, installOnWorkers } from "./environments.js";
import type { MappedArguments, SubmittedArguments } from "./futures/arguments.js";
import { FutureDesk } from "./futures/desk.js";
import { Future, STATE } from "./futures/future.js";
import { type Gathered, gatherFrom } from "./futures/gather.js";
import { futuresOf, scatter, type Scattered, type ScatterOptions } from "./futures/scatter.js";
import { checkSubmitOptions, submitCall, type SubmitOptions } from "./futures/submit.js";
import type { FutureState } from "./futures/state.js";
import { checkFutures } from "./futures/wait.js";
import { ClientKeeper, type Kept, keepOnCluster } from "./kept.js";
import { LocalCluster } from "./local-cluster.js";
import {
  bytesOfResults,
  type ClusterDump,
  type ClusterVersions,
  clusterVersions,
  dumpCluster,
  keysByWorker,
  type SchedulerInfo,
  schedulerInfo,
  whoHas,
} from "./info.js";
import { persist } from "../together/persist.js";
import { checkTopics, type TopicEvent, type TopicHandler, Topics } from "./meeting/topics.js";
import { findWorkers, rebalance, replicate, type WorkerName } from "./placement.js";
import { checkPlugin, setUpPlugin, tearDownPlugin, type WorkerPlugin } from "./plugins.js";
import { ask, type WireTaskSpan } from "./requests.js";
import { restartWorkers } from "./restart.js";
import { runOnCluster } from "./run.js";
import { SSHCluster } from "./ssh-cluster.js";
import { type ClusterStatus, readStatus } from "./status.js";
import { until } from "./until.js";
import { readUpload, saveUpload } from "./uploads.js";
import { callWorkers, outcomesByAddress } from "./worker-calls.js";
import { SurroundingsCheck } from "./surroundings.js";
import { type TaskStream, taskStream } from "./task-stream.js";

/**
 * A connection to a scheduler. While it is open, what can be computed on the cluster is computed there, unless
 * `compute({ scheduler })` or `config` says otherwise; the results come straight from the workers.
 *
 * @example
 * await using client = await Client.connect("192.168.0.1:8786");
 * await x.sum().compute(); // now on the cluster
 */
export class Client {
  /** Where the scheduler is. */
  readonly address: string;
  readonly #client: number;
  /** The number that the cluster has for it. */
  readonly #id: number;
  readonly #surroundings: SurroundingsCheck;
  readonly #desk: FutureDesk;
  readonly #topics: Topics;
  #isOpen = true;

  private constructor(address: string, { client = 0, id = 0 }: NativeConnection, own: Surroundings) {
    this.address = address;
    this.#client = client;
    this.#id = id;
    this.#surroundings = new SurroundingsCheck(client, own);
    this.#desk = new FutureDesk(client, this.#surroundings);
    this.#topics = new Topics(client);
  }

  /**
   * Connects to a scheduler: to its address, such as `"192.168.0.1:8786"`, or to that of a `LocalCluster` or `SSHCluster`. It tries
   * again while the timeout lasts.
   *
   * @throws {BrambleError} `NETWORK` if nothing answers in time or something else than a scheduler does;
   *   `CLUSTER_KEY` if the scheduler has another key, or there is none.
   */
  static async connect(
    to: string | LocalCluster | SSHCluster,
    options: ConnectOptions = {},
  ): Promise<Client> {
    checkOptions(options, "options", ["timeout", "key", "insecure", "setAsDefault"]);
    const { timeout = 30, setAsDefault = true } = options;
    checkSeconds(timeout, "options.timeout");
    const isCluster = to instanceof LocalCluster || to instanceof SSHCluster;
    const address = isCluster ? to.address : to;
    if (typeof address !== "string") throw invalid("an address or a cluster", "to", to);
    const key = isCluster ? to.key : keyOf(options);
    const own = await ownSurroundings();
    const connecting = withOwnErrors(() => loadNative().connectCluster(address, key, timeout));
    const connection = await connecting;
    const { error } = connection;
    if (error !== undefined) throw new BrambleError(error.code as ErrorCode, error.message);
    const client = new Client(address, connection, own);
    try {
      // The answer comes after the scheduler has told what workers there are.
      await client.status();
    } catch (refused) {
      client.close();
      throw refused;
    }
    if (setAsDefault) enter(client);
    return client;
  }

  /**
   * Has a function called on the cluster. Futures, delayed values and arrays among the arguments, in lists, objects,
   * maps and sets too, stand for their results.
   *
   * @returns at once a future of what the function returns.
   * @throws {BrambleError} `CANCELLED` if an argument is a future that was cancelled or released.
   * @example
   * const future = client.submit((x: number) => x + 1, 1);
   * await future.result(); // 2
   */
  submit<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    ...args: SubmittedArguments<A>
  ): Future<Awaited<R>> {
    return this.submitWith({}, fn, ...args);
  }

  /** Has a function called as {@link Client.submit} does, and says how. */
  submitWith<A extends readonly unknown[], R>(
    options: SubmitOptions,
    fn: (...args: A) => R,
    ...args: SubmittedArguments<A>
  ): Future<Awaited<R>> {
    return submitCall(this.#desk, checkSubmitOptions(options), fn, args) as Future<Awaited<R>>;
  }

  /**
   * Has a function called for each of many arguments; of several lists for the first of each, the second of each, and
   * so on while all of them have one.
   *
   * @returns at once a future for each call.
   * @example
   * await client.gather(client.map((a: number, b: number) => a + b, [1, 2], [10, 20])); // [11, 22]
   */
  map<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    ...args: MappedArguments<A>
  ): Future<Awaited<R>>[] {
    return this.mapWith({}, fn, ...args);
  }

  /** Has a function called as {@link Client.map} does, and says how. */
  mapWith<A extends readonly unknown[], R>(
    options: Omit<SubmitOptions, "key">,
    fn: (...args: A) => R,
    ...args: MappedArguments<A>
  ): Future<Awaited<R>>[] {
    const checked = checkSubmitOptions(options);
    const lists = (args as readonly Iterable<unknown>[]).map((list, index) => {
      if (list === null || typeof list !== "object" || !(Symbol.iterator in list)) {
        throw invalid("something iterable", `args[${index}]`, list);
      }
      return [...list];
    });
    const length = lists.length === 0 ? 0 : Math.min(...lists.map((list) => list.length));
    return Array.from({ length }, (_, index) => {
      const each = lists.map((list) => list[index]);
      return submitCall(this.#desk, checked, fn, each) as Future<Awaited<R>>;
    });
  }

  /**
   * The results of futures, in lists, objects, maps and sets too. They come straight from the workers.
   *
   * @throws what the first that fails has failed with.
   */
  async gather<const T>(futures: T): Promise<Gathered<T>> {
    return (await gatherFrom(futures, (future) => future.result())) as Gathered<T>;
  }

  /**
   * Puts data on the workers: of a list or a plain object each entry, else the whole.
   *
   * @returns futures in the same structure, for many calls to read.
   */
  scatter<T>(data: readonly T[]): Future<T>[];
  scatter<T extends Record<string, unknown>>(data: T): { [K in keyof T]: Future<T[K]> };
  scatter<T>(data: T): Future<T>;
  scatter(data: unknown): unknown {
    return scatter(this.#desk, data);
  }

  /**
   * Puts data on the workers as {@link Client.scatter} does, and says how.
   *
   * @returns when they are there.
   * @example
   * const [table] = await client.scatterWith({ broadcast: true }, [large]); // each worker has it
   */
  async scatterWith<T>(options: ScatterOptions, data: T): Promise<Scattered<T>> {
    checkOptions(options, "options", ["broadcast"]);
    const { broadcast = false } = options;
    checkBoolean(broadcast, "options.broadcast");
    const scattered = this.scatter(data) as Scattered<T>;
    const futures = futuresOf(scattered);
    await Promise.all(futures.map((future) => this.#desk.settled(future[STATE])));
    if (broadcast) await this.replicate(futures);
    return scattered;
  }

  /**
   * Computes a delayed value or an array on the cluster, where the result stays.
   *
   * @returns at once a future of the result.
   */
  compute<T extends Delayed | LazyArray>(collection: T): Future<Resolved<T>> {
    return submitCall(this.#desk, {}, identity, [collection]) as Future<Resolved<T>>;
  }

  /**
   * Computes collections together on this client's cluster, and gives collections whose blocks stay there: see
   * `persist`.
   */
  persist<const T extends readonly unknown[]>(...values: T): Promise<{ -readonly [I in keyof T]: T[I] }> {
    return within(this, () => persist(...values));
  }

  /**
   * Computes a collection on the cluster, where its blocks stay under a name until somebody unpublishes it: also when this
   * client has left.
   *
   * @returns a collection that stands for the blocks there.
   * @throws {BrambleError} `INVALID_ARGUMENT` if there is a dataset of that name.
   * @example
   * await client.publishDataset("clean", x.subtract(x.mean()));
   * const clean = await other.getDataset<LazyArray>("clean"); // another client, later
   */
  publishDataset<T extends Dataset>(name: string, dataset: T): Promise<T> {
    return within(this, () => publish(this.#client, name, dataset));
  }

  /**
   * The collection that was published under a name, to go on with: nothing is moved.
   *
   * @throws {BrambleError} `INVALID_ARGUMENT` if there is none, naming those that there are.
   */
  async getDataset<T extends Dataset = Dataset>(name: string): Promise<T> {
    return (await published(this.#client, name, this.#keeper())) as T;
  }

  /** The names under which something was published, in order. */
  async listDatasets(): Promise<string[]> {
    return listPublished(this.#client);
  }

  /**
   * Lets the cluster forget what was published under a name; what is being computed of it still goes on.
   *
   * @throws {BrambleError} `INVALID_ARGUMENT` if there is none, naming those that there are.
   */
  async unpublishDataset(name: string): Promise<void> {
    await unpublish(this.#client, name);
  }

  /** Gives calls up, and all that read their results. */
  cancel(futures: Future | Iterable<Future>): void {
    const all = checkFutures(futures instanceof Future ? [futures] : futures);
    for (const future of all) future.cancel();
  }

  /** Makes calls that failed once more, and those that failed for their sake. */
  retry(futures: Future | Iterable<Future>): void {
    const all = checkFutures(futures instanceof Future ? [futures] : futures);
    for (const future of all) future.retry();
  }

  /** The cluster as it is now. */
  async status(): Promise<ClusterStatus> {
    const json = await withOwnErrors(() => loadNative().clusterStatus(this.#client));
    if (json === null)
      throw new BrambleError("SCHEDULER_LOST", `The connection to ${this.address} has ended`);
    return readStatus(json);
  }

  /**
   * Waits until there are so many workers.
   *
   * @throws {BrambleError} `NETWORK` if they have not come in time.
   */
  async waitForWorkers(count: number, { timeout = 30 }: WaitOptions = {}): Promise<void> {
    checkInteger(count, "count", 0, 2 ** 31);
    checkSeconds(timeout, "options.timeout");
    await until(
      () => this.status(),
      ({ workers }) => workers.length >= count,
      timeout,
      ({ workers }) =>
        new BrambleError(
          "NETWORK",
          `${workers.length} of ${count} workers have come to ${this.address} within ${timeout} s`,
        ),
    );
  }

  /** The scheduler, and its workers by their addresses. */
  async schedulerInfo(): Promise<SchedulerInfo> {
    return schedulerInfo(this.address, await this.status());
  }

  /** By key, the addresses of the workers that have a result: of the futures given, else of all of this client. */
  async whoHas(futures?: Future | Iterable<Future>): Promise<Record<string, string[]>> {
    return whoHas(this.#client, this.#statesOf(futures), (await this.status()).workers);
  }

  /** By address, the keys of this client's results that a worker has: of the workers named, else of all. */
  async hasWhat(workers?: readonly WorkerName[]): Promise<Record<string, string[]>> {
    const named = findWorkers(workers, (await this.status()).workers);
    return keysByWorker(this.#client, this.#desk.states(), named, "held");
  }

  /** By address, the keys of this client's calls that a worker was handed and has not made. */
  async processing(workers?: readonly WorkerName[]): Promise<Record<string, string[]>> {
    const named = findWorkers(workers, (await this.status()).workers);
    return keysByWorker(this.#client, this.#desk.states(), named, "running");
  }

  /** Bytes of results: by what their keys begin with, or by key. */
  async nbytes(
    futures?: Future | Iterable<Future>,
    { summary = true }: { readonly summary?: boolean } = {},
  ): Promise<Record<string, number>> {
    checkBoolean(summary, "options.summary");
    return bytesOfResults(this.#client, this.#statesOf(futures), summary);
  }

  /** What this process and the workers are built of: Bramble, Node, V8, the platform. */
  async getVersions(): Promise<ClusterVersions> {
    return clusterVersions(this.#client);
  }

  /**
   * The tasks that were done lately, of all clients; the scheduler remembers the last 10,000.
   *
   * @param options - `since`: how many had been done that need not be told, which is the `total` of an earlier answer.
   */
  async getTaskStream({ since = 0 }: { readonly since?: number | undefined } = {}): Promise<TaskStream> {
    checkInteger(since, "options.since", 0);
    const keyOf = ({ client, run, block }: WireTaskSpan): string | undefined =>
      client === this.#id ? this.#desk.keyOf(run, block[0] ?? 0) : undefined;
    return taskStream(this.#client, since, keyOf, (await this.status()).workers);
  }

  /** All that is known of the cluster and of this client's calls, to be written down when something goes wrong. */
  async dumpState(): Promise<ClusterDump> {
    return dumpCluster(this.#client, this.address, this.#desk.states(), await this.status());
  }

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
    const numbers = await this.#numbersOf(workers);
    const outcomes = await callWorkers(this.#client, numbers, { fn: fn as never, args });
    return outcomesByAddress(outcomes, onError) as Record<string, Awaited<R>>;
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
    return makeActor(this.#client, home, make, args);
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
    for (const state of this.#desk.states()) this.#desk.cancel(state);
    await restartWorkers(this.#client, () => this.status(), timeout);
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
    await installOnWorkers({ client: this.#client, status: () => this.status() }, file, checked);
  }

  /**
   * Has workers leave once others have what they have, and waits until they have left. One that `bramble worker` has
   * started ends; a `LocalCluster` has as many fewer.
   *
   * @throws {BrambleError} `TIMEOUT` if they have not left in time.
   */
  async retireWorkers(workers: readonly WorkerName[], { timeout = 60 }: WaitOptions = {}): Promise<void> {
    checkSeconds(timeout, "options.timeout");
    const numbers = (await this.#numbersOf(workers)) ?? [];
    await ask(this.#client, { retire: { workers: numbers } });
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
    const states = this.#statesOf(futures);
    await Promise.all(states.map((state) => this.#desk.settled(state)));
    const numbers = workers === undefined ? undefined : known.map(({ id }) => id);
    await replicate(this.#client, states, count, numbers);
  }

  /** Moves results from workers that hold much to those that hold little, and waits until they are there. */
  async rebalance(futures?: Future | Iterable<Future>, workers?: readonly WorkerName[]): Promise<void> {
    await rebalance(this.#client, this.#statesOf(futures), await this.#numbersOf(workers));
  }

  /** @internal What `compute` does while this is the latest client. */
  async execute(request: RunRequest): Promise<readonly Answer[]> {
    return runOnCluster(this.#client, request, this.#surroundings);
  }

  /** @internal What `persist` does while this is the latest client. */
  async keep(request: RunRequest): Promise<Kept> {
    const [client, id] = [this.#client, this.#id];
    const [desk, surroundings] = [this.#desk, this.#surroundings];
    return keepOnCluster({ client, id, desk, surroundings, keeper: this.#keeper() }, request);
  }

  /** Notes something under topics, for all clients of the cluster. The scheduler remembers the last 1,000 of each. */
  async logEvent(topics: string | readonly string[], message: unknown): Promise<void> {
    await this.#topics.log(checkTopics(topics), message);
  }

  /** What was noted under a topic, the oldest first. Under `scheduler` it notes itself who comes and goes. */
  async getEvents(topic: string): Promise<TopicEvent[]> {
    checkTopics(topic);
    return this.#topics.logged(topic);
  }

  /** Has a function called with all that is noted under a topic from now on. It keeps no process alive. */
  async subscribeTopic(topic: string, handler: TopicHandler): Promise<void> {
    checkTopics(topic);
    if (typeof handler !== "function") throw invalid("a function", "handler", handler);
    await this.#topics.subscribe(topic, handler);
  }

  /** Has a function, or all of them, no longer called. */
  async unsubscribeTopic(topic: string, handler?: TopicHandler): Promise<void> {
    checkTopics(topic);
    await this.#topics.unsubscribe(topic, handler);
  }

  /** @internal */
  get [NUMBER](): number {
    return this.#client;
  }

  /** Ends the connection. What is under way fails with `SCHEDULER_LOST`. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    leave(this);
    loadNative().closeClient(this.#client);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #keeper(): Keeper {
    return new ClientKeeper(this.address, () => this.#isOpen);
  }

  async #numbersOf(workers: readonly WorkerName[] | undefined): Promise<number[] | undefined> {
    if (workers === undefined) return undefined;
    return findWorkers(workers, (await this.status()).workers).map(({ id }) => id);
  }

  #statesOf(futures: Future | Iterable<Future> | undefined): FutureState[] {
    if (futures === undefined) return this.#desk.states();
    return checkFutures(futures instanceof Future ? [futures] : futures).map((future) => future[STATE]);
  }
}
