import { arrayOfResult, checkBlock } from "../../../executors/block-result.js";
import { callAs, Task } from "../../../executors/current-task.js";
import { argumentsOf, isPromise } from "../../../executors/run-call.js";
import { NDArray } from "../../../array/ndarray.js";
import type { Call, DType, Grid, Layer, Project, Tasks } from "../../../generated/layers.js";
import { gridBlocks, isKnownAxis, NO_ENTRY } from "../../../graph/index.js";
import type { Argument, BlockInfo, TaskFunction } from "../../engine.js";
import { extentsOf } from "../axis.js";
import type { BlockNumbers, Made } from "../block.js";
import { projectLink } from "../links.js";
import { TaskEdges } from "../task-counts.js";
import type { Stage, StageOfLayer } from "./stage.js";

/** The functions and arguments that calls name, and the task that is being done. */
export interface CallContext {
  readonly functions: readonly TaskFunction[];
  readonly args: readonly (readonly Argument[])[];
  task?: Task;
  /** Rejects when nobody waits any more for a function that was told to stop. */
  readonly givenUp: Promise<never>;
}

/** An input of a call with its element type, which says nothing where it gives values. */
export interface CallInput extends StageOfLayer {
  readonly dtype: DType;
}

/** Carries whatever a function threw to where its task is known. */
export class Thrown extends Error {
  readonly error: unknown;

  constructor(error: unknown) {
    super("a function threw");
    this.error = error;
  }
}

/** Calls a function of blocks. */
export function callStage(
  layer: Layer,
  call: Call,
  inputs: readonly CallInput[],
  context: CallContext,
): Stage {
  const { grid } = layer;
  return {
    grid,
    inputs: inputs.map(({ stage, grid: theirs }, number) => ({
      stage,
      link: projectLink(call.reads[number] ?? [], theirs, grid),
    })),
    run(block, blocks: readonly (readonly Made[])[]) {
      const slots = blocks.map((read, number) => {
        const dtype = inputs[number]?.dtype ?? layer.dtype;
        const values = read.map((entry) => valueOf(entry, dtype, call.values));
        return call.reads[number]?.some(isList) === true ? values : values[0];
      });
      const info = call.info ? infoOf(grid, block) : undefined;
      const made = makeCall(layer, block, call.function, call.arguments, slots, info, context);
      const toMade = (result: unknown): Made =>
        call.values ? { value: result } : blockOf(layer, block, result);
      return isPromise(made) ? Promise.resolve(made).then(toMade) : toMade(made);
    },
  };
}

/** Calls functions as explicit tasks say. */
export function tasksStage(
  layer: Layer,
  tasks: Tasks,
  inputs: readonly CallInput[],
  own: number,
  context: CallContext,
): Stage {
  const edges = new TaskEdges(tasks, inputs, own);
  const dtypes = new Map(inputs.map(({ stage, dtype }) => [stage, dtype]));
  return {
    grid: layer.grid,
    inputs: [],
    edges,
    run(block, blocks: readonly (readonly Made[])[]) {
      const [task = 0] = block;
      const called = tasks.functions[task] ?? NO_ENTRY;
      const stages = edges.of(task).map(({ stage }) => stage);
      const slots = blocks
        .flat()
        .map((entry, slot) => valueOf(entry, dtypes.get(stages[slot] ?? own) ?? layer.dtype, true));
      if (called === NO_ENTRY) return { value: slots[0] };
      const args = tasks.arguments[task] ?? NO_ENTRY;
      const made = makeCall(layer, block, called, args, slots, undefined, context);
      return isPromise(made) ? Promise.resolve(made).then((value) => ({ value })) : { value: made };
    },
  };
}

/** What a function gave, or a promise of it. */
function makeCall(
  layer: Layer,
  block: BlockNumbers,
  called: number,
  args: number,
  slots: readonly unknown[],
  info: BlockInfo | undefined,
  context: CallContext,
): unknown {
  const run = context.functions[called] as (...args: readonly unknown[]) => unknown;
  const task = new Task(() => `${layer.name} (${block.join(", ")})`);
  context.task = task;
  try {
    const result = callAs(task, run, argumentsOf({ template: context.args[args], slots, info }));
    if (!isPromise(result)) return result;
    return Promise.race([result, context.givenUp]).catch((error: unknown) => {
      throw new Thrown(error);
    });
  } catch (error) {
    throw new Thrown(error);
  }
}

/** A function gets elements of its own, to which it may write. To a task an array of no axes is a number. */
function valueOf(made: Made, dtype: DType, isValue: boolean): unknown {
  if ("value" in made) return made.value;
  const { data, shape } = made;
  const array = new NDArray(data.slice(), shape, { dtype });
  return isValue && shape.length === 0 ? array.item() : array;
}

function blockOf(layer: Layer, block: BlockNumbers, result: unknown): Made {
  const { dtype, grid } = layer;
  const array = arrayOfResult(result).contiguous();
  const shape = extentsOf(grid, block).map(({ length }, axis) =>
    isKnownAxis(grid[axis] ?? []) ? length : undefined,
  );
  checkBlock(array, { dtype, shape });
  return { data: array.data, shape: array.shape };
}

function infoOf(grid: Grid, block: BlockNumbers): BlockInfo {
  const extents = extentsOf(grid, block);
  return {
    block,
    start: extents.map(({ start }) => start),
    shape: extents.map(({ length }) => length),
    numBlocks: gridBlocks(grid),
  };
}

function isList(project: Project): boolean {
  return project === "all" || "group" in project;
}
