import type { Command } from "commander";
import { chosenEnvironment } from "../../env/environment.js";
import { findHome } from "../../env/home.js";
import { installedPackages } from "../../env/inspect.js";
import { withName } from "../fetch-options.js";
import { print, printJson, printTable } from "../output.js";

/** `bramble list` */
export function addList(program: Command): void {
  withName(program.command("list"))
    .description("List the packages of an environment.")
    .option("--json", "print JSON")
    .action(list);
}

async function list({ name, json }: { readonly name?: string; readonly json?: boolean }): Promise<void> {
  const environment = await chosenEnvironment(findHome(), name);
  const packages = await installedPackages(environment);
  if (json) {
    printJson({ ...environment, packages });
    return;
  }
  print(`# packages in ${environment.name} (${environment.path}):\n#`);
  printTable([
    ["# name", "version", "asked for"],
    ...packages.map(({ name, version, asked }) => [name, version, asked ?? ""]),
  ]);
}
