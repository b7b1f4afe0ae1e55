import { writeFileSync } from "node:fs";
import { Place } from "../engine/js/files/place.js";

/** Writes a file that is there as a whole or not at all; the one before is replaced. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const place = new Place(path, { isFolder: false, overwrite: true });
  try {
    place.attempt(() => writeFileSync(place.temporary, content));
    place.commit();
  } catch (error) {
    place.abort();
    throw error;
  }
}
