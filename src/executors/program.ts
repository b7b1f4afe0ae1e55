import { learnTasks } from "../bag/tasks/index.js";
import type { Argument, TaskFunction } from "../engine/engine.js";
import type { NativeProgram } from "../native/binding.js";
import { encode } from "../values/index.js";
import type { Link } from "../values/trail.js";
import { isOurs } from "../values/written-at.js";
import { pack, unpack, VALUES } from "./codec.js";

/** What calls refer to by number. */
export interface CallTables {
  readonly functions: readonly TaskFunction[];
  readonly args: readonly (readonly Argument[])[];
}

/** What calls of a run refer to, with the names of its layers. */
export interface Program extends CallTables {
  readonly layers: readonly string[];
}

/**
 * Functions and arguments for executors in other threads and processes.
 *
 * @throws {BrambleError} `CANNOT_TRAVEL`, with what leads to what cannot travel.
 */
export function encodeProgram({ functions, args }: CallTables): Uint8Array {
  return pack(encode({ functions, args }, "what the tasks call", firstOfOthers));
}

/** The first link of a trail that is not of these tables, nor a function of ours around one of somebody else. */
function firstOfOthers(trail: readonly Link[]): number | undefined {
  const first = trail[0]?.key === "functions" ? 1 : firstValue(trail);
  const around = trail[first]?.value;
  if (typeof around !== "function" || !isOurs(around)) return first;
  const inner = trail.findIndex(
    ({ value }, at) => at > first && typeof value === "function" && !isOurs(value),
  );
  return inner === -1 ? first : inner;
}

/** Which link is the value of an argument, which may lie in lists and records of arguments. */
function firstValue(trail: readonly Link[]): number {
  let at = 2;
  for (;;) {
    const argument = trail[at]?.value;
    if (typeof argument !== "object" || argument === null || "value" in argument) return at + 1;
    // From a list to its entry there are two links, as from a record.
    at += 2;
  }
}

/** Loads what a run of another thread or process calls. */
export async function loadProgram({ program, layers }: NativeProgram): Promise<Program> {
  learnTasks();
  const tables = (await VALUES.decode(unpack(program))) as CallTables;
  return { ...tables, layers };
}

/** Programs of some runs are kept, for several may be under way at the same time. */
const KEPT = 16;

/** The programs of the runs that an executor works for. */
export class Programs {
  readonly #kept = new Map<number, Promise<Program>>();

  /** The program of a run, described when it is first seen. */
  of(run: number, describe: () => NativeProgram): Promise<Program> {
    let program = this.#kept.get(run);
    if (program === undefined) {
      program = loadProgram(describe());
      this.#kept.set(run, program);
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    }
    return program;
  }
}
