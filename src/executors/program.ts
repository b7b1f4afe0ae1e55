import { learnTasks } from "../bag/tasks/index.js";
import type { Argument, TaskFunction } from "../engine/engine.js";
import type { NativeProgram } from "../native/binding.js";
import { encode } from "../values/index.js";
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
  return pack(encode({ functions, args }, "what the tasks call"));
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
