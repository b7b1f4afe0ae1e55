// A process that takes part. It says when it is ready, and measures once for each line that it is sent.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** A contestant that could not start or ended before it was told to. */
export class ContestantError extends Error {
  name = "ContestantError";
}

/** A contestant that is ready. */
export class Contestant {
  #child;
  #messages;
  #complaints = "";

  /**
   * Starts a process and waits for its warm-ups.
   *
   * @param {{ command: string, args: string[], env?: Record<string, string> }} program
   * @throws {ContestantError}
   */
  static async start(program) {
    const contestant = new Contestant(program);
    await contestant.#read();
    return contestant;
  }

  constructor({ command, args, env = {} }) {
    this.#child = spawn(command, args, { env: { ...process.env, ...env } });
    this.#child.on("error", (error) => {
      this.#complaints = error.message;
    });
    // Telling a process that has ended fails; `#read` says why it has.
    this.#child.stdin.on("error", () => {});
    this.#child.stderr.setEncoding("utf8").on("data", (text) => {
      this.#complaints += text;
    });
    this.#messages = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /**
   * Lets it measure once.
   *
   * @returns {Promise<{ seconds: number, answer: number[] }>}
   */
  async measure() {
    this.#child.stdin.write("go\n");
    const { seconds, answer } = await this.#read();
    return { seconds, answer: [answer].flat() };
  }

  /** The most memory that it had so far, in bytes. */
  peakMemory() {
    // Not getrusage: there the memory of the process that started it counts too.
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(status.match(/^VmHWM:\s*(\d+) kB$/m)[1]) * 1024;
  }

  /** Lets it end. */
  async end() {
    if (this.#child.exitCode !== null || this.#child.pid === undefined) return;
    const exit = once(this.#child, "exit");
    this.#child.stdin.end();
    await exit;
  }

  /** The line of a stack trace that says what is wrong. */
  #reason() {
    const lines = this.#complaints.trim().split("\n");
    return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1);
  }

  async #read() {
    const { value, done } = await this.#messages.next();
    if (!done) return JSON.parse(value);
    throw new ContestantError(this.#reason());
  }
}
