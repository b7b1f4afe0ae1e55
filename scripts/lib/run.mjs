// Starts programs, follows their output line by line, and ends them when this process is told to stop.

import { spawn } from "node:child_process";
import { constants } from "node:os";
import { CommandError } from "./errors.mjs";
import { root } from "./paths.mjs";

const GRACE_MS = 3000;
/** The running children, and whether each owns the terminal. */
const children = new Map();
let stopping = false;

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd] the checkout if absent
 * @param {Record<string, string | undefined>} [options.env] added to the environment
 * @param {boolean} [options.echo] pass the output on as it comes instead of collecting it
 * @param {boolean} [options.inherit] hand over the terminal; nothing is collected
 * @param {(line: string) => void} [options.onLine] called for each line, `\r` ending a line too
 * @returns {Promise<string>} what it printed, both streams interleaved; nothing if that was passed on
 * @throws {CommandError} if it can't be started or does not exit with 0
 */
export function run(command, args, { cwd = root, env = {}, echo = false, inherit = false, onLine } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: inherit ? "inherit" : ["ignore", "pipe", "pipe"],
    // A group of its own lets a stop reach grandchildren (a compiler behind cargo behind a shell).
    // A program that owns the terminal must stay in the terminal's group.
    detached: !inherit,
  });
  children.set(child, inherit);
  const output = [];
  if (!inherit) {
    follow(child.stdout, process.stdout, { echo, onLine, output });
    follow(child.stderr, process.stderr, { echo, onLine, output });
  }
  const words = [command, ...args].join(" ");
  return new Promise((resolve, reject) => {
    child.on("error", (error) => {
      children.delete(child);
      const reason = error.code === "ENOENT" ? "no such program" : error.message;
      reject(new CommandError(words, reason, ""));
    });
    child.on("close", (status, signal) => {
      children.delete(child);
      // Whoever asked is about to be stopped too, and a broken half-result would only confuse.
      if (stopping) return;
      if (status === 0) resolve(output.join(""));
      else
        reject(
          new CommandError(words, signal ? `ended by ${signal}` : `exit code ${status}`, output.join("")),
        );
    });
  });
}

function follow(stream, destination, { echo, onLine, output }) {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text) => {
    if (echo) destination.write(text);
    else output.push(text);
    if (!onLine) return;
    const lines = (rest + text).split(/[\r\n]+/);
    rest = lines.pop();
    for (const line of lines) onLine(line);
  });
  stream.on("end", () => {
    if (rest && onLine) onLine(rest);
  });
}

/** From now on SIGINT, SIGTERM and SIGHUP end all children first, then this process. */
export function stopChildrenOnSignals() {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop(signal));
}

/** Ends with the exit code that shells give to the signal; the second one does not wait for anybody. */
function stop(signal) {
  const code = 128 + constants.signals[signal];
  const impatient = stopping;
  stopping = true;
  if (children.size === 0) process.exit(code);
  for (const child of children.keys()) {
    kill(child, impatient ? "SIGKILL" : "SIGTERM");
    child.on("close", () => children.size === 0 && process.exit(code));
  }
  setTimeout(() => {
    for (const child of children.keys()) kill(child, "SIGKILL");
    process.exit(code);
  }, GRACE_MS);
}

function kill(child, signal) {
  try {
    if (children.get(child)) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It ended by itself in the meantime.
  }
}
