import type { RunRequest } from "../engine/engine.js";
import type { NativeBinding } from "../native/binding.js";
import type { CallMaker } from "./call-maker.js";
import { InThread } from "./in-thread.js";

export type { CallMaker } from "./call-maker.js";

/** Who makes the calls of a run; undefined if there are none to make. */
export function callMakerFor(binding: NativeBinding, request: RunRequest): CallMaker | undefined {
  const hasCalls = request.layers.some(({ kind }) => "call" in kind || "tasks" in kind);
  if (!hasCalls) return undefined;
  const tables = { functions: request.functions ?? [], args: request.args ?? [] };
  return new InThread(binding, tables);
}
