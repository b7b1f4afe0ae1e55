import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { loadNative } from "../../native/load.js";
import { BatchRunner } from "../batch-runner.js";
import { Programs } from "../program.js";
import { beginAsWorker } from "../descent.js";
import { noteHandedIn } from "../handed-in.js";
import { NO_RESULTS } from "../results.js";
import { nameOutput } from "../task-output.js";
import type { WorkerSetup } from "../worker-pool.js";

/** How long this thread's messages may wait, in milliseconds. */
const SLICE = 50;

const { queue, id, depth } = workerData as WorkerSetup;
beginAsWorker(depth);
const runner: BatchRunner = new BatchRunner({
  set: (ticket, waits) => executor.setAside(ticket, waits),
  handIn: ({ head, payload, buffers }) => void executor.exchange(head, payload, buffers, 0),
});
const programs = new Programs();
let wake: () => void = () => {};
let isAwake = false;
let isClosing = false;

nameOutput(() => runner.task?.name);
const executor = new (loadNative().CallExecutor)(queue, id, false, () => {
  isAwake = true;
  runner.stop(executor.stopped());
  wake();
});

// A thread that has loaded the addon must not be terminated: it ends by closing its port.
parentPort?.on("message", () => {
  isClosing = true;
  wake();
});
parentPort?.postMessage("ready");
await work();
parentPort?.close();

async function work(): Promise<void> {
  let results = NO_RESULTS;
  let sliceStart = performance.now();
  while (!isClosing) {
    isAwake = false;
    const batch = executor.exchange(results.head, results.payload, results.buffers, runner.limit);
    results = NO_RESULTS;
    noteHandedIn();
    if (batch === null) {
      runner.idle();
      await sleep();
    } else {
      const program = programs.of(batch.run, () => executor.describe() ?? { parts: [], layers: [] });
      results = await runner.run(batch, program);
    }
    if (performance.now() - sliceStart > SLICE) {
      await setImmediate();
      sliceStart = performance.now();
    }
  }
  // What was made last is handed in, and nothing taken.
  executor.exchange(results.head, results.payload, results.buffers, 0);
}

function sleep(): Promise<void> | undefined {
  if (isAwake || isClosing) return undefined;
  return new Promise((resolve) => {
    wake = resolve;
  });
}
