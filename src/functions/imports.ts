import { existsSync } from "node:fs";
import { join } from "node:path";
import { cwd } from "node:process";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import { type Binding, type FileFacts, readFile } from "./bindings.js";
import type { Script } from "./inspector.js";
import { requireModule } from "./load.js";
import { ModuleReference, ModuleSource, registerModule } from "./modules.js";

/** What the names in a file stand for. */
export interface FileNames {
  /** URL of the file; null of what was never a file, such as code that was typed in. */
  readonly url: string | null;
  /** Whether it is part of Node. */
  readonly isOfNode: boolean;
  readonly facts: FileFacts;
}

const files = new WeakMap<Script, FileNames>();

/** Reads the file of a script. */
export function namesOf(script: Script): FileNames {
  let names = files.get(script);
  if (names === undefined) {
    names = {
      url: urlOf(script.url),
      isOfNode: script.url.startsWith("node:"),
      facts: readFile(script.source),
    };
    files.set(script, names);
  }
  return names;
}

function urlOf(url: string): string | null {
  if (url.startsWith("/")) return pathToFileURL(url).href;
  return url.startsWith("file:") ? url : null;
}

/** What a captured name stands for: a reference to a module if it was imported, else undefined. */
export function importOf(
  name: string,
  value: unknown,
  file: FileNames,
  isOfModule: boolean,
): ModuleReference | undefined {
  const binding = isOfModule ? file.facts.imports.get(name) : undefined;
  const reference =
    binding === undefined
      ? file.facts.candidates
          .get(name)
          ?.map((entry) => candidate(entry, value, file.url))
          .find(isFound)
      : referenceTo(binding, file.url);
  if (reference !== undefined) registerModule(value, reference);
  return reference;
}

/** Notes what else a file imports, so that instances of imported classes are known. */
export function registerImports(file: FileNames, scope: Readonly<Record<string, unknown>>): void {
  for (const [name, binding] of file.facts.imports) {
    registerModule(scope[name], referenceTo(binding, file.url));
  }
}

function isFound(reference: ModuleReference | undefined): boolean {
  return reference !== undefined;
}

function referenceTo(binding: Binding, url: string | null): ModuleReference {
  const source = new ModuleSource(binding.specifier, url, binding.loading, binding.type);
  return new ModuleReference(source, binding.name, binding.interop);
}

/** A reference, if the value is what the name was given once. */
function candidate(binding: Binding, value: unknown, url: string | null): ModuleReference | undefined {
  if (binding.isVite) return viteReference(binding, value);
  if (binding.loading === "import") {
    return types.isModuleNamespaceObject(value) ? referenceTo(binding, url) : undefined;
  }
  if (url === null) return undefined;
  const reference = referenceTo(binding, url);
  return isWhatRequireGives(reference, value) ? reference : undefined;
}

/** Whether `require`, which gives the same again, gives this value, as compilers look at it. */
function isWhatRequireGives({ source, name, interop }: ModuleReference, value: unknown): boolean {
  try {
    const exports = requireModule(source) as Record<string, unknown>;
    registerModule(exports, new ModuleReference(source, null));
    if (name !== null) return exports[name] === value;
    return exports === value || (interop !== "none" && (value as { default?: unknown }).default === exports);
  } catch {
    return false;
  }
}

/**
 * What vite leaves to Node can be imported again, and what it compiled if Node could read it too. The rest, such
 * as TypeScript, vite gives as objects of its own making.
 */
function viteReference({ specifier }: Binding, value: unknown): ModuleReference | undefined {
  const isWrapped = types.isProxy(value);
  const place = specifier.startsWith("/") ? fileOfVite(specifier) : specifier;
  const isOfNode = isWrapped || types.isModuleNamespaceObject(value) || /\.m?js$/.test(place ?? "");
  if (place === undefined || !isOfNode) return undefined;
  return new ModuleReference(new ModuleSource(place, null, "import"), null, isWrapped ? "merged" : "none");
}

/** Vite's paths begin at the root of the project, or with `/@fs/` at that of the disk. */
function fileOfVite(path: string): string | undefined {
  const candidates = path.startsWith("/@fs/") ? [path.slice("/@fs".length)] : [join(cwd(), path), path];
  const found = candidates.find((candidate) => existsSync(candidate));
  return found === undefined ? undefined : pathToFileURL(found).href;
}
