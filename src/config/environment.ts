import { parse } from "yaml";
import { editDistance, nearest } from "../nearest.js";
import { SETTING_NAMES, type SettingName } from "./settings.js";
import type { Layer } from "./layer.js";

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

/** How many characters of a name may be wrong for it to be taken for another. */
const MISSPELT = 2;

let isChecked = false;

/** Warns once of variables that were meant to be settings, as it seems, and are none. Others have other uses. */
export function checkEnvironment(): void {
  if (isChecked) return;
  isChecked = true;
  const known = [...VARIABLES.values()];
  for (const name of Object.keys(process.env)) {
    if (!name.startsWith(PREFIX) || known.includes(name)) continue;
    const [closest = ""] = nearest(name, known);
    if (!name.includes("__") && editDistance(name, closest) > MISSPELT) continue;
    process.emitWarning(`${name} in the environment sets nothing. Did you mean ${closest}?`, {
      type: "BrambleWarning",
      code: "BRAMBLE_UNKNOWN_SETTING",
    });
  }
}
