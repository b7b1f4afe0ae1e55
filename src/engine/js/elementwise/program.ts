import { allocate, type DType, type TypedArray } from "../../../dtype/index.js";
import { BrambleError } from "../../../errors.js";
import type { Arg, Program, Step } from "../../../generated/layers.js";
import { castLoop, constantLanes } from "./casts.js";
import { type Lanes, Narrower, newLanes, store, TILE, TileReader } from "./lanes.js";
import type { Loop } from "./loops.js";
import { loopOf, operationOf } from "./ops.js";

/** A program that is ready to run over dense operands. */
export interface CompiledProgram {
  /** Computes `size` elements of operands that have as many. */
  run(operands: readonly TypedArray[], size: number): TypedArray;
}

interface CompiledStep {
  readonly loop: Loop;
  readonly args: readonly Arg[];
  readonly constants: ReadonlyMap<Arg, Lanes>;
  readonly dtype: DType;
  readonly out: Lanes;
  readonly narrower: Narrower;
}

/**
 * Prepares a program for operands of these dtypes. Its registers are tiles; no block is made but the result.
 *
 * @param most - the elements of the largest result.
 */
export function compile(program: Program, operandTypes: readonly DType[], most: number): CompiledProgram {
  const tile = Math.min(TILE, most);
  const steps = program.steps.map((step) => compileStep(step, tile));
  const dtype = resultType(program.result, steps, operandTypes);
  return {
    run(operands, size) {
      const result = allocate(dtype, size);
      const readers = operands.map((data, index) => new TileReader(operandTypes[index] ?? dtype, data));
      for (let start = 0; start < size; start += tile) {
        const count = Math.min(tile, size - start);
        const tiles = readers.map((reader) => reader.read(start, count));
        for (const step of steps) runStep(step, steps, tiles, count);
        store(valueOf(program.result, steps, tiles), count, result, start);
      }
      return result;
    },
  };
}

function compileStep(step: Step, tile: number): CompiledStep {
  const [loop, dtype, args, argTypes] = "cast" in step ? compileCast(step.cast) : compileApply(step.apply);
  const constants = new Map<Arg, Lanes>();
  for (const [index, arg] of args.entries()) {
    const argType = argTypes[index];
    if ("const" in arg && argType !== undefined) constants.set(arg, constantLanes(arg.const, argType, tile));
  }
  return { loop, args, constants, dtype, out: newLanes(dtype, tile), narrower: new Narrower(dtype, tile) };
}

type Parts = readonly [loop: Loop, dtype: DType, args: readonly Arg[], argTypes: readonly DType[]];

function compileCast({ from, to, arg }: Extract<Step, { cast: unknown }>["cast"]): Parts {
  return [castLoop(from, to), to, [arg], [from]];
}

function compileApply({ op, dtype, args }: Extract<Step, { apply: unknown }>["apply"]): Parts {
  const argTypes = args.map((_, index): DType => (op === "where" && index === 0 ? "bool" : dtype));
  return [loopOf(op, dtype), operationOf(op).isTest ? "bool" : dtype, args, argTypes];
}

function runStep(
  step: CompiledStep,
  steps: readonly CompiledStep[],
  tiles: readonly Lanes[],
  count: number,
): void {
  const [a, b, c, d] = step.args.map((arg) => step.constants.get(arg) ?? valueOf(arg, steps, tiles));
  if (a === undefined) throw noSuchValue();
  step.loop(step.out, count, a, b ?? a, c ?? a, d ?? a);
  step.narrower.narrow(step.out, count);
}

function valueOf(arg: Arg, steps: readonly CompiledStep[], tiles: readonly Lanes[]): Lanes {
  const lanes = "operand" in arg ? tiles[arg.operand] : "step" in arg ? steps[arg.step]?.out : undefined;
  if (lanes === undefined) throw noSuchValue();
  return lanes;
}

function resultType(result: Arg, steps: readonly CompiledStep[], operandTypes: readonly DType[]): DType {
  const dtype =
    "operand" in result
      ? operandTypes[result.operand]
      : "step" in result
        ? steps[result.step]?.dtype
        : undefined;
  if (dtype === undefined) throw noSuchValue();
  return dtype;
}

function noSuchValue(): BrambleError {
  return new BrambleError("INVALID_GRAPH", "a program uses a value that does not exist");
}
