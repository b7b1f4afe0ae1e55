import { loadNative } from "../native/load.js";
import { setOwnProcess } from "./host.js";
import { runWorker } from "./worker.js";
import { WorkerExecutors } from "./worker-executors.js";
import { WORKER_VARIABLE, type WorkerSettings } from "./worker-settings.js";

const settings = JSON.parse(process.env[WORKER_VARIABLE] ?? "{}") as WorkerSettings;
// What it starts itself is no worker, and must not see the key.
delete process.env[WORKER_VARIABLE];
const stop = new AbortController();

// Whoever started it decides what Ctrl-C means.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => stop.abort());
if (!loadNative().dieWithParent(process.ppid)) process.exit();
try {
  setOwnProcess();
  const executors = WorkerExecutors.ofProcess(loadNative(), settings.threads);
  await runWorker(settings, executors, stop.signal);
} catch (error) {
  process.stderr.write(`${settings.name}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
process.exit();
