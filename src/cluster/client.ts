import { checkBoolean, checkOptions, invalid } from "../check.js";
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
import { ClientWorkers } from "./client/workers.js";
import { type ConnectOptions, checkSeconds, keyOf } from "./client-options.js";
import { enter, leave, NUMBER, within } from "./current.js";
import { type Dataset, listPublished, publish, published, unpublish } from "./datasets.js";
import type { MappedArguments, SubmittedArguments } from "./futures/arguments.js";
import { Future, STATE } from "./futures/future.js";
import { type Gathered, gatherFrom } from "./futures/gather.js";
import { futuresOf, scatter, type Scattered, type ScatterOptions } from "./futures/scatter.js";
import { checkSubmitOptions, submitCall, type SubmitOptions } from "./futures/submit.js";
import { checkFutures } from "./futures/wait.js";
import { ClientKeeper, type Kept, keepOnCluster } from "./kept.js";
import { LocalCluster } from "./local-cluster.js";
import { persist } from "../together/persist.js";
import { checkTopics, type TopicEvent, type TopicHandler, Topics } from "./meeting/topics.js";
import { runOnCluster } from "./run.js";
import { SSHCluster } from "./ssh-cluster.js";

/**
 * A connection to a scheduler. While it is open, what can be computed on the cluster is computed there, unless
 * `compute({ scheduler })` or `config` says otherwise; the results come straight from the workers.
 *
 * @example
 * await using client = await Client.connect("192.168.0.1:8786");
 * await x.sum().compute(); // now on the cluster
 */
export class Client extends ClientWorkers {
  readonly #topics: Topics;
  #isOpen = true;

  private constructor(address: string, connection: NativeConnection, own: Surroundings) {
    super(address, connection, own);
    this.#topics = new Topics(this[NUMBER]);
  }

  /**
   * Connects to a scheduler: to its address, such as `"192.168.0.1:8786"`, or to that of a `LocalCluster` or `SSHCluster`. It tries
   * again while the timeout lasts. With `tls://` before an address, what is said within this machine is encrypted too.
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
    return submitCall(this.desk, checkSubmitOptions(options), fn, args) as Future<Awaited<R>>;
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
      return submitCall(this.desk, checked, fn, each) as Future<Awaited<R>>;
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
    return scatter(this.desk, data);
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
    await Promise.all(futures.map((future) => this.desk.settled(future[STATE])));
    if (broadcast) await this.replicate(futures);
    return scattered;
  }

  /**
   * Computes a delayed value or an array on the cluster, where the result stays.
   *
   * @returns at once a future of the result.
   */
  compute<T extends Delayed | LazyArray>(collection: T): Future<Resolved<T>> {
    return submitCall(this.desk, {}, identity, [collection]) as Future<Resolved<T>>;
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
    return within(this, () => publish(this[NUMBER], name, dataset));
  }

  /**
   * The collection that was published under a name, to go on with: nothing is moved.
   *
   * @throws {BrambleError} `INVALID_ARGUMENT` if there is none, naming those that there are.
   */
  async getDataset<T extends Dataset = Dataset>(name: string): Promise<T> {
    return (await published(this[NUMBER], name, this.#keeper())) as T;
  }

  /** The names under which something was published, in order. */
  async listDatasets(): Promise<string[]> {
    return listPublished(this[NUMBER]);
  }

  /**
   * Lets the cluster forget what was published under a name; what is being computed of it still goes on.
   *
   * @throws {BrambleError} `INVALID_ARGUMENT` if there is none, naming those that there are.
   */
  async unpublishDataset(name: string): Promise<void> {
    await unpublish(this[NUMBER], name);
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

  /** @internal What `compute` does while this is the latest client. */
  async execute(request: RunRequest): Promise<readonly Answer[]> {
    return runOnCluster(this[NUMBER], request, this.surroundings);
  }

  /** @internal What `persist` does while this is the latest client. */
  async keep(request: RunRequest): Promise<Kept> {
    const { id, desk, surroundings } = this;
    return keepOnCluster({ client: this[NUMBER], id, desk, surroundings, keeper: this.#keeper() }, request);
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

  /** Ends the connection. What is under way fails with `SCHEDULER_LOST`. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    leave(this);
    loadNative().closeClient(this[NUMBER]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #keeper(): Keeper {
    return new ClientKeeper(this.address, () => this.#isOpen);
  }
}
