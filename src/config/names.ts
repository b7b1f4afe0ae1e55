import { BrambleError } from "../errors.js";
import { nearest } from "../nearest.js";
import { SETTING_NAMES, type SettingName } from "./settings.js";

/** Whether something can be set under a name. */
export function isSettingName(name: string): name is SettingName {
  return (SETTING_NAMES as readonly string[]).includes(name);
}

/** Checks a name that a program used. */
export function checkSettingName(name: unknown): SettingName {
  if (typeof name === "string" && isSettingName(name)) return name;
  throw new BrambleError("INVALID_ARGUMENT", unknownSetting(String(name)));
}

/** That nothing has this name, and what has one like it. */
export function unknownSetting(name: string): string {
  const names = nearest(name, SETTING_NAMES).map((known) => `\`${known}\``);
  return `There is no setting \`${name}\`. Did you mean ${names.join(" or ")}?`;
}

/** `chunk-size` and `chunk_size` as they are written here: `chunkSize`. */
export function camelCase(name: string): string {
  return name.replace(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase());
}
