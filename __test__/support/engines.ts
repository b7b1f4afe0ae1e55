import type { ComputeOptions } from "bramble";

/** Every way to compute: all give the same bits. CI has the native engine, so all tests need it. */
export const WAYS: readonly (readonly [string, ComputeOptions])[] = [
  ["js", { engine: "js" }],
  ["native, sync", { engine: "native", scheduler: "sync" }],
  ["native, 1 thread", { engine: "native", numWorkers: 1 }],
  ["native, 3 threads", { engine: "native", numWorkers: 3 }],
];

/** Both engines. */
export const ENGINES = ["js", "native"] as const;
