import type { Command } from "commander";
import { chosenEnvironment } from "../../env/environment.js";
import { findHome } from "../../env/home.js";
import { type FetchFlags, withFetchOptions, withName } from "../fetch-options.js";
import { note } from "../output.js";

/** `bramble install PACKAGE...` */
export function addInstall(program: Command): void {
  withFetchOptions(withName(program.command("install")))
    .alias("add")
    .description("Install packages into an environment.")
    .argument("<packages...>", "packages as `name` or `name@range`")
    .action(install);
}

async function install(
  packages: string[],
  { name, ...options }: FetchFlags & { name?: string },
): Promise<void> {
  const home = findHome();
  const environment = await chosenEnvironment(home, name);
  const { addPackages } = await import("../../env/change.js");
  await addPackages(home, environment, packages, options);
  note(`Installed ${packages.join(", ")} into ${environment.name}`);
}
