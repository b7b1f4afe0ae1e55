import type { Command } from "commander";
import { chosenEnvironment } from "../../env/environment.js";
import { findHome } from "../../env/home.js";
import { withName } from "../fetch-options.js";
import { note } from "../output.js";

/** `bramble uninstall PACKAGE...` */
export function addUninstall(program: Command): void {
  withName(program.command("uninstall"))
    .alias("remove")
    .description("Remove packages from an environment.")
    .argument("<packages...>", "names of packages")
    .action(uninstall);
}

async function uninstall(packages: string[], { name }: { readonly name?: string }): Promise<void> {
  const home = findHome();
  const environment = await chosenEnvironment(home, name);
  const { removePackages } = await import("../../env/change.js");
  await removePackages(home, environment, packages);
  note(`Removed ${packages.join(", ")} from ${environment.name}`);
}
