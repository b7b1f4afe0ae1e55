import { BrambleError } from "../errors.js";
import { explainFileError } from "../env/file-errors.js";

/** Runs a program and prints what goes wrong, for people: an error of ours without its stack. */
export async function main(work: () => Promise<unknown>): Promise<void> {
  endQuietlyWhenNobodyReads();
  try {
    await work();
  } catch (thrown) {
    const error = explainFileError(thrown);
    const words = error instanceof BrambleError ? error.message : stackOf(error);
    process.stderr.write(`${words.replaceAll(/^/gm, "bramble: ")}\n`);
    process.exitCode = 1;
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** A closed pipe (`bramble list | head -1`) is the reader's choice, not a failure to report. */
function endQuietlyWhenNobodyReads(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}
