import { setImmediate } from "node:timers/promises";
import { allocate, type TypedArray } from "../../dtype/index.js";
import type { Layer } from "../../generated/layers.js";
import { gridShape, product } from "../../graph/index.js";
import type { BlockArray, RunRequest } from "../engine.js";
import { allBlocks, blockInBox, boxSize, extentsOf } from "./axis.js";
import { copyStrided, denseStrides } from "./copy.js";
import { Execution } from "./execution.js";
import { type Plan, type PlannedStage, planOf, withLayer } from "./plan.js";
import { Progress } from "./progress.js";

/** How long the event loop may wait, in milliseconds: for signals, timers and whatever else the process does. */
const SLICE = 20;

/** Executes a graph, block by block. */
export async function run(request: RunRequest): Promise<BlockArray[]> {
  const { signal, onProgress } = request;
  signal?.throwIfAborted();
  const plan = planOf(request, request.buffers);
  await prepare(plan);
  const progress = new Progress(plan, onProgress);
  let sliceStart = performance.now();
  async function pause(): Promise<void> {
    progress.tellNowAndThen();
    await setImmediate();
    sliceStart = performance.now();
    signal?.throwIfAborted();
  }
  const execution = new Execution(plan, ({ layer }) => {
    progress.count(layer);
    return performance.now() - sliceStart < SLICE ? undefined : pause();
  });
  const results: BlockArray[] = [];
  for (const output of plan.outputs) results.push(await assemble(plan, execution, output));
  signal?.throwIfAborted();
  progress.tell();
  return results;
}

/** Opens what the outputs lead to. */
async function prepare({ stages }: Plan): Promise<void> {
  for (const stage of stages) {
    if (boxSize(stage.wanted) === 0) continue;
    try {
      await stage.prepare?.();
    } catch (error) {
      throw withLayer(error, stage.layer);
    }
  }
}

function allocateResult(layer: Layer, shape: readonly number[]): TypedArray {
  try {
    return allocate(layer.dtype, product(shape));
  } catch (error) {
    throw withLayer(error, layer);
  }
}

/** Puts the blocks of an output together. */
async function assemble({ stages }: Plan, execution: Execution, output: number): Promise<BlockArray> {
  const { layer } = stages[output] as PlannedStage;
  const shape = gridShape(layer.grid);
  const data = allocateResult(layer, shape);
  const strides = denseStrides(shape);
  const box = layer.grid.map(allBlocks);
  const count = boxSize(box);
  for (let place = 0; place < count; place += 1) {
    const numbers = blockInBox(box, place);
    const block = await execution.take(output, numbers);
    const extents = extentsOf(layer.grid, numbers);
    const offset = extents.reduce((sum, { start }, axis) => sum + start * (strides[axis] ?? 0), 0);
    copyStrided(
      { data, offset, strides },
      { data: block.data, offset: 0, strides: denseStrides(block.shape) },
      block.shape,
    );
  }
  return { dtype: layer.dtype, shape, data };
}
