import { availableParallelism } from "node:os";
import { parseBytes } from "../bytes.js";
import { blocksOf } from "../cluster/worker-settings.js";
import { memoryOfMachine, reachOf } from "../machine.js";
import { wrong } from "./options.js";

/** Of the memory that there is, what all workers of a machine may take: the rest is the system's. */
const SHARE = 0.9;
/** A machine with little memory has other programs that take the same as on a large one. */
const SMALL = 2 * 2 ** 30;
const SHARE_OF_SMALL = 0.8;

/** What a machine has. */
export interface Machine {
  readonly memory: number;
  readonly cores: number;
  /** Bytes that one process can address, however much memory there is. */
  readonly reach: number;
}

/** What this process may have of this machine. */
export function thisMachine(): Machine {
  return { memory: memoryOfMachine(), cores: availableParallelism(), reach: reachOf(process.arch) };
}

/**
 * Bytes that one of several worker processes may take.
 *
 * @param text - `auto`, a share such as `0.5`, a size such as `500MB`, or `0` for no limit.
 */
export function memoryLimit(text: string, threads: number, machine: Machine): number | undefined {
  if (text === "auto") {
    const share = machine.memory <= SMALL ? SHARE_OF_SMALL : SHARE;
    const part = machine.memory * share * Math.min(1, threads / machine.cores);
    return Math.floor(Math.min(part, machine.reach));
  }
  const number = Number(text);
  if (text.trim() !== "" && number === 0) return undefined;
  const bytes = number > 0 && number <= 1 ? machine.memory * number : (parseBytes(text) ?? number);
  if (bytes >= 2 ** 20) return Math.floor(Math.min(bytes, machine.memory, machine.reach));
  throw wrong("--memory-limit", "auto, a share such as 0.5, a size such as 500MB, or 0 for no limit", text);
}

/**
 * Bytes that the blocks of one worker process may take.
 *
 * @param limit - What the process may take, as of {@link memoryLimit}.
 */
export function blockMemory(limit: number | undefined, machine: Machine): number {
  return blocksOf(limit ?? Math.min(machine.memory, machine.reach));
}

/**
 * How many processes with how many threads.
 *
 * @param workers - `auto`, a number, or a negative one: cores + 1 + it.
 */
export function layOut(
  workers: string,
  threads: number | undefined,
  cores: number,
): { readonly processes: number; readonly threads: number } {
  const given = workers === "auto" ? 1 : /^-?\d+$/.test(workers) ? Number(workers) : Number.NaN;
  const processes = given < 0 ? Math.max(1, cores + 1 + given) : given;
  if (!(processes >= 1 && processes <= 1024))
    throw wrong(
      "--nworkers",
      "auto, a number of processes, or a negative one that counts down from the cores",
      workers,
    );
  return { processes, threads: threads ?? Math.max(1, Math.floor(cores / processes)) };
}
