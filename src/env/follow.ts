import { BrambleError } from "../errors.js";
import { updateFromFile } from "./change.js";
import { createEnvironment } from "./create.js";
import { type Environment, findWholeEnvironment, listEnvironments } from "./environment.js";
import { parseEnvironmentFile } from "./file.js";
import type { Home } from "./home.js";
import type { FetchOptions } from "./npm-config.js";

/** An environment that somebody wants on another machine. */
export interface EnvironmentOrder extends FileText {
  readonly name: string;
  readonly allowScripts: boolean;
  readonly offline: boolean;
}

/** The text of an environment file. */
export interface FileText {
  readonly text: string;
  /** Where it is from, for messages. */
  readonly source: string;
}

/**
 * Sees that there is an environment which has what a file says, and nothing else.
 *
 * @throws {BrambleError} as `createEnvironment` and `updateFromFile`; all is then as it was.
 */
export async function followFile(
  home: Home,
  name: string,
  { text, source }: FileText,
  options: FetchOptions,
): Promise<Environment> {
  const file = { text, content: parseEnvironmentFile(text, source) };
  const isThere = (await listEnvironments(home)).some((environment) => environment.name === name);
  if (!isThere) {
    try {
      return await createEnvironment(home, name, { ...options, file });
    } catch (error) {
      // Another process was quicker.
      if (!(error instanceof BrambleError && error.code === "ENVIRONMENT_EXISTS")) throw error;
    }
  }
  const environment = await findWholeEnvironment(home, name);
  await updateFromFile(home, environment, file, { ...options, prune: true });
  return environment;
}
