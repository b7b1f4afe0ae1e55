import { bytesOf } from "../dtype/index.js";
import type { Answer, RunRequest } from "../engine/engine.js";
import { answersOf } from "../engine/native-answers.js";
import { decodeValue } from "../executors/codec.js";
import { encodeProgram } from "../executors/program.js";
import { encode } from "../graph/index.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";
import { checkResultsFit } from "./result-size.js";
import type { SurroundingsCheck } from "./surroundings.js";

/** Computes a graph on the cluster of a client. */
export async function runOnCluster(
  client: number,
  request: RunRequest,
  surroundings: SurroundingsCheck,
): Promise<Answer[]> {
  const {
    layers,
    outputs,
    annotations = [],
    buffers,
    functions = [],
    args = [],
    signal,
    onProgress,
  } = request;
  checkResultsFit(layers, outputs);
  const hasCalls = layers.some(({ kind }) => "call" in kind || "tasks" in kind);
  if (hasCalls) surroundings.beforeCalls();
  const program = hasCalls ? encodeProgram({ functions, args }) : undefined;
  signal?.throwIfAborted();
  let failure: { readonly error: unknown } | undefined;
  const started = withOwnErrors(() =>
    loadNative().runOnCluster(
      client,
      encode({ layers, outputs, annotations }),
      buffers.map(bytesOf),
      program,
      (batch) => {
        try {
          onProgress?.(batch);
        } catch (error) {
          failure ??= { error };
          started.cancel();
        }
      },
    ),
  );
  const cancel = (): void => started.cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    const outcome = await started.result;
    signal?.throwIfAborted();
    if (failure !== undefined) throw failure.error;
    return await answersOf(outcome, { valueOf: decodeValue });
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}
