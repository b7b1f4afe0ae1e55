import { isComplex, partType } from "../../dtype/index.js";
import type { TaskFunction } from "../../engine/engine.js";
import { callComplex, type ComplexCall } from "../../executors/complex-call.js";
import { interleaved, isKnownAxis, isPaired, type Node, pairNode } from "../../graph/index.js";
import type { CallParts } from "../call-blocks.js";
import { select } from "../select.js";
import { oneChunk } from "../statistics/along.js";

/** For each function what calls it with complex blocks, by which of them are. */
const made = new WeakMap<TaskFunction, Map<string, TaskFunction>>();

/**
 * Calls a function of blocks of which some are complex, or which gives such: the layer reads and makes their parts, along a
 * last axis.
 */
export function callWithParts(parts: CallParts, callReal: (parts: CallParts) => Node): Node {
  const { label, called, reads, args, dtype, grid } = parts;
  const takes = (args ?? reads.map((_, slot) => ({ slot }))).map(
    (argument) => "slot" in argument && reads.slice(argument.slot, argument.slot + 1).some(isOfPairs),
  );
  const isKnown = grid.map(isKnownAxis);
  const calls: CallParts = {
    ...parts,
    called: joining(called, { takes, gives: dtype, isKnown }),
    reads: reads.map((read) => (isOfPairs(read) ? withParts(read) : read)),
  };
  if (!isComplex(dtype)) return callReal(calls);
  const both = callReal({ ...calls, dtype: partType(dtype), grid: [...grid, oneChunk(2)] });
  const part = (at: 0 | 1): Node => select(both, [...grid.map(() => ":"), at]);
  return pairNode(label, [part(0), part(1)]);
}

function isOfPairs({ node }: CallParts["reads"][number]): boolean {
  return isPaired(node);
}

/** Of an array of complex numbers that of its parts, which lie along a last axis. */
function withParts({ node, read }: CallParts["reads"][number]): CallParts["reads"][number] {
  return { node: interleaved(node), read: [...read, { at: 0 }] };
}

/** A function that calls another with complex blocks; the same for the same function and blocks. */
function joining(called: TaskFunction, call: ComplexCall): TaskFunction {
  const key = JSON.stringify(call);
  const known = made.get(called) ?? new Map<string, TaskFunction>();
  made.set(called, known);
  let joins = known.get(key);
  if (joins === undefined) {
    joins = (...args: never[]): unknown => callComplex(called, call, args);
    Object.defineProperty(joins, "name", { value: called.name, configurable: true });
    known.set(key, joins);
  }
  return joins;
}
