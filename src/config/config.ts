import { AsyncLocalStorage } from "node:async_hooks";
import { invalid } from "../check.js";
import { BrambleError } from "../errors.js";
import { complaintAboutNode } from "../node-version.js";
import { checkEnvironment, environment } from "./environment.js";
import { configFiles, readConfigFile } from "./files.js";
import { type Found, type Layer, layerOf } from "./layer.js";
import { checkSettingName } from "./names.js";
import { RULES, SETTING_NAMES, type SettingName, type Settings } from "./settings.js";

/** Settings that `set` or `with` give. */
export type SettingsPart = { readonly [N in SettingName]?: Settings[N] | undefined };

/** What `config.set` gives, to undo it. */
export interface SetSettings extends Disposable {
  /** Takes the settings back; what else was set meanwhile stays. */
  restore(): void;
}

// Whatever is imported of the package needs settings: this is told before anything fails for want of a function.
const complaint = complaintAboutNode(process.versions.node, process.execPath);
if (complaint !== undefined) throw new BrambleError("ENGINE_UNAVAILABLE", complaint);

/** What holds inside of `config.with`, innermost first. */
const contexts = new AsyncLocalStorage<readonly Layer[]>();
/** What `config.set` gave, the latest first. */
let setLayers: readonly Layer[] = [];
let fileLayers: readonly Layer[] | undefined;

/**
 * The value of a setting: from the innermost `with`, the latest `set`, the environment, files, or its default.
 *
 * @throws {BrambleError} `INVALID_ARGUMENT` if there is no such setting, or if a file or the environment gives it
 *   a value that it cannot have.
 */
export function get<N extends SettingName>(name: N): Settings[N] {
  const key = checkSettingName(name) as N;
  const found = find(key);
  return found === undefined ? RULES[key].default : RULES[key].check(found.value, found.place);
}

/** All settings and their values. */
export function all(): Settings {
  return Object.fromEntries(SETTING_NAMES.map((name) => [name, get(name)])) as unknown as Settings;
}

/** Where a setting has its value from: a variable, a file and its line, `set`, `with` or `default`. */
export function sourceOf(name: SettingName): string {
  const key = checkSettingName(name);
  for (const [layers, kind] of layerGroups()) {
    const found = firstIn(layers, key);
    if (found !== undefined) return kind ?? found.place;
  }
  return "default";
}

/**
 * Changes settings from now on, until it is undone.
 *
 * @example
 * config.set({ scheduler: "sync" });
 * { using _ = config.set({ scheduler: "processes" }); await x.compute(); }
 */
export function set(settings: SettingsPart): SetSettings {
  const layer = checkedLayer(settings);
  setLayers = [layer, ...setLayers];
  const restore = (): void => {
    setLayers = setLayers.filter((other) => other !== layer);
  };
  return { restore, [Symbol.dispose]: restore };
}

/**
 * Calls a function with other settings, which hold in it and in all that it awaits, and nowhere else: two at the
 * same time don't disturb each other.
 *
 * @returns what the function returns.
 * @example
 * await config.with({ scheduler: "sync" }, () => x.sum().compute());
 */
export function withSettings<T>(settings: SettingsPart, fn: () => T): T {
  if (typeof fn !== "function") throw invalid("a function", "fn", fn);
  return contexts.run([checkedLayer(settings), ...(contexts.getStore() ?? [])], fn);
}

/** Reads the files of settings again. */
export function refresh(): void {
  fileLayers = undefined;
}

function find(name: SettingName): Found | undefined {
  for (const [layers] of layerGroups()) {
    const found = firstIn(layers, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All layers, the ones that count most first, with how people call them. */
function* layerGroups(): Generator<readonly [layers: readonly Layer[], kind?: string]> {
  yield [contexts.getStore() ?? [], "with"];
  yield [setLayers, "set"];
  checkEnvironment();
  yield [[environment]];
  fileLayers ??= configFiles().map(readConfigFile);
  yield [fileLayers];
}

function firstIn(layers: readonly Layer[], name: SettingName): Found | undefined {
  for (const layer of layers) {
    const found = layer.find(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Settings that a program gives are checked when it gives them. */
function checkedLayer(settings: SettingsPart): Layer {
  if (typeof settings !== "object" || settings === null) throw invalid("settings", "settings", settings);
  const checked = Object.entries(settings).map(([key, value]) => {
    const name = checkSettingName(key);
    return [name, RULES[name].check(value, name)] as const;
  });
  return layerOf(new Map(checked));
}
