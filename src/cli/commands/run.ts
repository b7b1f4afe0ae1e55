import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Command } from "commander";
import { variablesInside } from "../../env/activation.js";
import { findWholeEnvironment } from "../../env/environment.js";
import { codeOf } from "../../env/file-errors.js";
import { findHome } from "../../env/home.js";
import { hookOption } from "../../env/tools.js";
import { BrambleError } from "../../errors.js";

/** Signals that are the program's business. */
const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2", "SIGWINCH", "SIGCONT"] as const;

/** `bramble run -n NAME -- COMMAND` */
export function addRun(program: Command): void {
  program
    .command("run")
    .description("Run a program in an environment, without activation.")
    .requiredOption("-n, --name <name>", "the environment")
    .argument("<command...>")
    .passThroughOptions()
    .action(run);
}

async function run([command = "", ...args]: string[], { name }: { readonly name: string }): Promise<void> {
  const home = findHome();
  const environment = await findWholeEnvironment(home, name);
  const env = variablesInside(process.env, environment, await hookOption(home));
  await follow(command, args, env);
}

/** Ends as the program ended: with its exit code, or by its signal. */
function follow(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(command, args, { env, stdio: "inherit" });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(explain(error, command)));
    child.once("close", (status, signal) => {
      for (const forwarded of FORWARDED) process.off(forwarded, forward);
      process.exitCode = signal === null ? (status ?? 1) : 128 + constants.signals[signal];
      if (signal !== null) process.kill(process.pid, signal);
      resolve();
    });
  });
}

function explain(error: Error, command: string): BrambleError {
  const reason = codeOf(error) === "ENOENT" ? "there is no such program" : error.message;
  return new BrambleError("FILE_NOT_FOUND", `${command} can't be run: ${reason}`, { cause: error });
}
