import type { Command } from "commander";
import { chosenEnvironment, findWholeEnvironment } from "../../env/environment.js";
import { findHome } from "../../env/home.js";
import { type FetchFlags, withFetchOptions, withName } from "../fetch-options.js";
import { note } from "../output.js";

interface Flags extends FetchFlags {
  readonly name?: string;
  readonly file: string;
  readonly prune?: boolean;
}

/** `bramble env update -f FILE` */
export function addEnvUpdate(env: Command): void {
  withFetchOptions(withName(env.command("update")))
    .description("Give an environment the Node and packages of a file.")
    .requiredOption("-f, --file <file>", "a file that `bramble env export` or a person wrote")
    .option("--prune", "remove packages that the file does not name")
    .action(update);
}

async function update({ name, file: path, ...options }: Flags): Promise<void> {
  const home = findHome();
  const { readEnvironmentFile } = await import("../../env/read-file.js");
  const file = await readEnvironmentFile(path);
  const named = name ?? file.content.name;
  const environment =
    named === undefined ? await chosenEnvironment(home, named) : await findWholeEnvironment(home, named);
  const { updateFromFile } = await import("../../env/change.js");
  await updateFromFile(home, environment, file, options);
  note(`${environment.name} has what ${path} says`);
}
