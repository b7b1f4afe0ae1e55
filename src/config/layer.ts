import type { SettingName } from "./settings.js";

/** A value that somebody set, and where: "`engine` in /etc/bramble/site.yaml". */
export interface Found {
  readonly value: unknown;
  readonly place: string;
}

/** A place where settings are written. */
export interface Layer {
  find(name: SettingName): Found | undefined;
}

/** A layer of settings that a program made. */
export function layerOf(settings: ReadonlyMap<SettingName, unknown>): Layer {
  return {
    find: (name) => (settings.has(name) ? { value: settings.get(name), place: name } : undefined),
  };
}
