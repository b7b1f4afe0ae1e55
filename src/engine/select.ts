import { checkOneOf } from "../check.js";
import { config } from "../config/index.js";
import { BrambleError } from "../errors.js";
import { currentCluster } from "../cluster/current.js";
import { refusalOf } from "../cluster/layers.js";
import { inOrder, type Node } from "../graph/index.js";
import type { Engine, Scheduler } from "./engine.js";
import { createJsEngine } from "./js/index.js";
import { createNativeEngine } from "./native.js";

/** Name of an engine. */
export type EngineName = Engine["name"];

const ENGINES = ["native", "js"] as const satisfies readonly EngineName[];
const made = new Map<EngineName, Engine>();
let isWarned = false;

/**
 * The engine that runs: the one asked for, else the one that `config` names, such as by `BRAMBLE_ENGINE`, else
 * `native` where its binary loads, else `js`, with a warning.
 *
 * @throws {BrambleError} `ENGINE_UNAVAILABLE` if the engine asked for cannot run here.
 */
export function selectEngine(name?: EngineName): Engine {
  if (name !== undefined) return engine(checkOneOf(name, "options.engine", ENGINES));
  const wanted = config.get("engine");
  if (wanted !== undefined) return engine(wanted);
  try {
    return engine("native");
  } catch (error) {
    warn(error);
    return engine("js");
  }
}

/** Where nodes are computed if nobody says: on the cluster, if there is a client and it can do all of it. */
export function defaultScheduler({ name }: Engine, nodes: readonly Node[]): Scheduler {
  const isConnected = name === "native" && currentCluster() !== undefined;
  const all = inOrder(nodes);
  if (all.some(({ keeper }) => keeper !== undefined)) return "distributed";
  return isConnected && all.every((node) => refusalOf(node) === undefined) ? "distributed" : "threads";
}

/** @throws {BrambleError} `INVALID_ARGUMENT` if a cluster was asked for that cannot compute the nodes. */
export function checkScheduler(scheduler: Scheduler, nodes: readonly Node[]): void {
  const all = inOrder(nodes);
  for (const node of all) checkKeeper(scheduler, node);
  if (scheduler !== "distributed") return;
  const [why] = all.flatMap((node) => refusalOf(node) ?? []);
  if (why === undefined) return;
  throw new BrambleError(
    "INVALID_ARGUMENT",
    `options.scheduler is "distributed", but ${why}; use "threads" or "processes"`,
  );
}

/** What lies on a cluster can be read there alone. */
function checkKeeper(scheduler: Scheduler, { name, keeper }: Node): void {
  if (keeper === undefined) return;
  const { address } = keeper;
  const here = currentCluster()?.address;
  if (!keeper.isConnected) {
    const message = `${name} was kept on the cluster at ${address} until the client that had it was closed`;
    throw new BrambleError("CANCELLED", message);
  }
  if (scheduler === "distributed" && here === address) return;
  const where =
    scheduler === "distributed" ? `the latest client is connected to ${here ?? "none"}` : scheduler;
  const message = `${name} is kept on the cluster at ${address}, where alone it can be read; this is to run elsewhere: ${where}`;
  throw new BrambleError("INVALID_ARGUMENT", message);
}

function engine(name: EngineName): Engine {
  const known = made.get(name);
  if (known !== undefined) return known;
  const created = name === "native" ? createNativeEngine() : createJsEngine();
  made.set(name, created);
  return created;
}

function warn(error: unknown): void {
  if (isWarned) return;
  isWarned = true;
  const why = error instanceof Error ? error.message : String(error);
  process.emitWarning(
    `Computing in plain JavaScript, in one thread and many times slower. ${why}\n` +
      "To choose this without the warning, set BRAMBLE_ENGINE=js.",
    { type: "BrambleWarning", code: "BRAMBLE_JS_ENGINE" },
  );
}
