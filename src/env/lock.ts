import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { BrambleError } from "../errors.js";
import type { Home } from "./home.js";

/** A program that holds a lock of the kernel until its input ends, which it does when this process ends. */
type Holder = ChildProcessByStdio<Writable, Readable, null>;

/**
 * Does work that no other process does at the same time with the environment of this name. A process that is
 * killed leaves no lock behind, for the lock is the kernel's.
 */
export async function withLock<T>(home: Home, name: string, work: () => Promise<T>): Promise<T> {
  await mkdir(home.locks, { recursive: true });
  const file = join(home.locks, `${name}.lock`);
  const holder = (await hold(file, ["-n"])) ?? (await waitForTurn(file, name));
  try {
    return await work();
  } finally {
    await release(holder);
  }
}

async function waitForTurn(file: string, name: string): Promise<Holder> {
  process.stderr.write(`Waiting for another bramble that works on ${name} ...\n`);
  const holder = await hold(file, []);
  if (holder !== undefined) return holder;
  throw new BrambleError("FILE_ACCESS", `The lock ${file} can't be had`);
}

/** Resolves to the program that holds the lock, or to undefined if another process has it. */
function hold(file: string, options: readonly string[]): Promise<Holder | undefined> {
  const child: Holder = spawn("flock", ["-x", ...options, file, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
    // Outside the terminal's group, so that Ctrl-C does not free the lock before the work has ended.
    detached: true,
  });
  // One that still waits does not see that nobody wants the lock any more.
  const stop = () => child.kill();
  process.once("exit", stop);
  child.once("exit", () => process.off("exit", stop));
  return new Promise((resolve, reject) => {
    child.once("error", () => {
      reject(new BrambleError("FILE_NOT_FOUND", "The program flock is missing: install util-linux"));
    });
    child.once("exit", () => resolve(undefined));
    child.stdout.once("data", () => resolve(child));
  });
}

/** Resolves once the lock can be had again, by this process too. */
function release(holder: Holder): Promise<void> {
  return new Promise((resolve) => {
    holder.once("exit", () => resolve());
    holder.stdin.end();
  });
}
