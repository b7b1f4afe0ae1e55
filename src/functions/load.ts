import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { cwd } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { types } from "node:util";
import { BrambleError } from "../errors.js";
import { evaluate } from "./compile.js";
import { type Interop, ModuleReference, ModuleSource, registerModule } from "./modules.js";
import { prepareTsx } from "./tsx.js";

/** `import()` as code in a file would write it, so that packages are found from there. */
export type Importer = (
  specifier: string,
  options?: { readonly with: { readonly type: string } },
) => Promise<unknown>;

const importers = new Map<string, Importer>();

/** `import()` as of a file, which need not be there. */
export function importerOf(parent: string): Importer {
  let importer = importers.get(parent);
  if (importer === undefined) {
    importer = evaluate("(specifier, options) => import(specifier, options)", {
      filename: parent,
    }) as Importer;
    importers.set(parent, importer);
  }
  return importer;
}

/** A module that travelled here, and where it was on the other machine. */
export interface ArrivedModule {
  readonly source: ModuleSource;
  /** Its path from the folder in which the program was started. */
  readonly file: string | null;
}

const loaded = new Map<string, unknown>();
const loading = new Map<string, Promise<void>>();

/** A module that was loaded before; undefined if it was not. */
export function loadedModule({ source }: ArrivedModule): unknown {
  return loaded.get(keyOf(source));
}

/** Loads a module unless it is there. */
export function loadModule(module: ArrivedModule): Promise<void> | undefined {
  const key = keyOf(module.source);
  if (loaded.has(key)) return undefined;
  let promise = loading.get(key);
  if (promise === undefined) {
    promise = load(module)
      .then((exports) => {
        loaded.set(key, exports);
      })
      .finally(() => loading.delete(key));
    loading.set(key, promise);
  }
  return promise;
}

function keyOf({ specifier, parent, loading: how, type }: ModuleSource): string {
  return JSON.stringify([specifier, specifier.startsWith("file:") ? null : parent, how, type]);
}

async function load(module: ArrivedModule): Promise<unknown> {
  const { source } = module;
  const { parent, loading: how, type } = source;
  const specifier = placeHere(module);
  const options = type === null ? undefined : { with: { type } };
  if (specifier.startsWith("file:")) await prepareTsx(importerOf, HERE());
  let failure: unknown;
  // A package is looked for from the file that named it, then from where the program runs.
  for (const from of new Set([parent ?? HERE(), HERE(), import.meta.url])) {
    try {
      return how === "require"
        ? requireModule(new ModuleSource(specifier, from, how))
        : await importerOf(from)(specifier, options);
    } catch (error) {
      failure ??= error;
      if (!isNotFound(error, specifier)) break;
    }
  }
  throw new BrambleError(
    "MODULE_NOT_FOUND",
    `Cannot load the module ${specifier}, which a function imports, in this worker: ${messageOf(failure)}. ` +
      "It must be installed, or lie at the same path, where the function runs",
    { cause: failure },
  );
}

/** A place in the folder in which the program runs. */
function HERE(): string {
  return pathToFileURL(resolve(cwd(), "bramble.js")).href;
}

/** Where a file is here: at its own path, or at the same place in the project. */
function placeHere({ source: { specifier }, file }: ArrivedModule): string {
  if (file === null || existsSync(fileURLToPath(specifier))) return specifier;
  const path = resolve(cwd(), file);
  return existsSync(path) ? pathToFileURL(path).href : specifier;
}

/** What `require` gives of a module, to the file that named it. */
export function requireModule({ specifier, parent }: ModuleSource): unknown {
  const name = specifier.startsWith("file:") ? fileURLToPath(specifier) : specifier;
  return createRequire(parent ?? import.meta.url)(name);
}

function isNotFound(error: unknown, specifier: string): boolean {
  const { code, message } = error as { code?: string; message?: string };
  const isMissing = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
  // Another one that is missing, which the module itself imports, is no reason to look elsewhere.
  return isMissing && message?.includes(specifier) === true;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a reference stands for, once its module is loaded. */
export function valueOfModule(exports: unknown, reference: ModuleReference): unknown {
  const { source, name, interop } = reference;
  if (interop !== "none") registerModule(exports, new ModuleReference(source, null));
  const looked = interop === "none" ? exports : look(exports as Record<string, unknown>, interop);
  if (name !== null && types.isModuleNamespaceObject(looked) && !(name in (looked as object))) {
    throw new BrambleError("MODULE_NOT_FOUND", `The module ${source.specifier} exports no \`${name}\``);
  }
  const value = name === null ? looked : (looked as Record<string, unknown>)[name];
  registerModule(value, reference);
  return value;
}

/** What compilers make of a CommonJS module. */
function look(exports: Record<string, unknown>, interop: Interop): unknown {
  switch (interop) {
    case "default":
      return exports["__esModule"] === true ? exports : { default: exports };
    case "star":
      return exports["__esModule"] === true ? exports : { ...exports, default: exports };
    case "merged": {
      const inner = exports["default"];
      return { ...(typeof inner === "object" ? inner : {}), ...exports, default: inner };
    }
    case "none":
      return exports;
  }
}
