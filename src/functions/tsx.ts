import * as threads from "node:worker_threads";

/** Imports a module as a file would. */
type ImportFrom = (parent: string) => (specifier: string) => Promise<unknown>;

let registered: Promise<void> | undefined;

/**
 * Lets this thread import TypeScript where tsx runs the program. In worker threads it does so itself only where Node
 * tells those of its own apart (from 22.14 on).
 *
 * @param here - the URL of a file in the folder in which the program runs, from which tsx is looked for.
 */
export function prepareTsx(importFrom: ImportFrom, here: string): Promise<void> | undefined {
  if (threads.isMainThread || "isInternalThread" in threads) return undefined;
  const loader = loaderOf([...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(" ")]);
  if (loader === undefined) return undefined;
  registered ??= register(importFrom(loader.startsWith("file:") ? loader : here));
  return registered;
}

/** What tsx was loaded as: its name, or the URL of a file of it. */
function loaderOf(options: readonly string[]): string | undefined {
  return options
    .map((option) => option.replace(/^--import=/, ""))
    .find((option) => option === "tsx" || /^file:.*\/tsx\/dist\/[\w/]+\.mjs$/.test(option));
}

async function register(load: ReturnType<ImportFrom>): Promise<void> {
  try {
    const api = (await load("tsx/esm/api")) as { register(): unknown };
    api.register();
  } catch {
    // An older tsx cannot do it: Node says which file it does not load.
  }
}
