import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { cwd } from "node:process";
import { fileURLToPath } from "node:url";
import type { Plain } from "../values/plain.js";

/** How a module is loaded: as an ES module, or by `require`. */
export type Loading = "import" | "require";

/** A module, by the name that a file gave it. */
export class ModuleSource {
  /** A URL for a file; else the name of a package or of a module of Node. */
  readonly specifier: string;
  /** The file that named it, from which packages are looked for. */
  readonly parent: string | null;
  readonly loading: Loading;
  /** Type that an import attribute gives, such as `json`. */
  readonly type: string | null;

  constructor(specifier: string, parent: string | null, loading: Loading, type: string | null = null) {
    const isRelative = /^\.{0,2}\//.test(specifier);
    this.specifier = isRelative && parent !== null ? new URL(specifier, parent).href : specifier;
    this.parent = parent;
    this.loading = loading;
    this.type = type;
  }

  /** Equal for the same module in the same version, wherever it lies. */
  get identity(): string {
    if (isBuiltIn(this.specifier)) return `node:${this.specifier.replace(/^node:/, "")}`;
    if (this.specifier.startsWith("file:")) return identityOfFile(this.specifier);
    const version = versionOfPackage(this.specifier, this.parent);
    return version === undefined ? this.specifier : `${this.specifier}@${version}`;
  }

  /** What is sent of it. */
  toWire(): Plain {
    const file = this.specifier.startsWith("file:") ? relative(cwd(), pathOf(this.specifier)) : null;
    return [this.specifier, this.parent, this.loading, this.type, file];
  }
}

/** How compilers look at what `require` gives: TypeScript's `__importDefault` and `__importStar`, esbuild's `__toESM`. */
export type Interop = "none" | "default" | "star" | "merged";

/** A module, or something that it exports. */
export class ModuleReference {
  readonly source: ModuleSource;
  /** Name of the export; null for the whole module. */
  readonly name: string | null;
  readonly interop: Interop;

  constructor(source: ModuleSource, name: string | null, interop: Interop = "none") {
    this.source = source;
    this.name = name;
    this.interop = interop;
  }
}

const references = new WeakMap<object, ModuleReference>();
let builtInCount = -1;

/** Where a value was imported from, as far as anybody here knows. */
export function moduleOf(value: object): ModuleReference | undefined {
  return references.get(value);
}

/** The same for a function of Node itself. */
export function nodeModuleOf(value: object): ModuleReference | undefined {
  registerBuiltIns();
  return references.get(value);
}

/** Notes where a value comes from, and with a module its exports. */
export function registerModule(value: unknown, reference: ModuleReference): void {
  if (!isObject(value) || references.has(value)) return;
  references.set(value, reference);
  if (reference.name === null && reference.interop === "none") registerExports(value, reference.source);
}

function registerExports(module: object, source: ModuleSource): void {
  for (const key of Object.keys(module)) {
    const member = exportOf(module, key);
    // Plain objects in a module may change, and then they travel as they are.
    if (typeof member === "function") registerModule(member, new ModuleReference(source, key));
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** An export, which throws as long as its module has not come to it. */
function exportOf(module: object, key: string): unknown {
  try {
    const descriptor = Object.getOwnPropertyDescriptor(module, key);
    // Getters of CommonJS modules of Node warn about what is deprecated.
    return descriptor !== undefined && "value" in descriptor ? descriptor.value : undefined;
  } catch {
    return undefined;
  }
}

/** Registers the modules of Node that are loaded; they load as they are needed, so there may be more each time. */
function registerBuiltIns(): void {
  const loaded = (process as unknown as { moduleLoadList?: readonly string[] }).moduleLoadList ?? [];
  if (loaded.length === builtInCount) return;
  builtInCount = loaded.length;
  const names = new Set(loaded.map((entry) => entry.replace("NativeModule ", "")));
  const require = createRequire(import.meta.url);
  for (const name of builtinModules) {
    if (!names.has(name) || name.startsWith("_") || DEPRECATED.has(name)) continue;
    const source = new ModuleSource(`node:${name}`, null, "require");
    const module = require(`node:${name}`) as object;
    registerModule(module, new ModuleReference(source, null));
    // A program that imports the module's default has it registered as that, without what it exports.
    registerExports(module, source);
  }
}

/** To load these gives a warning. */
const DEPRECATED = new Set(["punycode", "sys", "process"]);

function isBuiltIn(specifier: string): boolean {
  return specifier.startsWith("node:") || builtinModules.includes(specifier);
}

/** A file by its place in the project and what it says, so that machines with the same project agree. */
function identityOfFile(url: string): string {
  const path = pathOf(url);
  const place = relative(projectOf(path), path);
  try {
    return `${place}#${createHash("sha1").update(readFileSync(path)).digest("hex").slice(0, 16)}`;
  } catch {
    return place;
  }
}

function pathOf(url: string): string {
  return fileURLToPath(new URL(url.replace(/[?#].*$/, "")));
}

/** The nearest folder with a package.json. */
function projectOf(path: string): string {
  let folder = dirname(path);
  while (!existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    if (above === folder) return dirname(path);
    folder = above;
  }
  return folder;
}

/** The version of a package that a file would get. */
function versionOfPackage(specifier: string, parent: string | null): string | undefined {
  const [name] = /^(@[^/]+\/)?[^/]+/.exec(specifier) ?? [];
  if (name === undefined || parent === null || !parent.startsWith("file:")) return undefined;
  let folder = dirname(pathOf(parent));
  for (;;) {
    const file = join(folder, "node_modules", name, "package.json");
    if (existsSync(file)) return (JSON.parse(readFileSync(file, "utf8")) as { version?: string }).version;
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
}
