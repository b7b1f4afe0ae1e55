import { checkOptions, invalid } from "../check.js";
import { setExplicit } from "./explicit.js";
import { ModuleReference, ModuleSource, registerModule } from "./modules.js";

/** What a function needs to know to run elsewhere. */
export interface TaskOptions {
  /**
   * The values of the variables outside of the function that it uses, by their names. `sync`, which calls the function
   * where it is, uses the variables themselves; a minifier must leave their names alone.
   */
  readonly captures?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Says what the variables around a function stand for, where Node cannot tell: under `node --permission`, in
 * Bun and in Deno. It also is a list of what is sent, for everybody to read.
 *
 * @param fn - the function; it may use the captures, its parameters and global names.
 * @returns a function that does the same.
 * @example
 * const factor = 3;
 * const scale = task((x: number) => x * factor, { captures: { factor } });
 */
function createTask<F extends (...args: never[]) => unknown>(fn: F, options: TaskOptions = {}): F {
  if (typeof fn !== "function") throw invalid("a function", "fn", fn);
  checkOptions(options, "options", ["captures"]);
  const { captures = {} } = options;
  checkOptions(captures, "options.captures", Object.keys(captures));
  const wrapped = function (this: unknown, ...args: never[]): unknown {
    return Reflect.apply(fn, this, args);
  };
  Object.defineProperty(wrapped, "name", { value: fn.name, configurable: true });
  setExplicit(wrapped, { target: fn, captures: { ...captures } });
  return wrapped as F;
}

/**
 * A function that a module exports, which is imported where it runs: the fast way, and the one to debug. The
 * module must be there, at the same path or at the same place in the project. What it does when it is imported it does there too:
 * a program that computes belongs into another module.
 *
 * @param url - URL of the module, such as `import.meta.url`.
 * @param name - name of the export.
 * @returns a function that imports the module and calls the export.
 * @example
 * export const clean = (row: Row) => ({ ...row, name: row.name.trim() });
 * const task1 = task.fromModule(import.meta.url, "clean");
 */
function fromModule<A extends readonly unknown[], R>(
  url: string | URL,
  name: string,
): (...args: A) => Promise<Awaited<R>> {
  const specifier = String(url);
  if (!/^(file|node|data):/.test(specifier)) throw invalid("a URL such as import.meta.url", "url", url);
  if (typeof name !== "string" || name === "") throw invalid("the name of an export", "name", name);
  const source = new ModuleSource(specifier, null, "import");
  const imported = async (...args: A): Promise<Awaited<R>> => {
    const exports = (await import(specifier)) as Record<string, unknown>;
    const fn = exports[name];
    if (typeof fn !== "function")
      throw invalid(`the name of a function that ${specifier} exports`, "name", name);
    return (await Reflect.apply(fn, undefined, args)) as Awaited<R>;
  };
  Object.defineProperty(imported, "name", { value: name, configurable: true });
  registerModule(imported, new ModuleReference(source, name));
  return imported;
}

/** Prepares functions to run elsewhere by hand. */
export const task = Object.assign(createTask, { fromModule });
