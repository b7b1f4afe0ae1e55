import { type Command, Option } from "commander";
import { activate, deactivate, type ShellChange, type Variables } from "../../env/activation.js";
import { findWholeEnvironment } from "../../env/environment.js";
import { findHome } from "../../env/home.js";
import { type Shell, SHELLS, shellCode } from "../../env/shell-code.js";
import { hookOption } from "../../env/tools.js";
import { BrambleError } from "../../errors.js";
import { note } from "../output.js";

interface Flags {
  readonly shell?: Shell;
}

/** `bramble env activate --shell SHELL NAME`, whose output a shell evaluates. */
export function addActivate(env: Command): void {
  withShell(env.command("activate"))
    .description("Print what makes an environment the active one of a shell.")
    .argument("[environment]")
    .action(activateCommand);
}

/** `bramble env deactivate --shell SHELL`, whose output a shell evaluates. */
export function addDeactivate(env: Command): void {
  withShell(env.command("deactivate"))
    .description("Print what takes the active environment away from a shell.")
    .action(deactivateCommand);
}

function withShell(command: Command): Command {
  return command.addOption(new Option("--shell <shell>", "the shell that evaluates it").choices(SHELLS));
}

async function activateCommand(name: string | undefined, flags: Flags): Promise<void> {
  if (name === undefined)
    throw new BrambleError("INVALID_ARGUMENT", "Which environment? `source bramble-activate NAME`");
  const shell = checkShell(flags, `source bramble-activate ${name}`);
  const home = findHome();
  const environment = await findWholeEnvironment(home, name);
  printChange(shell, activate(variables(), environment, await hookOption(home)));
}

async function deactivateCommand(flags: Flags): Promise<void> {
  const shell = checkShell(flags, "source bramble-deactivate");
  const change = deactivate(variables(), await hookOption(findHome()));
  if (change === undefined) note("No environment is active");
  else printChange(shell, change);
}

function checkShell({ shell }: Flags, line: string): Shell {
  if (shell !== undefined) return shell;
  throw new BrambleError(
    "INVALID_ARGUMENT",
    `A program can't change your shell: use \`${line}\`, or in fish and others give --shell and evaluate the output`,
  );
}

function printChange(shell: Shell, change: ShellChange): void {
  process.stdout.write(shellCode(shell, change));
}

/** The shell's variables: `bramble-activate` hands NODE_OPTIONS over by another name, lest Node obeys it. */
function variables(): Variables {
  const { BRAMBLE_NODE_OPTIONS: handed, ...others } = process.env;
  return handed === undefined ? others : { ...others, NODE_OPTIONS: handed };
}
