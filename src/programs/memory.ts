import { availableParallelism, totalmem } from "node:os";
import { parseBytes } from "../bytes.js";
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
}

/** What this process may have of this machine. */
export function thisMachine(): Machine {
  // 0, or more than there is, where nothing constrains the process.
  const constrained = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return { memory: Math.min(totalmem(), constrained), cores: availableParallelism() };
}

/**
 * Bytes that one of several worker processes may take.
 *
 * @param text - `auto`, a share such as `0.5`, a size such as `500MB`, or `0` for no limit.
 */
export function memoryLimit(text: string, threads: number, machine: Machine): number | undefined {
  if (text === "auto") {
    const share = machine.memory <= SMALL ? SHARE_OF_SMALL : SHARE;
    return Math.floor(machine.memory * share * Math.min(1, threads / machine.cores));
  }
  const number = Number(text);
  if (text.trim() !== "" && number === 0) return undefined;
  const bytes = number > 0 && number <= 1 ? machine.memory * number : (parseBytes(text) ?? number);
  if (bytes >= 2 ** 20) return Math.floor(Math.min(bytes, machine.memory));
  throw wrong("--memory-limit", "auto, a share such as 0.5, a size such as 500MB, or 0 for no limit", text);
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
