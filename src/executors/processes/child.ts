import { loadNative } from "../../native/load.js";
import { BatchRunner } from "../batch-runner.js";
import { beginAsWorker } from "../descent.js";
import { Programs } from "../program.js";
import { nameOutput } from "../task-output.js";
import { type FromChild, receive, send, sharedOf, type ToChild } from "./messages.js";

beginAsWorker(Number(process.argv[2]));
const binding = loadNative();
const runner = new BatchRunner();
let forgotten: number[] = [];
const programs = new Programs((run) => forgotten.push(run));
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
  const { parts = [], layers = [] } = program ?? {};
  const loaded = programs.of(run, () => ({ parts: receive(binding, process.ppid, parts), layers }));
  const buffers = receive(binding, process.ppid, batch.buffers);
  const results = await runner.run({ ...batch, run, traced, buffers }, loaded);
  const sent = send(binding, results.buffers);
  shared = [...shared, ...sharedOf(sent)];
  tell({
    kind: "results",
    results: { ...results, buffers: sent },
    limit: runner.limit,
    made: runner.made,
    forgotten,
  });
  forgotten = [];
}

function free(descriptors: readonly number[]): void {
  for (const descriptor of descriptors) binding.closeShared(descriptor);
  shared = shared.filter((descriptor) => !descriptors.includes(descriptor));
}

function tell(message: FromChild): void {
  process.send?.(message);
}
