/** Reading arrays in Zarr's format. */

export type { Json } from "./zarr/metadata.js";
export { openRemoteZarr } from "./zarr/open-remote.js";
export { openZarr, openZarrArray, ZarrArray, ZarrGroup } from "./zarr/open.js";
