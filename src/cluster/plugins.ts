import { invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import { learn } from "../values/known.js";
import { workerPlace } from "./worker-place.js";

/** What plugins are told of the worker. */
export interface PluginWorker {
  readonly name: string;
  /** Where the scheduler is. */
  readonly scheduler: string;
}

/** What plugins are told of the scheduler. */
export interface PluginScheduler {
  /** Where it is: a client that wants to hear of its events connects there. */
  readonly address: string;
}

/** Something that is set up elsewhere. Its functions travel there, and see what they refer to. */
interface Plugin<H> {
  /** Another plugin of this name takes its place. */
  readonly name: string;
  /** Called where it is set up: on each worker, in the thread that makes no tasks; or in the process of the scheduler. */
  readonly setup?: ((host: H) => unknown) | undefined;
  /** Called when the plugin is taken away. */
  readonly teardown?: ((host: H) => unknown) | undefined;
}

/** Something that is set up on every worker. */
export type WorkerPlugin = Plugin<PluginWorker>;

/** Something that is set up in the process of the scheduler. */
export type SchedulerPlugin = Plugin<PluginScheduler>;

/** The plugins of a member of a cluster. */
class Plugins<H> {
  readonly #known = new Map<string, Plugin<H>>();

  async setUp(plugin: Plugin<H>, host: H): Promise<void> {
    await this.tearDown(plugin.name, host);
    this.#known.set(plugin.name, plugin);
    try {
      await plugin.setup?.(host);
    } catch (error) {
      this.#known.delete(plugin.name);
      throw error;
    }
  }

  async tearDown(name: string, host: H): Promise<void> {
    const plugin = this.#known.get(name);
    this.#known.delete(name);
    await plugin?.teardown?.(host);
  }
}

const ofWorker = new Plugins<PluginWorker>();
const ofScheduler = new Plugins<PluginScheduler>();

/** Sets a plugin up on this worker. */
export async function setUpPlugin(plugin: WorkerPlugin): Promise<void> {
  await ofWorker.setUp(plugin, worker());
}

/** Takes a plugin away from this worker. */
export async function tearDownPlugin(name: string): Promise<void> {
  await ofWorker.tearDown(name, worker());
}

/** Sets a plugin up in this process, which is that of a scheduler. */
export async function setUpSchedulerPlugin(plugin: SchedulerPlugin, address: string): Promise<void> {
  await ofScheduler.setUp(plugin, { address });
}

/** Takes a plugin away from this process. */
export async function tearDownSchedulerPlugin(name: string, address: string): Promise<void> {
  await ofScheduler.tearDown(name, { address });
}

/** Checks what is to be a plugin. */
export function checkPlugin<P extends WorkerPlugin | SchedulerPlugin>(plugin: P): P {
  if (typeof plugin !== "object" || plugin === null) throw invalid("a plugin", "plugin", plugin);
  const { name, setup, teardown } = plugin;
  if (typeof name !== "string" || name === "") throw invalid("a name", "plugin.name", name);
  for (const [what, fn] of [
    ["setup", setup],
    ["teardown", teardown],
  ] as const) {
    if (fn !== undefined && typeof fn !== "function") throw invalid("a function", `plugin.${what}`, fn);
  }
  return plugin;
}

function worker(): PluginWorker {
  const place = workerPlace();
  if (place === undefined) throw new BrambleError("INVALID_ARGUMENT", "Plugins are for workers of a cluster");
  return { name: place.name, scheduler: place.scheduler };
}

let isLearnt = false;

/** Lets these functions travel. */
export function learnPlugins(): void {
  if (isLearnt) return;
  isLearnt = true;
  learn("plugins", { setUpPlugin, tearDownPlugin, setUpSchedulerPlugin, tearDownSchedulerPlugin });
}
