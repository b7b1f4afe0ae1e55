import { all, get, refresh, set, sourceOf, withSettings } from "./config.js";

/**
 * Settings. The innermost counts: `compute({ scheduler })`, then `config.with`, then `config.set` (the latest, which
 * `using` undoes), then `BRAMBLE_…` in the environment, then `bramble.yaml` of the project, then
 * `~/.config/bramble/*.yaml`, then `/etc/bramble/*.yaml`, then the default.
 */
export const config = { all, get, refresh, set, sourceOf, with: withSettings };

export type { SetSettings, SettingsPart } from "./config.js";
export {
  checkBytes,
  checkPath,
  LOG_LEVELS,
  type LogLevel,
  type SettingName,
  type Settings,
} from "./settings.js";
