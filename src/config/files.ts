import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { isMap, isScalar, LineCounter, type Node, parseDocument, type YAMLMap } from "yaml";
import { BrambleError } from "../errors.js";
import type { Layer } from "./layer.js";
import { camelCase, isSettingName, unknownSetting } from "./names.js";
import type { SettingName } from "./settings.js";

/** The files in which settings are written, the ones that count most first. */
export function configFiles(): string[] {
  const chosen = process.env["BRAMBLE_CONFIG"];
  const folders = ["/etc/bramble", userFolder()];
  const found = folders.flatMap(filesIn);
  const project = projectFile();
  if (project !== undefined) found.push(project);
  if (chosen !== undefined && chosen !== "") found.push(...chosenFiles(resolve(chosen)));
  return found.toReversed();
}

/** The folder of this user's settings, which holds the cluster's key too. */
export function userFolder(): string {
  return join(process.env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "bramble");
}

/** The YAML files of a folder, in the order of their names: later ones count more. */
function filesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
    return names.sort().map((name) => join(folder, name));
  } catch {
    // Nearly nobody has one.
    return [];
  }
}

/** `bramble.yaml` in the folder where the program runs, or in the nearest one above. */
function projectFile(): string | undefined {
  let folder = process.cwd();
  for (;;) {
    const file = join(folder, "bramble.yaml");
    if (existsSync(file)) return file;
    const above = dirname(folder);
    // The project ends where its package.json is.
    if (above === folder || existsSync(join(folder, "package.json"))) return undefined;
    folder = above;
  }
}

function chosenFiles(path: string): string[] {
  if (!existsSync(path)) {
    throw new BrambleError("FILE_NOT_FOUND", `There is no ${path}, which BRAMBLE_CONFIG names`);
  }
  return statSync(path).isDirectory() ? filesIn(path) : [path];
}

/**
 * Reads a file of settings.
 *
 * @throws {BrambleError} `INVALID_FILE`, naming file and line, if it is no YAML or sets what nobody knows.
 */
export function readConfigFile(path: string): Layer {
  const text = readText(path);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [problem] = document.errors;
  if (problem !== undefined) throw new BrambleError("INVALID_FILE", `${path}: ${problem.message}`);
  const placeOf = (node: Node | null): string => `${path}:${lines.linePos(node?.range?.[0] ?? 0).line}`;
  const found = new Map<SettingName, { value: unknown; place: string }>();
  if (document.contents !== null) {
    if (!isMap(document.contents)) {
      throw new BrambleError("INVALID_FILE", `${path}: Expected settings such as \`scheduler: threads\``);
    }
    collect(document.contents, "", placeOf, found);
  }
  return { find: (name) => found.get(name) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new BrambleError("FILE_ACCESS", `Cannot read the settings in ${path}: ${String(error)}`, {
      cause: error,
    });
  }
}

/** Notes the settings of a mapping, nested ones by names with dots. */
function collect(
  map: YAMLMap,
  prefix: string,
  placeOf: (node: Node | null) => string,
  found: Map<SettingName, { value: unknown; place: string }>,
): void {
  for (const { key, value } of map.items) {
    const node = key as Node | null;
    const name = prefix + camelCase(String(isScalar(node) ? node.value : node));
    if (isSettingName(name)) {
      const set: unknown = isScalar(value) ? value.value : (value as Node | null)?.toJSON();
      found.set(name, { value: set ?? undefined, place: `${name} (${placeOf(node)})` });
    } else if (isMap(value)) {
      collect(value, `${name}.`, placeOf, found);
    } else {
      throw new BrambleError("INVALID_FILE", `${placeOf(node)}: ${unknownSetting(name)}`);
    }
  }
}
