// Who writes: a process of a machine. Others ask whether it may still be at work before they clear what it left.

import { createHash } from "node:crypto";
import { hostname } from "node:os";

/** This process, in words. */
export const OWNER = `${process.pid} of ${hostname()}`;

/** This machine in a few letters, for names of files. */
export const MACHINE = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

/** Whether an owner may be at work: one of another machine, which nobody here can see, or one that is about to say who it is. */
export function mayBeAlive(owner: string): boolean {
  const [id = "", , host] = owner.split(" ");
  return host !== hostname() || isAlive(Number(id));
}

/** Whether a process of this machine is there. */
export function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
