import { setImmediate } from "node:timers/promises";
import { allocate, type TypedArray } from "../../dtype/index.js";
import { GRACE } from "../../executors/current-task.js";
import type { Grid, Layer } from "../../generated/layers.js";
import { axisBlocks, axisOfChunks, gridShape, isKnownAxis, isKnownGrid, product } from "../../graph/index.js";
import type { Answer, BlockArray, BlockValues, RunRequest } from "../engine.js";
import { allBlocks, blockInBox, boxSize, extentsOf } from "./axis.js";
import type { Block, BlockNumbers, ValueBlock } from "./block.js";
import { copyStrided, denseStrides } from "./copy.js";
import { Execution } from "./execution.js";
import type { CallContext } from "./layers/call.js";
import { type Plan, type PlannedStage, planOf, withLayer } from "./plan.js";
import { Progress } from "./progress.js";
import { TaskList } from "./task-list.js";

/** How long the event loop may wait, in milliseconds: for signals, timers and whatever else the process does. */
const SLICE = 20;

/** Executes a graph, block by block. */
export async function run(request: RunRequest): Promise<Answer[]> {
  const { signal } = request;
  signal?.throwIfAborted();
  let giveUp: (reason: unknown) => void = () => {};
  let grace: NodeJS.Timeout | undefined;
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  // Whether somebody waits is not for this promise to say.
  givenUp.catch(() => {});
  const context: CallContext = { functions: request.functions ?? [], args: request.args ?? [], givenUp };
  const abort = (): void => {
    context.task?.abort(signal?.reason);
    grace = setTimeout(giveUp, GRACE, signal?.reason);
  };
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await runPlan(planOf(request, request.buffers, context), request);
  } catch (error) {
    // A function that was told to stop has thrown.
    signal?.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(grace);
    signal?.removeEventListener("abort", abort);
  }
}

/** Runs a plan; what it writes is put in its place if all has succeeded, and otherwise taken away. */
async function runPlan(plan: Plan, request: RunRequest): Promise<Answer[]> {
  try {
    const results = await execute(plan, request);
    for (const stage of plan.stages) stage.commit?.();
    return results;
  } catch (error) {
    for (const stage of plan.stages) stage.abort?.();
    throw error;
  }
}

async function execute(plan: Plan, { signal, onProgress, onTasks }: RunRequest): Promise<Answer[]> {
  await prepare(plan);
  const progress = new Progress(plan, onProgress);
  const tasks = onTasks && new TaskList(onTasks);
  let sliceStart = performance.now();
  async function pause(): Promise<void> {
    progress.tellNowAndThen();
    tasks?.tell();
    await setImmediate();
    sliceStart = performance.now();
    signal?.throwIfAborted();
  }
  const execution = new Execution(plan, ({ layer }, block, begun) => {
    progress.count(layer);
    tasks?.add(layer, block, begun);
    return performance.now() - sliceStart < SLICE ? undefined : pause();
  });
  const results: Answer[] = [];
  try {
    for (const output of plan.outputs) {
      const { layer } = plan.stages[output] as PlannedStage;
      results.push(await (givesValues(layer) ? collect : assemble)(plan, execution, output));
    }
  } finally {
    tasks?.tell();
  }
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

function givesValues({ kind }: Layer): boolean {
  return "tasks" in kind || ("call" in kind && kind.call.values);
}

/** The values of all blocks of an output. */
async function collect({ stages }: Plan, execution: Execution, output: number): Promise<BlockValues> {
  const box = (stages[output] as PlannedStage).grid.map(allBlocks);
  const values: unknown[] = [];
  const count = boxSize(box);
  for (let place = 0; place < count; place += 1) {
    const made = (await execution.take(output, blockInBox(box, place))) as ValueBlock;
    values.push(made.value);
  }
  return { values };
}

/** A block of an output and its place. */
interface Piece {
  readonly numbers: BlockNumbers;
  readonly block: Block;
}

/** Puts the blocks of an output together; where lengths are unknown, once they have all been made. */
async function assemble({ stages }: Plan, execution: Execution, output: number): Promise<BlockArray> {
  const { layer } = stages[output] as PlannedStage;
  const box = layer.grid.map(allBlocks);
  const count = boxSize(box);
  let whole = isKnownGrid(layer.grid) ? new Whole(layer, layer.grid) : undefined;
  const pieces: Piece[] = [];
  for (let place = 0; place < count; place += 1) {
    const numbers = blockInBox(box, place);
    const piece = { numbers, block: (await execution.take(output, numbers)) as Block };
    if (whole === undefined) pieces.push(piece);
    else whole.place(piece);
  }
  whole ??= new Whole(layer, measuredGrid(layer.grid, pieces));
  for (const piece of pieces) whole.place(piece);
  return whole.result;
}

/** A result that is filled block by block. */
class Whole {
  readonly result: BlockArray;
  readonly #strides: readonly number[];

  constructor(layer: Layer, grid: Grid) {
    const shape = gridShape(grid);
    this.result = { dtype: layer.dtype, shape, data: allocateResult(layer, shape), grid };
    this.#strides = denseStrides(shape);
  }

  place({ numbers, block }: Piece): void {
    const { data, grid } = this.result;
    const strides = this.#strides;
    const extents = extentsOf(grid, numbers);
    const offset = extents.reduce((sum, { start }, axis) => sum + start * (strides[axis] ?? 0), 0);
    copyStrided(
      { data, offset, strides },
      { data: block.data, offset: 0, strides: denseStrides(block.shape) },
      block.shape,
    );
  }
}

/** A grid with the lengths that its blocks turned out to have. */
function measuredGrid(grid: Grid, pieces: readonly Piece[]): Grid {
  return grid.map((axis, number) => {
    if (isKnownAxis(axis)) return axis;
    const lengths = Array.from({ length: axisBlocks(axis) }, () => 0);
    for (const { numbers, block } of pieces) lengths[numbers[number] ?? 0] = block.shape[number] ?? 0;
    return axisOfChunks(lengths);
  });
}
