import type { Command } from "commander";
import { chosenEnvironment } from "../../env/environment.js";
import { findHome } from "../../env/home.js";
import { type FetchFlags, withFetchOptions, withName } from "../fetch-options.js";
import { note } from "../output.js";

/** `bramble update [PACKAGE...]` */
export function addUpdate(program: Command): void {
  withFetchOptions(withName(program.command("update")))
    .description("Bring packages to the newest versions in the ranges that were asked for.")
    .argument("[packages...]", "names of packages; all if absent")
    .action(update);
}

async function update(
  packages: string[],
  { name, ...options }: FetchFlags & { name?: string },
): Promise<void> {
  const home = findHome();
  const environment = await chosenEnvironment(home, name);
  const { updatePackages } = await import("../../env/change.js");
  await updatePackages(home, environment, packages, options);
  note(`Updated ${packages.length === 0 ? "all packages" : packages.join(", ")} of ${environment.name}`);
}
