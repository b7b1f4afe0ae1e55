import type { Command } from "commander";
import { listEnvironmentsCommand } from "../list-environments.js";

/** `bramble env list` */
export function addEnvList(env: Command): void {
  env
    .command("list")
    .description("List all environments; an asterisk is beside the active one.")
    .option("--json", "print JSON")
    .action(listEnvironmentsCommand);
}
