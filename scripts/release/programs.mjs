// Programs that run until they are told to end.

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** How long a program may take to be there. */
const PATIENCE_MS = 120_000;

/** Programs by name, of which none is left behind. */
export class Programs {
  #running = new Map();

  /**
   * Starts one in a group of its own; what it says is printed if it ends badly before its file is there.
   *
   * @param {"ipc"[]} [channel] by which Nodes are told to leave
   */
  start(name, [program, ...before], args, env = {}, channel = []) {
    const child = spawn(program, [...before, ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe", ...channel],
      detached: true,
    });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => said.push(text));
    const ended = new Promise((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (status, signal) => resolve(signal ?? status));
    });
    this.#running.set(name, { child, said, ended });
  }

  /** The text of a file that a program writes when it is there. */
  async fileOf(name, file) {
    const { child, said } = this.#running.get(name);
    const began = Date.now();
    while (!existsSync(file)) {
      if (child.exitCode !== null || Date.now() - began > PATIENCE_MS)
        throw new Error(`${name} did not come up: ${Buffer.concat(said).toString()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return readFileSync(file, "utf8");
  }

  /** Tells one to end, and gives its exit code or the signal that ended it. */
  end(name) {
    const { child, ended } = this.#running.get(name);
    child.kill("SIGTERM");
    return ended;
  }

  /** Settles when one has ended, however. */
  ended(name) {
    return this.#running.get(name).ended;
  }

  /** Ends one and its children where they stand. */
  kill(name) {
    const { child } = this.#running.get(name);
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It ended by itself in the meantime.
    }
  }

  /** Ends all, and waits until they are gone. */
  async killAll() {
    for (const name of this.#running.keys()) this.kill(name);
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }
}

/** Whether `bramble-scheduler` comes up, says so in a file, and ends when it is told to. */
export async function endsWell(program, folder) {
  const file = join(folder, "scheduler.json");
  const programs = new Programs();
  try {
    const place = ["--port", "0", "--host", "127.0.0.1", "--no-dashboard"];
    programs.start("scheduler", [program], [...place, "--insecure", "--scheduler-file", file]);
    await programs.fileOf("scheduler", file);
    return (await programs.end("scheduler")) === 0;
  } finally {
    await programs.killAll();
  }
}
