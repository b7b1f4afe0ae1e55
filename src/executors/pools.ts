import type { ResourceLimits } from "../engine/engine.js";
import type { NativeBinding } from "../native/binding.js";
import { processStarter } from "./processes/pool.js";
import { threadStarter } from "./threads/pool.js";
import { WorkerPool } from "./worker-pool.js";

const pools = new Map<string, WorkerPool>();

/** The workers of a kind with some limits, which all computations share. */
export function poolOf(
  binding: NativeBinding,
  kind: "threads" | "processes",
  limits: ResourceLimits = {},
): WorkerPool {
  const { maxOldGenerationSizeMb, maxYoungGenerationSizeMb, stackSizeMb } = limits;
  const key = [kind, maxOldGenerationSizeMb, maxYoungGenerationSizeMb, stackSizeMb].join();
  let pool = pools.get(key);
  if (pool === undefined) {
    pool = new WorkerPool(
      binding,
      kind === "threads" ? threadStarter(limits) : processStarter(binding, limits),
    );
    pools.set(key, pool);
  }
  return pool;
}
