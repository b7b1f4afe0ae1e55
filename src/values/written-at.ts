import { fileURLToPath } from "node:url";
import { explicitOf } from "../functions/explicit.js";
import { surroundingsOf } from "../functions/surroundings.js";

/** Where this package lies. */
const OURS = new URL("../", import.meta.url).href;

/** The file and the line in which a function was written; undefined where nobody can tell. */
export function writtenAt(fn: CallableFunction): string | undefined {
  const place = placeOf(fn);
  if (place === undefined) return undefined;
  return `${place.url.startsWith("file:") ? fileURLToPath(place.url) : place.url}:${place.line + 1}`;
}

/** Whether a function is one of this package. */
export function isOurs(fn: CallableFunction): boolean {
  return placeOf(fn)?.url.startsWith(OURS) ?? false;
}

function placeOf(fn: CallableFunction): { readonly url: string; readonly line: number } | undefined {
  try {
    const { url, line } = surroundingsOf(explicitOf(fn)?.target ?? fn);
    return url === null ? undefined : { url, line };
  } catch {
    // It has no source, or there is no inspector.
    return undefined;
  }
}
