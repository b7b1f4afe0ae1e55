import type { TypedArray } from "../../dtype/index.js";
import { taskFailure } from "../../executors/failure.js";
import { BrambleError } from "../../errors.js";
import type { Layer } from "../../generated/layers.js";
import type { WireGraph } from "../engine.js";
import { allBlocks, boxSize, countingChunks, NONE, type Range, rangeLength, widen } from "./axis.js";
import type { BlockNumbers } from "./block.js";
import { concatenateStage, diagonalStage, pairStage, permuteStage, reshapeStage } from "./layers/arrange.js";
import { assignStage } from "./layers/assign.js";
import { type CallContext, callStage, tasksStage, Thrown } from "./layers/call.js";
import { compressStage } from "./layers/compress.js";
import { alongStage } from "./layers/along.js";
import { createStage } from "./layers/create.js";
import { gatherStage } from "./layers/gather.js";
import { linearStage } from "./layers/linear.js";
import { overlapStage, trimStage } from "./layers/overlap.js";
import { mapStage } from "./layers/map.js";
import { reduceStages } from "./layers/reduce.js";
import { scanStages } from "./layers/scan.js";
import { selectStage } from "./layers/select.js";
import { sourceStage } from "./layers/source.js";
import { takeStage } from "./layers/take.js";
import type { Stage } from "./layers/stage.js";
import { writeStage } from "./layers/write.js";
import { behind, type Link, users } from "./links.js";
import { boxAround, type TaskCounts, type TaskEdges } from "./task-counts.js";

/** A stage in its plan. */
export interface PlannedStage extends Stage {
  /** The layer that it is of. */
  readonly layer: Layer;
  /** The blocks that the outputs may lead to: the box around them. */
  readonly wanted: readonly Range[];
  /** The stages that read it, once for each way in which they do. */
  readonly readers: readonly Reader[];
  /** Of explicit tasks: how often they and what they read are read. */
  readonly counts?: TaskCounts;
  /** How often a block that fails is made again. */
  readonly retries: number;
}

/** A stage that reads another. */
export interface Reader {
  readonly stage: number;
  /** Undefined for explicit tasks, which count what they read. */
  readonly link: Link | undefined;
}

/** Stages in the order in which they depend on each other. It is as large as the layers are many, not the blocks. */
export interface Plan {
  readonly stages: readonly PlannedStage[];
  /** Numbers of the stages whose blocks are the answer. */
  readonly outputs: readonly number[];
}

/** Lays out the stages of a graph. */
export function planOf(
  { layers: given, outputs, annotations = [] }: WireGraph,
  buffers: readonly TypedArray[],
  context: CallContext,
): Plan {
  const layers = given.map(inChunks);
  const stages: (Stage & { readonly layer: Layer })[] = [];
  /** Numbers of the stages that give the blocks of layers. */
  const last: number[] = [];
  for (const layer of layers) {
    try {
      const made = stagesOf(layer, layers, last, buffers, stages.length, context);
      stages.push(...made.map((stage) => ({ ...stage, layer })));
    } catch (error) {
      throw withLayer(error, layer);
    }
    last.push(stages.length - 1);
  }
  const wantedStages = outputs.map((output) => last[output] ?? -1);
  const readers = collectReaders(stages);
  const planned: PlannedStage[] = stages.map((stage, number) => ({
    ...stage,
    wanted: [],
    readers: readers[number] ?? [],
    retries: annotations[stage.layer.annotations ?? -1]?.retries ?? 0,
  }));
  const plan = { stages: planned, outputs: wantedStages };
  spreadWanted(plan);
  return plan;
}

/** A layer whose chunks of unknown length count as 1. */
function inChunks(layer: Layer): Layer {
  const { kind } = layer;
  const grid = countingChunks(layer.grid);
  if (!("map" in kind)) return { ...layer, grid };
  const operands = kind.map.operands.map((operand) => ({ ...operand, grid: countingChunks(operand.grid) }));
  return { ...layer, grid, kind: { map: { ...kind.map, operands } } };
}

/** The same error, saying in which layer and block it happened. */
export function withLayer(error: unknown, layer: Layer, block?: BlockNumbers): unknown {
  if (error instanceof Thrown)
    return taskFailure(error.error, { layer: layer.name, block: block ?? [], others: 0 });
  const context = { cause: error, layer: layer.name, block };
  if (error instanceof BrambleError) return new BrambleError(error.code, error.message, context);
  // Of memory, JavaScript complains by this class.
  if (error instanceof RangeError) return new BrambleError("OUT_OF_MEMORY", error.message, context);
  return new BrambleError("INTERNAL", error instanceof Error ? error.message : String(error), context);
}

/** How often a block is read; being an output counts once for each time it is one. */
export function usesOf({ stages, outputs }: Plan, number: number, block: BlockNumbers): number {
  let count = 0;
  const counts = stages[number]?.counts;
  if (counts !== undefined) return counts.uses[block[0] ?? 0] ?? 0;
  for (const output of outputs) count += output === number ? 1 : 0;
  for (const { stage, link } of stages[number]?.readers ?? []) {
    const reader = stages[stage];
    if (link !== undefined) count += users(link, block, reader?.wanted ?? []);
    else count += reader?.counts?.inputs.get(number)?.get(block.join()) ?? 0;
  }
  return count;
}

/** How many blocks of a layer the outputs lead to, in all its stages. */
export function wantedBlocks({ stages }: Plan, layer: Layer): number {
  const wanted = ({ counts, wanted: box }: PlannedStage): number =>
    counts === undefined ? boxSize(box) : counts.uses.filter((uses) => uses > 0).length;
  return stages.reduce((sum, stage) => sum + (stage.layer === layer ? wanted(stage) : 0), 0);
}

function stagesOf(
  layer: Layer,
  layers: readonly Layer[],
  last: readonly number[],
  buffers: readonly TypedArray[],
  next: number,
  context: CallContext,
): Stage[] {
  const { kind } = layer;
  if ("source" in kind) return [sourceStage(layer, kind.source, buffers)];
  if ("create" in kind) return [createStage(layer, kind.create)];
  const inputs = layer.inputs.map((input) => last[input] ?? -1);
  if ("map" in kind) return [mapStage(layer, kind.map, inputs)];
  if ("concatenate" in kind) return [concatenateStage(layer, kind.concatenate, inputs)];
  if ("pair" in kind) return [pairStage(layer, inputs)];
  const read = layer.inputs.map((from, number) => ({
    stage: inputs[number] ?? -1,
    grid: layers[from]?.grid ?? [],
    dtype: layers[from]?.dtype ?? layer.dtype,
  }));
  if ("call" in kind) return [callStage(layer, kind.call, read, context)];
  if ("tasks" in kind) return [tasksStage(layer, kind.tasks, read, next, context)];
  if ("lent" in kind)
    throw new BrambleError("INVALID_ARGUMENT", `${layer.name} is on a cluster, where alone it can be read`);
  const input = layers[layer.inputs[0] ?? -1];
  const [stage] = inputs;
  if (input === undefined || stage === undefined) {
    throw new BrambleError("INVALID_GRAPH", "a layer lacks the input that it reads");
  }
  if ("reduce" in kind)
    return reduceStages(layer, kind.reduce, { stage, dtype: input.dtype, grid: input.grid }, next);
  if ("select" in kind) return [selectStage(layer, kind.select, { stage, grid: input.grid })];
  if ("permute" in kind) return [permuteStage(layer, kind.permute, { stage, grid: input.grid })];
  if ("reshape" in kind) return [reshapeStage(layer, { stage, grid: input.grid })];
  if ("diagonal" in kind) return [diagonalStage(layer, kind.diagonal, { stage, grid: input.grid })];
  if ("overlap" in kind) return [overlapStage(layer, kind.overlap, { stage, grid: input.grid })];
  if ("trim" in kind) return [trimStage(layer, kind.trim, { stage, grid: input.grid })];
  if ("take" in kind) return [takeStage(layer, kind.take, { stage, grid: input.grid })];
  const second = layers[layer.inputs[1] ?? -1]?.grid ?? [];
  if ("compress" in kind) return [compressStage(layer, kind.compress, inputs, second)];
  if ("assign" in kind) return [assignStage(layer, kind.assign, inputs, second)];
  if ("write" in kind) return [writeStage(layer, kind.write, { stage, grid: input.grid }, input.dtype)];
  if ("scan" in kind)
    return scanStages(layer, kind.scan, { stage, dtype: input.dtype, grid: input.grid }, next);
  if ("along" in kind) return [alongStage(layer, kind.along, read)];
  if ("linear" in kind) return [linearStage(layer, kind.linear, read)];
  return [gatherStage(layer, { stage, grid: input.grid })];
}

/** From the outputs back, the box of blocks that each stage may have to make. */
function spreadWanted(plan: { readonly stages: PlannedStage[]; readonly outputs: readonly number[] }): void {
  const { stages, outputs } = plan;
  const wanted: Range[][] = stages.map(({ grid }, number) =>
    grid.map((axis) => (outputs.includes(number) ? allBlocks(axis) : NONE)),
  );
  /** A 0-d stage has no axis that could tell. */
  const isWanted = stages.map((_, number) => outputs.includes(number));
  for (let number = stages.length - 1; number >= 0; number -= 1) {
    const stage = stages[number];
    if (stage === undefined || !isWanted[number]) continue;
    // What reads a stage stands behind it and is complete.
    const planned = { ...stage, wanted: wanted[number] ?? [] };
    stages[number] = planned;
    const needs: readonly Needed[] =
      stage.edges === undefined
        ? stage.inputs.map(({ stage: from, link }) => ({ from, box: behind(link, planned.wanted) }))
        : countTasks(plan, number, stage.edges);
    for (const { from, box } of needs) {
      if (box.some((range) => rangeLength(range) === 0)) continue;
      isWanted[from] = true;
      wanted[from] = box.map((range, axis) => widen(wanted[from]?.[axis] ?? NONE, range));
    }
  }
}

/** The box of blocks that a stage needs of another. */
interface Needed {
  readonly from: number;
  readonly box: readonly Range[];
}

/** Counts how often explicit tasks are read, and gives what they need. */
function countTasks(
  plan: { readonly stages: PlannedStage[]; readonly outputs: readonly number[] },
  number: number,
  edges: TaskEdges,
): Needed[] {
  const { stages } = plan;
  const stage = stages[number] as PlannedStage;
  const outside = Array.from({ length: boxSize(stage.grid.map(allBlocks)) }, (_, task) =>
    usesOf(plan, number, [task]),
  );
  const counts = edges.count(outside);
  stages[number] = { ...stage, counts };
  return edges.stages.flatMap(({ stage: from, grid }) => {
    const box = boxAround(counts, from, grid);
    return box === undefined ? [] : [{ from, box }];
  });
}

function collectReaders(stages: readonly Stage[]): Reader[][] {
  const readers: Reader[][] = stages.map(() => []);
  for (const [number, { inputs, edges }] of stages.entries()) {
    for (const { stage, link } of inputs) readers[stage]?.push({ stage: number, link });
    // A stage that tasks have as two inputs counts once: its uses are counted by block.
    const read = new Set(edges?.stages.map(({ stage }) => stage));
    for (const stage of read) readers[stage]?.push({ stage: number, link: undefined });
  }
  return readers;
}
