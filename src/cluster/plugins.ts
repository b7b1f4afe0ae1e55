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

/** Something that is set up on every worker. Its functions travel there, and see what they refer to. */
export interface WorkerPlugin {
  /** Another plugin of this name takes its place. */
  readonly name: string;
  /** Called on each worker, in the thread that makes no tasks. */
  readonly setup?: ((worker: PluginWorker) => unknown) | undefined;
  /** Called when the plugin is taken away. */
  readonly teardown?: ((worker: PluginWorker) => unknown) | undefined;
}

const plugins = new Map<string, WorkerPlugin>();

/** Sets a plugin up on this worker. */
export async function setUpPlugin(plugin: WorkerPlugin): Promise<void> {
  await tearDownPlugin(plugin.name);
  plugins.set(plugin.name, plugin);
  try {
    await plugin.setup?.(worker());
  } catch (error) {
    plugins.delete(plugin.name);
    throw error;
  }
}

/** Takes a plugin away from this worker. */
export async function tearDownPlugin(name: string): Promise<void> {
  const plugin = plugins.get(name);
  plugins.delete(name);
  await plugin?.teardown?.(worker());
}

/** Checks what is to be a plugin. */
export function checkPlugin(plugin: WorkerPlugin): WorkerPlugin {
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
  learn("plugins", { setUpPlugin, tearDownPlugin });
}
