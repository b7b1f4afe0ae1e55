import { bytesOf } from "../dtype/index.js";
import type { Answer, RunRequest } from "../engine/engine.js";
import { FirstFailure } from "../engine/first-failure.js";
import { answersOf } from "../engine/native-answers.js";
import { decodeValue } from "../executors/codec.js";
import { encodeWholeProgram } from "../executors/program.js";
import { encode } from "../graph/index.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";
import { DoneTaskReader } from "./done-tasks.js";
import { checkResultsFit } from "./result-size.js";
import type { SurroundingsCheck } from "./surroundings.js";

/** Computes a graph on the cluster of a client. */
export async function runOnCluster(
  client: number,
  request: RunRequest,
  surroundings: SurroundingsCheck,
): Promise<Answer[]> {
  const { signal, onProgress, onTasks } = request;
  checkResultsFit(request.layers, request.outputs);
  const { graph, buffers, program } = encodeRun(request, surroundings);
  signal?.throwIfAborted();
  const failure = new FirstFailure(() => started.cancel());
  const tasks = onTasks && new DoneTaskReader(onTasks);
  const started = withOwnErrors(() =>
    loadNative().runOnCluster(
      client,
      graph,
      buffers,
      program,
      (batch) => failure.guard(() => onProgress?.(batch)),
      tasks && ((done) => failure.guard(() => tasks.read(done))),
    ),
  );
  const cancel = (): void => started.cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    const outcome = await started.result;
    await tasks?.all(outcome.taskBatches ?? 0);
    signal?.throwIfAborted();
    failure.throwIfAny();
    return await answersOf(outcome, { valueOf: decodeValue });
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}

/** What a cluster is handed. */
export interface EncodedRun {
  readonly graph: Uint8Array;
  readonly buffers: readonly Uint8Array[];
  /** What its calls refer to, if there are any. */
  readonly program: Uint8Array | undefined;
}

/** Encodes a graph for the cluster. */
export function encodeRun(
  { layers, outputs, annotations = [], buffers, functions = [], args = [] }: RunRequest,
  surroundings: SurroundingsCheck,
): EncodedRun {
  const hasCalls = layers.some(({ kind }) => "call" in kind || "tasks" in kind);
  if (hasCalls) surroundings.beforeCalls();
  return {
    graph: encode({ layers, outputs, annotations }),
    buffers: buffers.map(bytesOf),
    program: hasCalls ? encodeWholeProgram({ functions, args }) : undefined,
  };
}
