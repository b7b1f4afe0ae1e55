import { currentCluster, type Elsewhere } from "../cluster/current.js";
import { bytesOf } from "../dtype/index.js";
import { BrambleError } from "../errors.js";
import { callMakerFor } from "../executors/index.js";
import { clock } from "../executors/clock.js";
import { decodeGraph, encode } from "../graph/index.js";
import type { NativeBinding, NativeHdf5File } from "../native/binding.js";
import { loadNative } from "../native/load.js";
import { withOwnErrors } from "../native/own-errors.js";
import type {
  Answer,
  AttributeValue,
  Engine,
  HDF5Backend,
  HDF5Node,
  Outline,
  RunRequest,
  WireGraph,
} from "./engine.js";
import { FirstFailure } from "./first-failure.js";
import { createFrameBackend } from "./native-frames.js";
import { readAttributes, readNode } from "./hdf5-json.js";
import { answersOf } from "./native-answers.js";
import { TaskReader } from "./native-tasks.js";

/** The Rust core as an engine. */
export function createNativeEngine(): Engine {
  const binding = loadNative();
  return {
    name: "native",
    run: (request) => run(binding, request),
    openHDF5: (path) => openHDF5(binding, path),
    explain: (graph) => withOwnErrors(() => binding.explain(encodeGraph(graph))),
    simplify: (graph) => decodeGraph(withOwnErrors(() => binding.simplify(encodeGraph(graph)))),
    outline: (graph, { optimized, most }) =>
      JSON.parse(withOwnErrors(() => binding.outline(encodeGraph(graph), optimized, most))) as Outline,
    frames: createFrameBackend(binding),
  };
}

function openHDF5({ Hdf5File }: NativeBinding, path: string): NativeHDF5 {
  if (Hdf5File !== undefined) return new NativeHDF5(withOwnErrors(() => new Hdf5File(path)));
  throw new BrambleError(
    "NOT_INSTALLED",
    "HDF5 is not in what is installed: npm install bramble-array, or bramble for everything",
  );
}

async function run(binding: NativeBinding, request: RunRequest): Promise<readonly Answer[]> {
  const { signal, onProgress } = request;
  if (request.scheduler === "distributed") return clusterOf(request).execute(request);
  signal?.throwIfAborted();
  const failure = new FirstFailure(() => started.cancel());
  const maker = callMakerFor(binding, request);
  const options = {
    scheduler: request.scheduler,
    numWorkers: request.numWorkers ?? 0,
    memoryLimit: request.memoryLimit,
    spillFolder: request.spillFolder,
    queue: maker?.queue ?? 0,
    program: maker?.program,
    now: clock(),
  };
  const tasks = request.onTasks === undefined ? undefined : new TaskReader(request);
  const started = withOwnErrors(() =>
    binding.run(
      encodeGraph(request),
      request.buffers.map(bytesOf),
      options,
      (batch) => failure.guard(() => onProgress?.(batch)),
      tasks && ((batch) => failure.guard(() => tasks.read(batch))),
    ),
  );
  maker?.begin((error) => failure.note(error));
  const cancel = (): void => {
    started.cancel();
    maker?.abort(signal?.reason);
  };
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    const outcome = await started.result;
    await tasks?.all(outcome.taskBatches ?? 0);
    signal?.throwIfAborted();
    failure.throwIfAny();
    return await answersOf(outcome, maker);
  } finally {
    signal?.removeEventListener("abort", cancel);
    maker?.end();
  }
}

function clusterOf({ scheduler }: RunRequest): Elsewhere {
  const cluster = currentCluster();
  if (cluster !== undefined) return cluster;
  throw new BrambleError(
    "INVALID_ARGUMENT",
    `options.scheduler is "${scheduler}", and there is no client: connect one with Client.connect()`,
  );
}

function encodeGraph({ layers, outputs, annotations = [] }: WireGraph): Uint8Array {
  return encode({ layers, outputs, annotations });
}

/** An open file; every error that the addon throws becomes one of ours, with the caller's stack. */
class NativeHDF5 implements HDF5Backend {
  readonly #file: NativeHdf5File;

  constructor(file: NativeHdf5File) {
    this.#file = file;
  }

  node(path: string): HDF5Node {
    return readNode(withOwnErrors(() => this.#file.node(path)));
  }

  keys(path: string): string[] {
    return withOwnErrors(() => this.#file.keys(path));
  }

  attrs(path: string): Record<string, AttributeValue> {
    return readAttributes(withOwnErrors(() => this.#file.attrs(path)));
  }

  close(): void {
    withOwnErrors(() => this.#file.close());
  }
}
