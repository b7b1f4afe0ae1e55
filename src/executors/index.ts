import type { RunRequest } from "../engine/engine.js";
import type { NativeBinding } from "../native/binding.js";
import type { CallMaker } from "./call-maker.js";
import { InThread } from "./in-thread.js";
import { Remote } from "./remote.js";
import { poolOf } from "./pools.js";

export type { CallMaker } from "./call-maker.js";

/** Who makes the calls of a run; undefined if there are none to make. */
export function callMakerFor(binding: NativeBinding, request: RunRequest): CallMaker | undefined {
  const hasCalls = request.layers.some(({ kind }) => "call" in kind || "tasks" in kind);
  if (!hasCalls) return undefined;
  const { functions = [], args = [], numWorkers, resourceLimits, scheduler } = request;
  const tables = { functions, args };
  // A cluster has executors of its own.
  if (scheduler === "distributed") return undefined;
  if (scheduler === "sync" || request.callsHere === true) return new InThread(binding, tables);
  return new Remote(poolOf(binding, scheduler, resourceLimits), tables, numWorkers);
}
