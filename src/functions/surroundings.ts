import { CannotTravel } from "../values/trail.js";
import { type FileNames, importOf, namesOf, registerImports } from "./imports.js";
import { type FunctionInside, lookInside, scriptOf } from "./inspector.js";

/** What is around a function: the values of names, and the file. */
export interface Surroundings {
  readonly url: string | null;
  /** Number of its first line, from 0. */
  readonly line: number;
  readonly isStrict: boolean;
  /** Whether Node itself was written so. */
  readonly isOfNode: boolean;
  /** The value of a name, or a reference to the module that it was imported from; undefined if nothing declares it. */
  find(name: string, members: ReadonlySet<string> | undefined): { readonly value: unknown } | undefined;
}

/** Functions that arrived here: their names are not those of the file that they were written in. */
const arrived = new WeakMap<CallableFunction, { readonly url: string | null; readonly line: number }>();

/** Notes that a function arrived here, and where it was written. */
export function noteArrival(fn: CallableFunction, url: string | null, line: number): void {
  arrived.set(fn, { url, line });
}

/** What is around a function that nobody looks around: what somebody says of its names, and no file. */
export function unseenSurroundings(fn: CallableFunction, find: Surroundings["find"]): Surroundings {
  // Only sloppy functions have `arguments`; arrows and methods are nearly always in a module.
  return { url: null, line: 0, isOfNode: false, isStrict: !Object.hasOwn(fn, "arguments"), find };
}

/**
 * Looks around a function.
 *
 * @param isAlone - whether nothing around it needs to be known.
 * @throws {CannotTravel} where the inspector is switched off, unless it is alone.
 */
export function surroundingsOf(fn: CallableFunction, isAlone = false): Surroundings {
  const inside = look(fn, isAlone);
  if (inside === undefined) return unseenSurroundings(fn, () => undefined);
  const arrival = arrived.get(fn);
  const file = arrival === undefined ? fileOf(inside) : undefined;
  const { scopes, isInModule } = inside;
  const moduleScope = isInModule ? scopes.at(-1) : undefined;
  if (file !== undefined && moduleScope !== undefined) registerImports(file, moduleScope);
  return {
    url: arrival === undefined ? (file?.url ?? null) : arrival.url,
    line: arrival === undefined ? (inside.location?.line ?? 0) : arrival.line,
    isStrict: isInModule || file?.facts.isStrict === true || isStrictItself(fn),
    isOfNode: file?.isOfNode === true,
    find(name, members) {
      const scope = scopes.find((variables) => Object.hasOwn(variables, name));
      if (scope === undefined) return undefined;
      const value = scope[name];
      const reference = file && importOf(name, value, file, scope === moduleScope);
      return { value: reference ?? (isViteModule(name) ? pick(value, members) : value) };
    },
  };
}

/** Of ordinary functions, sloppy ones alone have a property `arguments`; those that arrived kept what they were. */
function isStrictItself(fn: CallableFunction): boolean {
  const isOrdinary = Function.prototype.toString.call(fn).startsWith("function");
  return isOrdinary && !Object.hasOwn(fn, "arguments");
}

function fileOf({ location }: FunctionInside): FileNames | undefined {
  return location === undefined ? undefined : namesOf(scriptOf(location.scriptId));
}

/** Undefined where the inspector is switched off and the function is alone. */
function look(fn: CallableFunction, isAlone: boolean): FunctionInside | undefined {
  try {
    return lookInside(fn);
  } catch (error) {
    if (isAlone) return undefined;
    throw new CannotTravel({
      what: "a function that uses variables around it",
      why: `Node does not tell their values (${error instanceof Error ? error.message : String(error)})`,
      advice:
        "name them, as in task(f, { captures: { a, b } }), or put the function into a module and use task.fromModule(import.meta.url, name)",
    });
  }
}

/** Modules that vite compiled are objects with everything that they export; only what is used travels. */
function isViteModule(name: string): boolean {
  return /^__vi(te_ssr)?_import_\d+__$/.test(name);
}

function pick(module: unknown, members: ReadonlySet<string> | undefined): unknown {
  if (members === undefined || typeof module !== "object" || module === null) return module;
  return Object.fromEntries([...members].map((name) => [name, (module as Record<string, unknown>)[name]]));
}
