import { currentCluster, within } from "../cluster/current.js";
import { checkInteger, checkOneOf, checkOptions, invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import { checkBytes, config } from "../config/index.js";
import { type Callbacks, checkAll, watchers } from "../diagnostics/callbacks.js";
import { checkPage, report } from "../diagnostics/report/report.js";
import { type Watched, watch } from "../diagnostics/watch.js";
import {
  type Answer,
  type ProgressEvent,
  type ResourceLimits,
  type RunRequest,
  SCHEDULERS,
  type Scheduler,
} from "../engine/engine.js";
import { checkScheduler, defaultScheduler, type EngineName, selectEngine } from "../engine/select.js";
import { collect, isKnownGrid, isPaired, type Node, withTaskKey } from "../graph/index.js";
import { withScratch } from "../graph/scratch.js";
import { keepNodes } from "./keep.js";
import { computedSource } from "./memory-source.js";
import { NDArray } from "./ndarray.js";
import { explainStages, type NodeAnswer, type RunNodes, settle } from "./stages.js";
import { type Places, writtenFromCluster } from "./write/from-cluster.js";

/** How a computation runs. */
export interface ComputeOptions {
  /**
   * `threads` uses every core; `processes` too, with functions in processes of their own; `sync` one thread, for
   * debugging; `distributed` the cluster of the latest client. Default: `config`, else the cluster if there is a client
   * and it can compute all of it, else `threads`.
   */
  readonly scheduler?: Scheduler | undefined;
  /** Threads of the `threads` scheduler. Default: `config`, else one for each core. */
  readonly numWorkers?: number | undefined;
  /** How much memory a thread or process that calls functions may take. Default: what Node allows. */
  readonly resourceLimits?: ResourceLimits | undefined;
  /**
   * Memory that blocks may take, in bytes or as `"512MiB"`. What is more waits on disk, in the folder that
   * `config.get("memory.spillFolder")` names. Results, and what tasks under way read and make, come on top. Default: `config`, else 70 % of the machine's.
   */
  readonly memoryLimit?: number | string | undefined;
  /**
   * Stops the computation, which then rejects with the signal's reason, as `fetch` does: that is a `DOMException` named
   * `AbortError`, or `TimeoutError` of `AbortSignal.timeout()`, unless whoever aborts gives another.
   */
  readonly signal?: AbortSignal | undefined;
  /** Called some times a second with the layers that got on. */
  readonly onProgress?: ((events: readonly ProgressEvent[]) => void) | undefined;
  /** Who watches this computation, beside those that `withCallbacks` and `registerCallbacks` say. */
  readonly callbacks?: Callbacks | readonly Callbacks[] | undefined;
  /** A page that tells what was done when, as `report` writes it: a path that ends in `.html`. */
  readonly report?: string | undefined;
  /** Which engine runs. Default: `config`, else `native` where its binary loads, else `js`. */
  readonly engine?: EngineName | undefined;
}

/** How a computation is explained. */
export type ExplainOptions = Pick<ComputeOptions, "engine">;

/** Their names. */
export const COMPUTE_OPTIONS = [
  "scheduler",
  "numWorkers",
  "resourceLimits",
  "memoryLimit",
  "signal",
  "onProgress",
  "callbacks",
  "report",
  "engine",
] as const;

const RESOURCE_LIMITS = ["maxOldGenerationSizeMb", "maxYoungGenerationSizeMb", "stackSizeMb"] as const;

/** Computes several nodes in one run, sharing what they have in common. */
export async function computeNodes(nodes: readonly Node[], options: unknown): Promise<unknown[]> {
  const results = await runWatched(nodes, options, async (run, places) => {
    const settled = await settle(nodes, run);
    return run(places === undefined ? settled : await writtenFromCluster(settled, places));
  });
  return results.map(unwrap);
}

/** What nodes were computed to: on a cluster nodes whose blocks stay there, elsewhere their results. */
export type Persisted = { readonly kept: readonly Node[] } | { readonly results: readonly unknown[] };

/** Computes several nodes in one run, for others to go on with. */
export async function persistNodes(nodes: readonly Node[], options: unknown): Promise<Persisted> {
  return runWatched<Persisted>(nodes, options, async (run, places) => {
    const settled = await settle(nodes, run);
    if (places !== undefined)
      return { kept: await keepNodes(await writtenFromCluster(settled, places), places.keep) };
    return { results: (await run(settled)).map(unwrap) };
  });
}

/**
 * Lets something compute with some options, and those who watch know. On a cluster results can be kept there, and what is
 * written comes from there.
 */
function runWatched<T>(
  nodes: readonly Node[],
  options: unknown,
  compute: (run: RunNodes, places?: Places) => Promise<T>,
): Promise<T> {
  const { engine, callbacks, onProgress, report: page, ...request } = readOptions(options);
  if (page !== undefined) {
    return report(page, () => runWatched(nodes, { ...(options as object), report: undefined }, compute));
  }
  request.signal?.throwIfAborted();
  const selected = selectEngine(engine);
  const scheduler = request.scheduler ?? defaultScheduler(selected, nodes);
  checkScheduler(scheduler, nodes);
  const cluster = scheduler === "distributed" ? currentCluster() : undefined;
  return watch({ nodes, scheduler, callbacks, onProgress }, (listeners) => {
    const runAs =
      (how: Pick<RunRequest, "scheduler" | "callsHere" | "onProgress" | "onTasks">): RunNodes =>
      async (wanted) => {
        const answers = await withScratch(collect(wanted), request.spillFolder, (graph) =>
          selected.run({ ...graph, ...request, ...how }),
        );
        return answers.map((answer, number) => answerOf(answer, wanted[number]));
      };
    const places: Places | undefined = cluster && {
      keep: namingTasks((wanted) =>
        cluster.keep({ ...collect(wanted), ...request, scheduler, ...listeners }),
      ),
      fetch: (wanted) => within(cluster, () => runAs({ scheduler })(wanted)),
      here: runAs({ scheduler: "threads", callsHere: true, ...listeners }),
    };
    return compute(namingTasks(runAs({ scheduler, ...listeners })), places);
  });
}

/** Errors of tasks with the keys of those. */
function namingTasks<T>(
  compute: (nodes: readonly Node[]) => Promise<T>,
): (nodes: readonly Node[]) => Promise<T> {
  return async (nodes) => {
    try {
      return await compute(nodes);
    } catch (error) {
      throw withTaskKey(error, nodes);
    }
  };
}

/** What a node gives: of complex elements an engine gives floats, with both parts along the last axis. */
function answerOf(answer: Answer, node: Node | undefined): NodeAnswer {
  if ("values" in answer) return answer;
  if (node === undefined || !isPaired(node)) return answer;
  const { data, shape, grid } = answer;
  return { dtype: node.dtype, data, shape: shape.slice(0, -1), grid: grid.slice(0, -1) };
}

/** What of some options is about the computation. */
export function computeOptionsOf(options: ComputeOptions): ComputeOptions {
  return Object.fromEntries(
    COMPUTE_OPTIONS.flatMap((name) => (name in options ? [[name, options[name]]] : [])),
  );
}

/** The same node with all lengths known, computed where they are not. */
export async function computeLengths(node: Node, options: unknown): Promise<Node> {
  return runWatched([node], options, async (run) => {
    const [settled = node] = await settle([node], run);
    if (isKnownGrid(settled.grid)) return settled;
    const [result] = await run([settled]);
    return result === undefined || "values" in result ? settled : computedSource("computed", result);
  });
}

/** The layers of some nodes as the engine sees them. */
export function explainNodes(nodes: readonly Node[], options: unknown): string {
  checkOptions(options, "options", ["engine"]);
  const engine = selectEngine((options as ExplainOptions).engine);
  if (engine.explain !== undefined) return explainStages(nodes, (graph) => engine.explain?.(graph) ?? "");
  throw new BrambleError(
    "ENGINE_UNAVAILABLE",
    `The ${engine.name} engine runs layers as they are written; only the native one has a plan to explain`,
  );
}

/** What was asked for, with what was not filled in. */
type Chosen = Omit<ComputeOptions, "memoryLimit" | "callbacks"> &
  Pick<RunRequest, "memoryLimit" | "spillFolder"> &
  Pick<Watched, "callbacks">;

function readOptions(options: unknown): Chosen {
  checkOptions(options, "options", COMPUTE_OPTIONS);
  const {
    signal,
    onProgress,
    callbacks = [],
    report: page,
    engine,
    resourceLimits,
  } = options as ComputeOptions;
  const { scheduler = config.get("scheduler") } = options as ComputeOptions;
  const { numWorkers = config.get("numWorkers") } = options as ComputeOptions;
  const { memoryLimit = config.get("memory.limit") } = options as ComputeOptions;
  if (numWorkers !== undefined) checkInteger(numWorkers, "options.numWorkers", 1, 1024);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw invalid("an AbortSignal", "options.signal", signal);
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw invalid("a function", "options.onProgress", onProgress);
  }
  return {
    scheduler: scheduler === undefined ? undefined : checkOneOf(scheduler, "options.scheduler", SCHEDULERS),
    numWorkers,
    resourceLimits: readLimits(resourceLimits),
    memoryLimit: checkBytes(memoryLimit, "options.memoryLimit"),
    spillFolder: config.get("memory.spillFolder"),
    signal,
    onProgress,
    callbacks: [...watchers(), ...checkAll(callbacks, "options.callbacks")],
    report: page === undefined ? undefined : checkPage(page, "options.report"),
    engine,
  };
}

function readLimits(limits: unknown): ResourceLimits | undefined {
  if (limits === undefined) return undefined;
  checkOptions(limits, "options.resourceLimits", RESOURCE_LIMITS);
  for (const [name, value] of Object.entries(limits as object)) {
    if (value !== undefined) checkInteger(value, `options.resourceLimits.${name}`, 1, 2 ** 31);
  }
  return limits as ResourceLimits;
}

/** A 0-d result is a number to people. */
function unwrap(answer: NodeAnswer): unknown {
  if ("values" in answer) return answer.values;
  const { data, shape, dtype } = answer;
  const result = new NDArray(data, shape, { dtype });
  return shape.length === 0 ? result.item() : result;
}
