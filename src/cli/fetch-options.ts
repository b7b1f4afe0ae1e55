import { type Command, Option } from "commander";

/** What commands that fetch packages take. */
export interface FetchFlags {
  readonly offline?: boolean;
  readonly allowScripts?: boolean;
}

/** Adds the options of commands that fetch packages. */
export function withFetchOptions(command: Command): Command {
  return command
    .option("--offline", "take everything from the cache")
    .option("--allow-scripts", "let packages run the scripts that they bring for their installation");
}

/** Adds the option that names an environment. */
export function withName(command: Command): Command {
  return command.addOption(new Option("-n, --name <name>", "the environment; the active one if absent"));
}
