// The frame of every script: how it ends, and what a person reads when it fails.

import { CommandError, SetupError } from "./errors.mjs";
import { stopChildrenOnSignals } from "./run.mjs";

/**
 * Runs a script's work and sets the exit code.
 *
 * @param {() => Promise<unknown>} work
 */
export async function main(work) {
  stopChildrenOnSignals();
  endQuietlyWhenNobodyReads();
  try {
    await work();
  } catch (error) {
    process.stderr.write(`\n${explain(error)}\n`);
    process.exitCode = 1;
  }
}

/** A closed pipe (`npm start | head -1`) is the reader's choice, not a failure to report. */
function endQuietlyWhenNobodyReads() {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => {
      if (error.code === "EPIPE") process.exit(0);
      throw error;
    });
  }
}

function explain(error) {
  if (error instanceof SetupError) return error.message;
  if (error instanceof CommandError)
    return `${error.output.trimEnd()}\n\nFailed: ${error.message}`.trimStart();
  return error.stack;
}
