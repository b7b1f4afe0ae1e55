// Programs of a package that run until they are told to end.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** How long a program may take to be there. */
const PATIENCE_MS = 60_000;

/** Whether `bramble-scheduler` comes up, says so in a file, and ends when it is told to. */
export async function endsWell(program, folder) {
  const file = join(folder, "scheduler.json");
  const args = [
    "--port",
    "0",
    "--host",
    "127.0.0.1",
    "--no-dashboard",
    "--insecure",
    "--scheduler-file",
    file,
  ];
  const child = spawn(program, args, { cwd: folder, stdio: "ignore" });
  const ended = new Promise((resolve) => {
    child.once("error", () => resolve(undefined));
    child.once("exit", (status) => resolve(status));
  });
  const began = Date.now();
  while (!existsSync(file) && child.exitCode === null && Date.now() - began < PATIENCE_MS)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const isThere = existsSync(file);
  child.kill(isThere ? "SIGTERM" : "SIGKILL");
  return isThere && (await ended) === 0;
}
