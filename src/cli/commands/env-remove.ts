import type { Command } from "commander";
import { activeName } from "../../env/environment.js";
import { findHome } from "../../env/home.js";
import { BrambleError } from "../../errors.js";
import { note } from "../output.js";

/** `bramble env remove NAME` */
export function addRemove(env: Command): void {
  env
    .command("remove")
    .description("Remove an environment.")
    .argument("[environment]")
    .option("-n, --name <name>", "the environment")
    .action(remove);
}

async function remove(argument: string | undefined, flags: { readonly name?: string }): Promise<void> {
  const name = argument ?? flags.name;
  if (name === undefined)
    throw new BrambleError("INVALID_ARGUMENT", "Which environment? `bramble env remove NAME`");
  const home = findHome();
  if (activeName(home) === name) {
    throw new BrambleError("INVALID_ARGUMENT", `${name} is active here. First \`source bramble-deactivate\``);
  }
  const { removeEnvironment } = await import("../../env/change.js");
  await removeEnvironment(home, name);
  note(`Removed ${name}`);
}
