import { delimiter, join } from "node:path";
import type { Environment } from "./environment.js";
import { isHookOption } from "./tools.js";

/** Variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What activation or deactivation changes in a shell. */
export interface ShellChange {
  /** New values; undefined takes a variable away. */
  readonly variables: Variables;
  /** Name that the prompt shows from now on. */
  readonly prompt: string | undefined;
  /** Name that it showed before. */
  readonly promptBefore: string | undefined;
}

/** An environment that activation knows by what it left in the variables. */
type Place = Pick<Environment, "name" | "path">;

/** Variables that are empty without an environment; such as are unset need no note. */
const EMPTY = "BRAMBLE_EMPTY";

/**
 * What makes an environment the active one. The one that was active comes back at deactivation.
 *
 * @param hook - the word for NODE_OPTIONS by which imports find the packages.
 */
export function activate(before: Variables, environment: Place, hook: string): ShellChange {
  const outer = activePlace(before);
  const base = { ...before, ...withoutActive(before) };
  const stack = outer === undefined ? [] : [...readStack(before), outer.path];
  return {
    variables: { ...withActive(base, environment, hook), BRAMBLE_STACK: stack.join(delimiter) || undefined },
    prompt: environment.name,
    promptBefore: outer?.name,
  };
}

/** What takes the active environment away; undefined if none is active. */
export function deactivate(before: Variables, hook: string): ShellChange | undefined {
  const active = activePlace(before);
  if (active === undefined) return undefined;
  const base = withoutActive(before);
  const stack = readStack(before);
  const path = stack.pop();
  if (path === undefined) return { variables: base, prompt: undefined, promptBefore: active.name };
  const outer = { name: path.slice(path.lastIndexOf("/") + 1), path };
  return {
    variables: {
      ...withActive({ ...before, ...base }, outer, hook),
      BRAMBLE_STACK: stack.join(delimiter) || undefined,
    },
    prompt: outer.name,
    promptBefore: active.name,
  };
}

/** The variables for a program that runs in an environment. */
export function variablesInside(before: Variables, environment: Place, hook: string): Variables {
  const base = { ...before, ...withoutActive(before) };
  return { ...base, ...withActive(base, environment, hook) };
}

function activePlace(variables: Variables): Place | undefined {
  const { BRAMBLE_ENV: name, BRAMBLE_PREFIX: path } = variables;
  return name && path ? { name, path } : undefined;
}

/** Environments around the active one, outermost first. */
function readStack({ BRAMBLE_STACK: stack }: Variables): string[] {
  return stack ? stack.split(delimiter) : [];
}

function programFolders(path: string): string[] {
  return [join(path, "bin"), join(path, "node_modules", ".bin")];
}

function withActive(base: Variables, { name, path }: Place, hook: string): Variables {
  const { PATH, NODE_PATH, NODE_OPTIONS } = base;
  const empty = Object.entries({ NODE_PATH, NODE_OPTIONS }).flatMap(([key, value]) =>
    value === "" ? [key] : [],
  );
  return {
    BRAMBLE_ENV: name,
    BRAMBLE_PREFIX: path,
    [EMPTY]: empty.join(" ") || undefined,
    PATH: [...programFolders(path), ...(PATH === undefined ? [] : [PATH])].join(delimiter),
    NODE_PATH: [join(path, "node_modules"), ...(NODE_PATH ? [NODE_PATH] : [])].join(delimiter),
    NODE_OPTIONS: [...(NODE_OPTIONS ? [NODE_OPTIONS] : []), hook].join(" "),
  };
}

/** What the active environment put there is taken out; what else was changed meanwhile stays. */
function withoutActive(before: Variables): Variables {
  const active = activePlace(before);
  if (active === undefined) return {};
  const { PATH = "", NODE_PATH = "", NODE_OPTIONS = "" } = before;
  const isEmptyBefore = (key: string) => (before[EMPTY] ?? "").split(" ").includes(key);
  const orUnset = (key: string, value: string) => (value !== "" || isEmptyBefore(key) ? value : undefined);
  return {
    BRAMBLE_ENV: undefined,
    BRAMBLE_PREFIX: undefined,
    BRAMBLE_STACK: undefined,
    [EMPTY]: undefined,
    PATH: without(PATH, delimiter, programFolders(active.path)),
    NODE_PATH: orUnset("NODE_PATH", without(NODE_PATH, delimiter, [join(active.path, "node_modules")])),
    NODE_OPTIONS: orUnset(
      "NODE_OPTIONS",
      without(NODE_OPTIONS, " ", NODE_OPTIONS.split(" ").filter(isHookOption)),
    ),
  };
}

/** A list without the first occurrence of each word. */
function without(list: string, separator: string, words: readonly string[]): string {
  const kept = list.split(separator);
  for (const word of words) {
    const position = kept.indexOf(word);
    if (position !== -1) kept.splice(position, 1);
  }
  return kept.join(separator);
}
