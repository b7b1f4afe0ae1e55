import type { TypedArray } from "../../dtype/index.js";
import { BrambleError } from "../../errors.js";
import type { Layer } from "../../generated/layers.js";
import type { WireGraph } from "../engine.js";
import { allBlocks, boxSize, countingChunks, NONE, type Range, rangeLength, widen } from "./axis.js";
import type { BlockNumbers } from "./block.js";
import { concatenateStage, diagonalStage, permuteStage, reshapeStage } from "./layers/arrange.js";
import { compressStage } from "./layers/compress.js";
import { createStage } from "./layers/create.js";
import { gatherStage } from "./layers/gather.js";
import { mapStage } from "./layers/map.js";
import { reduceStages } from "./layers/reduce.js";
import { selectStage } from "./layers/select.js";
import { sourceStage } from "./layers/source.js";
import type { Stage, StageInput } from "./layers/stage.js";
import { behind, type Link, users } from "./links.js";

/** A stage in its plan. */
export interface PlannedStage extends Stage {
  /** The layer that it is of. */
  readonly layer: Layer;
  /** The blocks that the outputs may lead to: the box around them. */
  readonly wanted: readonly Range[];
  /** The stages that read it, once for each way in which they do. */
  readonly readers: readonly Reader[];
}

/** A stage that reads another. */
export interface Reader {
  readonly stage: number;
  readonly link: Link;
}

/** Stages in the order in which they depend on each other. It is as large as the layers are many, not the blocks. */
export interface Plan {
  readonly stages: readonly PlannedStage[];
  /** Numbers of the stages whose blocks are the answer. */
  readonly outputs: readonly number[];
}

/** Lays out the stages of a graph. */
export function planOf({ layers: given, outputs }: WireGraph, buffers: readonly TypedArray[]): Plan {
  const layers = given.map(inChunks);
  const stages: (Stage & { readonly layer: Layer })[] = [];
  /** Numbers of the stages that give the blocks of layers. */
  const last: number[] = [];
  for (const layer of layers) {
    try {
      const made = stagesOf(layer, layers, last, buffers, stages.length);
      stages.push(...made.map((stage) => ({ ...stage, layer })));
    } catch (error) {
      throw withLayer(error, layer);
    }
    last.push(stages.length - 1);
  }
  const wantedStages = outputs.map((output) => last[output] ?? -1);
  const wanted = spreadWanted(stages, wantedStages);
  const readers = collectReaders(stages);
  return {
    stages: stages.map((stage, number) => ({
      ...stage,
      wanted: wanted[number] ?? [],
      readers: readers[number] ?? [],
    })),
    outputs: wantedStages,
  };
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
export function withLayer(error: unknown, layer: Layer, block?: BlockNumbers): BrambleError {
  const context = { cause: error, layer: layer.name, block };
  if (error instanceof BrambleError) return new BrambleError(error.code, error.message, context);
  // Of memory, JavaScript complains by this class.
  if (error instanceof RangeError) return new BrambleError("OUT_OF_MEMORY", error.message, context);
  return new BrambleError("INTERNAL", error instanceof Error ? error.message : String(error), context);
}

/** How often a block is read; being an output counts once for each time it is one. */
export function usesOf({ stages, outputs }: Plan, number: number, block: BlockNumbers): number {
  let count = 0;
  for (const output of outputs) count += output === number ? 1 : 0;
  for (const { stage, link } of stages[number]?.readers ?? []) {
    count += users(link, block, stages[stage]?.wanted ?? []);
  }
  return count;
}

/** How many blocks of a layer the outputs lead to, in all its stages. */
export function wantedBlocks({ stages }: Plan, layer: Layer): number {
  return stages.reduce((sum, stage) => sum + (stage.layer === layer ? boxSize(stage.wanted) : 0), 0);
}

function stagesOf(
  layer: Layer,
  layers: readonly Layer[],
  last: readonly number[],
  buffers: readonly TypedArray[],
  next: number,
): Stage[] {
  const { kind } = layer;
  if ("source" in kind) return [sourceStage(layer, kind.source, buffers)];
  if ("create" in kind) return [createStage(layer, kind.create)];
  const inputs = layer.inputs.map((input) => last[input] ?? -1);
  if ("map" in kind) return [mapStage(layer, kind.map, inputs)];
  if ("concatenate" in kind) return [concatenateStage(layer, kind.concatenate, inputs)];
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
  if ("compress" in kind) {
    const mask = layers[layer.inputs[1] ?? -1];
    return [compressStage(layer, kind.compress, inputs, mask?.grid ?? [])];
  }
  return [gatherStage(layer, { stage, grid: input.grid })];
}

/** From the outputs back, the box of blocks that each stage may have to make. */
function spreadWanted(stages: readonly Stage[], outputs: readonly number[]): Range[][] {
  const wanted: Range[][] = stages.map(({ grid }, number) =>
    grid.map((axis) => (outputs.includes(number) ? allBlocks(axis) : NONE)),
  );
  /** A 0-d stage has no axis that could tell. */
  const isWanted = stages.map((_, number) => outputs.includes(number));
  for (let number = stages.length - 1; number >= 0; number -= 1) {
    if (!isWanted[number]) continue;
    for (const { stage, link } of stages[number]?.inputs ?? []) {
      const needed = behind(link, wanted[number] ?? []);
      if (needed.some((range) => rangeLength(range) === 0)) continue;
      isWanted[stage] = true;
      wanted[stage] = needed.map((range, axis) => widen(wanted[stage]?.[axis] ?? NONE, range));
    }
  }
  return wanted;
}

function collectReaders(stages: readonly { readonly inputs: readonly StageInput[] }[]): Reader[][] {
  const readers: Reader[][] = stages.map(() => []);
  for (const [number, { inputs }] of stages.entries()) {
    for (const { stage, link } of inputs) readers[stage]?.push({ stage: number, link });
  }
  return readers;
}
