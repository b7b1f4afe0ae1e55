import { totalmem } from "node:os";

/** Where addresses have 32 bits, as Node calls the processors. */
const WITH_32_BITS = new Set(["arm", "ia32"]);

/** Bytes of memory that all programs like this one may have: the machine's, or what its group is held to. */
export function memoryOfMachine(): number {
  // 0, or more than there is, where nothing constrains the process.
  const constrained = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.min(totalmem(), constrained);
}

/** Bytes that one process is sure to address: of the four gigabytes of 32 bits a kernel may keep half. */
export function reachOf(arch: string): number {
  return WITH_32_BITS.has(arch) ? 2 ** 31 : Number.POSITIVE_INFINITY;
}

/** Bytes of memory that this process may have. */
export function memoryOfProcess(): number {
  return Math.min(memoryOfMachine(), reachOf(process.arch));
}
