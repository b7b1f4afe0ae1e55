import { resolve } from "node:path";

/** The Node that runs a worker, and its variables. */
export interface NodeInside {
  readonly node: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The Node of a project environment, with the variables by which it finds its packages; this Node if no name is given.
 *
 * @throws {BrambleError} `ENVIRONMENT_NOT_FOUND`, `ENVIRONMENT_DAMAGED`.
 */
export async function nodeInside(name: string | undefined): Promise<NodeInside> {
  if (name === undefined) return { node: process.execPath, env: process.env };
  const { variablesInside } = await import("../env/activation.js");
  const { findWholeEnvironment } = await import("../env/environment.js");
  const { findHome } = await import("../env/home.js");
  const { hookOption } = await import("../env/tools.js");
  const home = findHome();
  const environment = await findWholeEnvironment(home, name);
  const env = variablesInside(process.env, environment, await hookOption(home));
  return { node: resolve(environment.path, "bin/node"), env };
}
