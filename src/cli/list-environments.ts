import { activeName, listEnvironments } from "../env/environment.js";
import { findHome } from "../env/home.js";
import { print, printJson, printTable } from "./output.js";

/** Prints all environments, as conda does. */
export async function listEnvironmentsCommand({ json }: { readonly json?: boolean }): Promise<void> {
  const home = findHome();
  const active = activeName(home);
  const all = await listEnvironments(home);
  if (json) {
    printJson({ environments: all.map(({ name, path }) => ({ name, path, active: name === active })) });
    return;
  }
  print("# bramble environments:\n#");
  printTable(all.map(({ name, path }) => [name, name === active ? "*" : " ", path]));
}
