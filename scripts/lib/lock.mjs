// Lets one process at a time build. The lock is the kernel's, held through a child that ends when this process
// does, however it ends: there is no stale lock to recover.

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "./errors.mjs";
import { cache } from "./paths.mjs";

const file = join(cache, "build.lock");

/**
 * Does work that no other process of these scripts does at the same time, in any checkout.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withBuildLock(work) {
  mkdirSync(cache, { recursive: true });
  const holder = (await hold(["-n"])) ?? (await waitForTurn());
  try {
    return await work();
  } finally {
    await release(holder);
  }
}

async function waitForTurn() {
  process.stderr.write(
    `Waiting for another build to end (process ${readFileSync(file, "utf8").trim()}) ...\n`,
  );
  return hold([]);
}

/** Resolves once the lock can be had again, by this process too. */
function release(holder) {
  return new Promise((resolve) => {
    holder.once("exit", resolve);
    holder.stdin.end();
  });
}

/** Resolves to the child that holds the lock, or to undefined if another process has it. */
function hold(options) {
  const child = spawn("flock", ["-x", ...options, file, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "ignore"],
    // Outside the terminal's group, so that Ctrl-C does not free the lock before the build has ended.
    detached: true,
  });
  // One that still waits does not see that nobody wants the lock any more.
  process.once("exit", () => child.kill());
  return new Promise((resolve, reject) => {
    child.on("error", () => reject(new SetupError("The program flock is missing: install util-linux.")));
    child.on("exit", () => resolve(undefined));
    child.stdout.once("data", () => {
      writeFileSync(file, `${process.pid}\n`);
      resolve(child);
    });
  });
}
