import { parse } from "yaml";
import { nearest } from "../nearest.js";
import { SETTING_NAMES, type SettingName } from "./settings.js";
import type { Layer } from "./layer.js";

/** Variables that are ours but no settings. */
const OTHERS = new Set(["CACHE", "CONFIG", "NATIVE"]);

const PREFIX = "BRAMBLE_";

/** The variable of a setting: `BRAMBLE_ARRAY__CHUNK_SIZE`. */
export function variableOf(name: SettingName): string {
  const words = name.replaceAll(".", "__").replace(/[A-Z]/g, (letter) => `_${letter}`);
  return PREFIX + words.toUpperCase();
}

const VARIABLES = new Map(SETTING_NAMES.map((name) => [name, variableOf(name)]));

/** What the environment sets, as it is at this moment. */
export const environment: Layer = {
  find(name) {
    const variable = VARIABLES.get(name);
    const text = variable === undefined ? undefined : process.env[variable];
    // An empty variable is one that somebody unset.
    if (variable === undefined || text === undefined || text === "") return undefined;
    return { value: valueOf(text), place: variable };
  },
};

/** Numbers and truth values are written as in YAML; what is neither is text. */
function valueOf(text: string): unknown {
  const value: unknown = parse(text);
  return typeof value === "number" || typeof value === "boolean" ? value : text;
}

let isChecked = false;

/** Warns once of variables that look like settings and are none. */
export function checkEnvironment(): void {
  if (isChecked) return;
  isChecked = true;
  const known = [...VARIABLES.values()];
  for (const name of Object.keys(process.env)) {
    if (!name.startsWith(PREFIX) || known.includes(name) || OTHERS.has(name.slice(PREFIX.length))) continue;
    const [closest] = nearest(name, known);
    process.emitWarning(`${name} in the environment sets nothing. Did you mean ${closest}?`, {
      type: "BrambleWarning",
      code: "BRAMBLE_UNKNOWN_SETTING",
    });
  }
}
