import { loadNative } from "../../native/load.js";
import { BatchRunner } from "../batch-runner.js";
import { Programs } from "../program.js";
import { nameOutput } from "../task-output.js";
import { type FromChild, receive, send, sharedOf, type ToChild } from "./messages.js";

const binding = loadNative();
const runner = new BatchRunner();
const programs = new Programs();
let shared: number[] = [];

// The parent decides what Ctrl-C means; without it there is nothing to do here.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit());
if (!binding.dieWithParent(process.ppid)) process.exit();
nameOutput(() => runner.task?.name);

process.on("message", (message: ToChild) => {
  if (message.kind === "stop") runner.stop(message.tickets);
  else if (message.kind === "free") free(message.descriptors);
  else void work(message);
});
tell({ kind: "ready" });

async function work({ run, traced, batch, program }: Extract<ToChild, { kind: "batch" }>): Promise<void> {
  const loaded = programs.of(run, () => program ?? { program: new Uint8Array(), layers: [] });
  const buffers = receive(binding, process.ppid, batch.buffers);
  const results = await runner.run({ ...batch, run, traced, buffers }, loaded);
  const sent = send(binding, results.buffers);
  shared = [...shared, ...sharedOf(sent)];
  tell({ kind: "results", results: { ...results, buffers: sent }, limit: runner.limit });
}

function free(descriptors: readonly number[]): void {
  for (const descriptor of descriptors) binding.closeShared(descriptor);
  shared = shared.filter((descriptor) => !descriptors.includes(descriptor));
}

function tell(message: FromChild): void {
  process.send?.(message);
}
